import { ByteReader, type Bytes } from "../core/bytes.ts";
import { SOI } from "../jpeg/markers.ts";

const COUNTED_HEADER_SIZE = 6;
const ADDRESSED_HEADER_SIZE = 10;

/** A piece with its number in the frame: u16 number, u16 total, u16 size modulo 2^16. */
export interface CountedPiece {
  /** From 0 or from 1, as the server likes. */
  readonly number: number;
  readonly total: number;
  readonly data: Bytes;
}

/** A piece with its place in the frame: u8 more, u8 frame number modulo 256, u32 offset, u32 frame size. */
export interface AddressedPiece {
  readonly frame: number;
  readonly offset: number;
  readonly size: number;
  readonly data: Bytes;
}

/** Whether a JPEG begins here. */
export function hasJpegStart(bytes: Bytes): boolean {
  return bytes[0] === 0xff && bytes[1] === SOI;
}

/** Reads a counted piece; undefined when the numbers make no sense as such. */
export function readCountedPiece(payload: Bytes): CountedPiece | undefined {
  if (payload.length <= COUNTED_HEADER_SIZE) return undefined;
  const reader = new ByteReader(payload);
  const number = reader.u16();
  const total = reader.u16();
  reader.skip(2);
  return total > 0 && number <= total ? { number, total, data: reader.rest() } : undefined;
}

/** Reads an addressed piece of a frame of at most `maxSize` bytes; undefined when the numbers make no sense as such. */
export function readAddressedPiece(payload: Bytes, maxSize: number): AddressedPiece | undefined {
  if (payload.length <= ADDRESSED_HEADER_SIZE || payload[0]! > 1) return undefined;
  const reader = new ByteReader(payload, "piece", 1);
  const frame = reader.u8();
  const offset = reader.u32();
  const size = reader.u32();
  const data = reader.rest();
  return size <= maxSize && offset + data.length <= size ? { frame, offset, size, data } : undefined;
}
