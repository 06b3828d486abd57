import { type Bytes, concatBytes } from "../core/bytes.ts";
import { InvalidDataError } from "../core/errors.ts";
import { APP0, APP15, COM, DAC, DHT, DQT, DRI, EOI, JPG, SOF0, SOF15, SOI, SOS } from "../jpeg/markers.ts";
import { readSegment, type Segment, walkEntropy } from "../jpeg/segments.ts";
import { writeJpeg } from "../jpeg/write.ts";
import type { RtpJpeg } from "../jpeg/rfc2435.ts";

/** Profile of the header extension on a frame's first packet, and on its others (ONVIF Streaming, "JPEG over RTP"). */
export const ONVIF_FIRST = 0xffd8;
/** Likewise, on the others. */
export const ONVIF_FURTHER = 0xffff;
/** Bytes of a header extension before its words (RFC 3550 section 5.3.1). */
export const EXTENSION_HEADER_SIZE = 4;
/** Segments that are read from one extension. */
const MAX_SEGMENTS = 64;
const FILL = 0xff;
/** The kinds of segments that a picture needs, in the order in which they are written. */
const ORDER: readonly ((code: number) => boolean)[] = [
  (code) => code === DQT,
  (code) => code === DHT,
  (code) => code === DRI,
  isFrame,
  (code) => code === SOS,
];

/** A picture put together from an extension and a scan. */
export interface OnvifPicture {
  /** One whole JPEG. */
  readonly data: Bytes;
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
}

/** Why an extension makes no picture; few and fixed, so that drops can be counted by them. */
export type OnvifFault = "header extension unreadable" | "size of the picture unknown" | "scan broken by a marker";

/**
 * The segments of a JPEG that say how its scan is to be read: all up to SOS, without SOI, APPn and COM, in whole 32-bit
 * words (fill bytes before SOS make up for the rest). The bytes behind SOS are not looked at.
 *
 * Throws `InvalidDataError` when the bytes are no JPEG's.
 */
export function onvifSegments(jpeg: Bytes): Bytes {
  const kept = segmentsOf(jpeg, SOI).filter(({ code }) => !isComment(code));
  if (kept.at(-1)?.code !== SOS) throw new InvalidDataError("Cannot take the segments of a JPEG without SOS");
  const parts = kept.map(({ offset, end }) => jpeg.subarray(offset, end));
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  const fill = new Uint8Array((4 - size % 4) % 4).fill(FILL);
  return concatBytes([...parts.slice(0, -1), fill, parts.at(-1)!]);
}

/** The segments of a picture that RFC 2435 carries but for its size. */
export function segmentsFor(image: RtpJpeg): Bytes {
  return onvifSegments(writeJpeg({ ...image, scan: new Uint8Array(0) }));
}

/** Writes the header extension for these segments at `offset` of `target`; returns how many bytes it takes. */
export function writeOnvifExtension(target: Uint8Array, offset: number, profile: number, segments: Uint8Array): number {
  const words = segments.length / 4;
  target.set([profile >>> 8, profile & 0xff, words >>> 8, words & 0xff], offset);
  target.set(segments, offset + EXTENSION_HEADER_SIZE);
  return EXTENSION_HEADER_SIZE + segments.length;
}

/**
 * Puts a picture together: what the extension names counts, and what it leaves out is as RFC 2435 has it. `plain` is
 * the picture that the packets are without their extension; its size may be 0.
 */
export function joinOnvif(extension: Bytes, plain: RtpJpeg): OnvifPicture | OnvifFault {
  const segments = readSegments(extension);
  if (segments === undefined) return "header extension unreadable";
  const scan = withoutEnd(plain.scan);
  if (scan === undefined) return "scan broken by a marker";
  const own = (test: (code: number) => boolean) =>
    segments.filter(({ code }) => test(code)).map(({ offset, end }) => extension.subarray(offset, end));
  const frame = segments.find(({ code }) => isFrame(code));
  const size = frame === undefined ? plain : sizeOf(extension, frame);
  if (!(size.width > 0 && size.height > 0)) return "size of the picture unknown";
  const standard = writeJpeg({ ...plain, width: size.width, height: size.height, scan: new Uint8Array(0) });
  const derived = segmentsOf(standard, SOI);
  const parts = ORDER.flatMap((kind) => {
    const named = own(kind);
    if (named.length > 0) return named;
    return derived.filter(({ code }) => kind(code)).map(({ offset, end }) => standard.subarray(offset, end));
  });
  const data = concatBytes([Uint8Array.of(0xff, SOI), ...parts, scan, Uint8Array.of(0xff, EOI)]);
  return { data, width: size.width, height: size.height };
}

/** The scan without EOI and what follows it; undefined if another marker breaks it. */
function withoutEnd(bytes: Bytes): Bytes | undefined {
  const { end, strayMarker } = walkEntropy(bytes, 0);
  if (strayMarker !== undefined) return undefined;
  if (end === undefined) return bytes;
  let code = end + 1;
  while (bytes[code] === FILL) code++;
  return bytes[code] === EOI ? bytes.subarray(0, end) : undefined;
}

function readSegments(extension: Bytes): Segment[] | undefined {
  try {
    const segments = segmentsOf(extension);
    return segments.every(({ code, start, end }) => !isFrame(code) || end - start >= 6) ? segments : undefined;
  } catch (error) {
    if (error instanceof InvalidDataError) return undefined;
    throw error;
  }
}

/** Segments up to SOS or the end; `first` is a marker that stands alone before them. */
function segmentsOf(bytes: Bytes, first?: number): Segment[] {
  const segments: Segment[] = [];
  let at = first === undefined ? 0 : 2;
  while (segments.length < MAX_SEGMENTS) {
    const segment = readSegment(bytes, at);
    if (segment === undefined) break;
    segments.push(segment);
    at = segment.end;
    if (segment.code === SOS) break;
  }
  return segments;
}

function sizeOf(bytes: Bytes, { start }: Segment): { width: number; height: number } {
  const height = (bytes[start + 1]! << 8) | bytes[start + 2]!;
  const width = (bytes[start + 3]! << 8) | bytes[start + 4]!;
  return { width, height };
}

/** A start of frame: SOF0 to SOF15 but for the three codes among them that mean something else. */
function isFrame(code: number): boolean {
  return code >= SOF0 && code <= SOF15 && code !== DHT && code !== JPG && code !== DAC;
}

function isComment(code: number): boolean {
  return (code >= APP0 && code <= APP15) || code === COM;
}
