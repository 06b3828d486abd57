import { readUint32 } from "../../core/bytes.ts";
import type { ByteWindow } from "../byte_window.ts";
import { readId } from "./riff.ts";

/** Boxes in one box that are looked at. */
const MAX_CHILDREN = 4096;
/** Bytes of the longest head. */
export const MAX_HEAD = 16;
const EMPTY = new Uint8Array(0);

/** One box of an MP4 file: a length, four letters, data (ISO/IEC 14496-12, 4.2). */
export interface Box {
  readonly type: string;
  /** First byte of the box, counted from where the walk began. */
  readonly offset: number;
  /** First byte of its data. */
  readonly start: number;
  /** Byte behind it, or the end of what holds it if that comes first. */
  readonly end: number;
  /** Whether the end of what holds it cuts it off. */
  readonly isCut: boolean;
  /** Its data; empty for boxes at the top of a file, which are not loaded. */
  readonly data: Uint8Array;
}

/** The head of the box at `offset` of a file, cut at the file's end; undefined if no box can begin there. */
export async function readBoxHead(window: ByteWindow, offset: number, size: number): Promise<Box | undefined> {
  return parseHead(await window.at(offset, MAX_HEAD), 0, offset, size);
}

/**
 * Passes over whole boxes of no interest whose heads lie in `bytes`, which begin at `offset` of a file; returns where the
 * first one stands that is not such a box. Films have two boxes for each fragment, hostile ones millions.
 */
export function skipBoxes(
  bytes: Uint8Array,
  offset: number,
  size: number,
  isWanted: (type: number, length: number) => boolean,
): number {
  let at = 0;
  while (at + 8 <= bytes.length) {
    const length = readUint32(bytes, at);
    if (length < 8 || offset + at + length > size || isWanted(readUint32(bytes, at + 4), length)) break;
    at += length;
  }
  return offset + at;
}

/** The boxes that fill `bytes`; stops where no box can begin. Offsets count from the start of `bytes`. */
export function boxesIn(bytes: Uint8Array): Box[] {
  const boxes: Box[] = [];
  for (let at = 0; at + 8 <= bytes.length && boxes.length < MAX_CHILDREN;) {
    const head = parseHead(bytes, at, at, bytes.length);
    if (head === undefined) break;
    boxes.push({ ...head, data: bytes.subarray(head.start, head.end) });
    at = head.end;
  }
  return boxes;
}

/** The first box of this type, or of this path of types through nested boxes. */
export function findBox(boxes: readonly Box[], ...path: string[]): Box | undefined {
  const [type, ...rest] = path;
  const box = boxes.find((candidate) => candidate.type === type);
  return box === undefined || rest.length === 0 ? box : findBox(boxesIn(box.data), ...rest);
}

/** The head of the box that begins at `bytes[at]`, which lies at `offset` of what ends at `limit`. */
export function parseHead(bytes: Uint8Array, at: number, offset: number, limit: number): Box | undefined {
  if (bytes.length < at + 8) return undefined;
  const type = readId(bytes, at + 4);
  let start = offset + 8;
  let size = readUint32(bytes, at);
  if (size === 1) {
    if (bytes.length < at + MAX_HEAD) return undefined;
    size = readUint64(bytes, at + 8);
    start += 8;
  } else if (size === 0) {
    size = limit - offset;
  }
  if (offset + size < start) return undefined;
  const isCut = offset + size > limit;
  return { type, offset, start, end: isCut ? limit : offset + size, isCut, data: EMPTY };
}

/** The unsigned 64-bit big-endian number at `offset`, exact up to 2^53. */
export function readUint64(bytes: Uint8Array, offset: number): number {
  return readUint32(bytes, offset) * 2 ** 32 + readUint32(bytes, offset + 4);
}
