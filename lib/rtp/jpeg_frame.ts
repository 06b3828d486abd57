import type { Bytes } from "../core/bytes.ts";
import { EOI } from "../jpeg/markers.ts";
import { RESTART_TYPES } from "../jpeg/rfc2435.ts";
import { walkEntropy } from "../jpeg/segments.ts";
import type { JpegHeader } from "./jpeg_header.ts";

/** A width and a height in pixels. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** Why a scan is damaged though no byte of it is missing. */
export type ScanFault = "scan broken by a marker" | "restart markers not announced" | "scan too short for its size";

/**
 * The scan without EOI and the padding that may follow it, or what is wrong with it.
 *
 * Decoding would find more faults; this finds those that a walk over the bytes can prove.
 */
export function checkScan(bytes: Bytes, header: JpegHeader, size: PictureSize): Bytes | ScanFault {
  const { end, restarts, strayMarker } = walkEntropy(bytes, 0);
  if (strayMarker !== undefined) return "scan broken by a marker";
  if (end !== undefined && endCode(bytes, end) !== EOI) return "scan broken by a marker";
  if (restarts > 0 && header.type < RESTART_TYPES) return "restart markers not announced";
  const scan = end === undefined ? bytes : bytes.subarray(0, end);
  return 8 * scan.length < leastBits(header.type, size) ? "scan too short for its size" : scan;
}

/** The code of the marker at `end`, past its fill bytes. */
function endCode(bytes: Bytes, end: number): number {
  let at = end + 1;
  while (bytes[at] === 0xff) at++;
  return bytes[at]!;
}

/**
 * Bits of the smallest possible scan: with the standard Huffman tables (T.81 annex K.3) a block without content takes
 * 2 bits for "no DC difference", and for "end of block" 4 bits in luma and 2 in chroma.
 */
function leastBits(type: number, { width, height }: PictureSize): number {
  const lumaRows = type % 2 === 0 ? 1 : 2;
  const units = Math.ceil(width / 16) * Math.ceil(height / (8 * lumaRows));
  return units * (2 * lumaRows * 6 + 2 * 4);
}

/**
 * The size of a picture: what the header says, made exact by a size known from elsewhere where both agree; a header of
 * 0 x 0 means the size from elsewhere. Undefined when nothing says it.
 */
export function pictureSize(header: JpegHeader, known: PictureSize | undefined): PictureSize | undefined {
  const { width, height } = header;
  if (width === 0 && height === 0) return known;
  if (width === 0 || height === 0) return undefined;
  const agree = known && roundUp(known.width) === width && roundUp(known.height) === height;
  return agree ? known : { width, height };
}

/** Up to a whole number of blocks. */
function roundUp(pixels: number): number {
  return 8 * Math.ceil(pixels / 8);
}

/** Whether two packets may belong to one frame: all fields but the offset are equal (RFC 2435 section 3.1). */
export function sameFrameHeader(a: JpegHeader, b: JpegHeader): boolean {
  return a.type === b.type && a.q === b.q && a.width === b.width && a.height === b.height &&
    a.typeSpecific === b.typeSpecific && a.restart?.interval === b.restart?.interval;
}
