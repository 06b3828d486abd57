import { type Bytes, concatBytes } from "../core/bytes.ts";
import { InvalidDataError } from "../core/errors.ts";
import { DHT, DQT, DRI, SOS } from "../jpeg/markers.ts";
import { type HuffmanTable, type JpegImage, parseJpeg, type QuantizationTable } from "../jpeg/parse.ts";
import type { RtpJpeg } from "../jpeg/rfc2435.ts";
import { writeJpeg } from "../jpeg/write.ts";

/** Profile of the header extension on a frame's first packet (ONVIF Streaming Specification, "JPEG over RTP"). */
export const ONVIF_FIRST = 0xffd8;
/** Likewise, on the others. */
export const ONVIF_FURTHER = 0xffff;
/** Bytes of a header extension before its words (RFC 3550 section 5.3.1). */
export const EXTENSION_HEADER_SIZE = 4;
const FILL = 0xff;

/**
 * The segments that say how the picture's first scan is to be read: start of frame, the tables that are used, restart
 * interval and start of scan, in whole 32-bit words (fill bytes before SOS make up for the rest). The start of frame
 * stands first, where receivers that look for nothing but the size find it.
 *
 * Throws `InvalidDataError` when a table is missing.
 */
export function onvifSegments(image: JpegImage): Bytes {
  const [scan] = image.scans;
  const { restartInterval, restartMarkers } = scan!;
  const parts = [
    frameSegment(image),
    ...quantizationSegments(image),
    huffmanSegment(image),
    ...(restartMarkers > 0 ? [segment(DRI, [restartInterval >> 8, restartInterval & 255])] : []),
  ];
  const start = scanSegment(image);
  const size = parts.reduce((sum, part) => sum + part.length, start.length);
  return concatBytes([...parts, new Uint8Array((4 - size % 4) % 4).fill(FILL), start]);
}

/** The segments of a picture that RFC 2435 carries but for its size. */
export function segmentsFor(image: RtpJpeg): Bytes {
  const { type, width, height, restartInterval, quantization } = image;
  // A restart marker in the scan, which is not read, is what announces the interval.
  const scan = restartInterval > 0 ? Uint8Array.of(0, FILL, 0xd0, 0) : Uint8Array.of(0);
  return onvifSegments(parseJpeg(writeJpeg({ type, width, height, restartInterval, quantization, scan })));
}

/** Writes the header extension for these segments at `offset` of `target`; returns how many bytes it takes. */
export function writeOnvifExtension(target: Uint8Array, offset: number, profile: number, segments: Uint8Array): number {
  const words = segments.length / 4;
  target.set([profile >>> 8, profile & 0xff, words >>> 8, words & 0xff], offset);
  target.set(segments, offset + EXTENSION_HEADER_SIZE);
  return EXTENSION_HEADER_SIZE + segments.length;
}

function frameSegment({ process, precision, width, height, components }: JpegImage): Bytes {
  const parts = components.flatMap((part) => [part.id, part.horizontal << 4 | part.vertical, part.quantization]);
  return segment(process, [precision, height >> 8, height & 255, width >> 8, width & 255, components.length, ...parts]);
}

/** One segment for each table that a component uses. */
function quantizationSegments({ components, quantization }: JpegImage): Bytes[] {
  const used = new Set(components.map((component) => component.quantization));
  return [...used].map((id) => {
    const table = quantization[id];
    if (table === undefined) throw missing("quantization");
    return segment(DQT, [(table.bits === 16 ? 0x10 : 0) | id, ...stepsOf(table)]);
  });
}

function stepsOf({ bits, values }: QuantizationTable): number[] {
  return bits === 16 ? [...values].flatMap((step) => [step >> 8, step & 255]) : [...values];
}

/** One segment with the tables that the scan uses. */
function huffmanSegment({ scans: [scan] }: JpegImage): Bytes {
  const tables = new Map<number, HuffmanTable | undefined>();
  for (const { dc, ac } of scan!.components) {
    tables.set(dc, scan!.dcTables[dc]);
    tables.set(0x10 | ac, scan!.acTables[ac]);
  }
  const parts = [...tables].flatMap(([head, table]) => {
    if (table === undefined) throw missing("Huffman");
    return [head, ...table.counts, ...table.symbols];
  });
  return segment(DHT, parts);
}

function scanSegment({ scans: [scan], components }: JpegImage): Bytes {
  const { spectralStart, spectralEnd, approximationHigh, approximationLow } = scan!;
  const parts = scan!.components.flatMap(({ component, dc, ac }) => [components[component]!.id, dc << 4 | ac]);
  const approximation = approximationHigh << 4 | approximationLow;
  return segment(SOS, [scan!.components.length, ...parts, spectralStart, spectralEnd, approximation]);
}

function segment(code: number, data: readonly number[]): Bytes {
  const length = data.length + 2;
  return Uint8Array.of(FILL, code, length >> 8, length & 255, ...data);
}

function missing(what: string): InvalidDataError {
  return new InvalidDataError(`Cannot take the segments of a JPEG: a ${what} table is missing`);
}
