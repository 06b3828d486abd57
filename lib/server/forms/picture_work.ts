import type { Bytes } from "../../core/bytes.ts";
import { errorMessage, InvalidDataError } from "../../core/errors.ts";
import { SOF2 } from "../../jpeg/markers.ts";
import { type JpegImage, parseJpeg } from "../../jpeg/parse.ts";
import { MAX_RTP_JPEG_SIZE, type RtpJpeg } from "../../jpeg/rfc2435.ts";
import { toRtpJpeg } from "../../jpeg/transcode.ts";
import { scaleToFit, shrinkJpeg } from "../../media/shrink.ts";
import { segmentsFor } from "../../rtp/jpeg_onvif.ts";
import { MAX_RTP_PAYLOAD, type PacketizedFrame, packetizeJpeg, payloadsIn } from "../../rtp/jpeg_packetizer.ts";
import type { MediaPackets } from "../sending/media_packets.ts";
import { exactPackets } from "./onvif_form.ts";

/** What is to be done with a picture; it can travel to another thread. */
export type PictureTask =
  | {
    readonly kind: "packets";
    readonly data: Bytes;
    /** Largest width and height in pixels; left out: any. */
    readonly fit?: number;
    /** Whether ONVIF's header extension may carry what RFC 2435 cannot carry exactly. */
    readonly exact?: boolean;
  }
  | { readonly kind: "shrink"; readonly data: Bytes; readonly maxBytes: number };

/** What came of it, in a form that can travel back. */
export type PictureResult =
  | {
    readonly kind: "packets";
    /** All payloads, each behind its room; all but the last have `payloadSize` bytes. */
    readonly framed: Bytes;
    readonly payloadSize: number;
    readonly extended: boolean;
    /** Pixels. */
    readonly width: number;
    readonly height: number;
    readonly change: string;
  }
  | { readonly kind: "jpeg"; readonly data: Bytes; readonly change: string }
  /** Words that follow "because". */
  | { readonly kind: "refused"; readonly reason: string };

/** Milliseconds for a byte that is re-coded, for a pixel whose chroma is resampled (measured, see `deno task bench`). */
const MS_PER_BYTE = 16e-6;
const MS_PER_PIXEL = 4e-6;
/** A progressive scan is read several times. */
const PROGRESSIVE_FACTOR = 5;

/** Does the work. Errors of the picture become "refused"; only an error of ours is thrown. */
export async function workOn(task: PictureTask): Promise<PictureResult> {
  try {
    if (task.kind === "shrink") return { kind: "jpeg", ...await shrinkJpeg(task.data, task.maxBytes) };
    const exact = task.exact ? exactPackets(parseJpeg(task.data)) : undefined;
    if (exact) return packetsResult(exact, exact, "");
    const { image, changes } = task.fit === undefined ? toRtpJpeg(task.data) : scaleToFit(task.data, task.fit);
    return packetsResult(packetsFor(image), image, changes.join(", "));
  } catch (thrown) {
    if (!(thrown instanceof InvalidDataError || thrown instanceof RangeError)) throw thrown;
    return { kind: "refused", reason: errorMessage(thrown) };
  }
}

function packetsResult(
  { framed, extended = false }: PacketizedFrame,
  { width, height }: Pick<RtpJpeg, "width" | "height">,
  change: string,
): PictureResult {
  return { kind: "packets", framed, payloadSize: MAX_RTP_PAYLOAD, extended, width, height, change };
}

/** The packets of a picture; a size that RFC 2435 cannot say stands in ONVIF's header extension. */
export function packetsFor(image: RtpJpeg): PacketizedFrame {
  const large = image.width > MAX_RTP_JPEG_SIZE || image.height > MAX_RTP_JPEG_SIZE;
  return packetizeJpeg(image, MAX_RTP_PAYLOAD, large ? segmentsFor(image) : undefined);
}

/** The packets that came back from another thread. */
export function unpack({ framed, payloadSize, extended }: PictureResult & { kind: "packets" }): MediaPackets {
  return { payloads: payloadsIn(framed, payloadSize), framed, ...(extended ? { extended } : {}) };
}

/** Whether the chroma of a picture stands as RFC 2435 has it: then at most its Huffman codes must be exchanged. */
function hasRtpSampling({ colorModel, components }: JpegImage): boolean {
  const [luma, ...chroma] = components;
  return colorModel === "YCbCr" && luma!.horizontal === 2 && luma!.vertical <= 2 &&
    chroma.every(({ horizontal, vertical }) => horizontal === 1 && vertical === 1);
}

/** Milliseconds that transcoding takes, roughly. */
export function estimateWork(image: JpegImage): number {
  const entropy = image.bytes.length * MS_PER_BYTE * (image.process === SOF2 ? PROGRESSIVE_FACTOR : 1);
  return entropy + (hasRtpSampling(image) ? 0 : image.width * image.height * MS_PER_PIXEL);
}
