import type { Bytes } from "../core/bytes.ts";
import { EOI } from "./markers.ts";
import { type JpegImage, parseJpeg } from "./parse.ts";
import { walkEntropy } from "./segments.ts";

/** Heads that are remembered: of films that are played at the same time. */
const MAX_HEADS = 8;
/** A longer head (it holds a small picture, a colour profile) is not worth it, bytes. */
const MAX_HEAD_SIZE = 4096;

/** A picture whose marker segments all stand before its one scan. */
interface Known {
  /** All bytes before the scan's data. */
  readonly head: Bytes;
  readonly image: JpegImage;
}

/**
 * Reads the marker segments of JPEGs of which most have the same ones as another before: the pictures of a film differ in
 * the scan alone.
 */
export class JpegReader {
  readonly #known: Known[] = [];

  /** What `parseJpeg()` returns or throws. */
  parse(bytes: Bytes): JpegImage {
    for (const { head, image } of this.#known) {
      if (!startsWith(bytes, head)) continue;
      return withScan(image, bytes, head.length) ?? parseJpeg(bytes);
    }
    const image = parseJpeg(bytes);
    this.#remember(image);
    return image;
  }

  #remember(image: JpegImage): void {
    const { offset, data } = image.scans[0]!;
    if (offset > MAX_HEAD_SIZE || image.bytes[offset + data.length + 1] !== EOI) return;
    this.#known.unshift({ head: image.bytes.slice(0, offset), image: withoutBytes(image) });
    if (this.#known.length > MAX_HEADS) this.#known.pop();
  }
}

function startsWith(bytes: Bytes, head: Bytes): boolean {
  if (bytes.length < head.length) return false;
  for (let i = 0; i < head.length; i++) if (bytes[i] !== head[i]) return false;
  return true;
}

/** The image with the scan that begins at `offset` of `bytes`; undefined if more than EOI follows it. */
function withScan(image: JpegImage, bytes: Bytes, offset: number): JpegImage | undefined {
  const { end, restarts, restartsInOrder, strayMarker } = walkEntropy(bytes, offset);
  if (end === undefined || bytes[end + 1] !== EOI) return undefined;
  const scan = {
    ...image.scans[0]!,
    data: bytes.subarray(offset, end),
    restartMarkers: restarts,
    restartsInOrder,
    strayMarker,
  };
  return { ...image, bytes, scans: [scan] };
}

/** What is remembered must not keep a picture in memory. */
function withoutBytes(image: JpegImage): JpegImage {
  const bytes = new Uint8Array(0);
  return { ...image, bytes, scans: [{ ...image.scans[0]!, data: bytes }] };
}
