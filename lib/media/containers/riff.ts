import type { ByteWindow } from "../byte_window.ts";

/** Bytes of a chunk's head: its id and its length. */
export const CHUNK_HEAD = 8;
/** Bytes of the head of a LIST or RIFF chunk, which has a second id. */
export const LIST_HEAD = 12;

/** One chunk of a RIFF file (AVI): four letters, a length, data, a filling byte if the length is odd. */
export interface RiffChunk {
  readonly id: string;
  /** Second id of a LIST or RIFF chunk, else "". */
  readonly kind: string;
  /** First byte of the data; of a list's data its first chunk. */
  readonly start: number;
  /** Byte behind the data, as the length says: it may lie behind the file's end. */
  readonly end: number;
}

/** The chunk that begins at `offset`, or undefined when the file ends there or no chunk can begin so. */
export async function readChunk(window: ByteWindow, offset: number): Promise<RiffChunk | undefined> {
  const bytes = await window.at(offset, LIST_HEAD);
  return bytes.length < CHUNK_HEAD ? undefined : parseChunk(bytes, offset);
}

/** The chunk that begins at the first of `bytes`, which lie at `offset` of the file. */
export function parseChunk(bytes: Uint8Array, offset: number): RiffChunk | undefined {
  for (let i = 0; i < 4; i++) if (!(bytes[i]! >= 0x20 && bytes[i]! <= 0x7e)) return undefined;
  const id = readId(bytes, 0);
  const length = readUint32LE(bytes, 4);
  const isList = id === "LIST" || id === "RIFF";
  if (isList && bytes.length < LIST_HEAD) return undefined;
  const start = offset + (isList ? LIST_HEAD : CHUNK_HEAD);
  const kind = isList ? readId(bytes, 8) : "";
  return { id, kind, start, end: Math.max(start, offset + CHUNK_HEAD + length) };
}

/** Where the next chunk begins: data are filled up to an even length. */
export function nextChunk({ start, end }: RiffChunk): number {
  return end + (end - start) % 2;
}

/** The unsigned 32-bit little-endian number at `offset`; the caller has checked the length. */
export function readUint32LE(bytes: Uint8Array, offset: number): number {
  return (bytes[offset]! | (bytes[offset + 1]! << 8) | (bytes[offset + 2]! << 16) | (bytes[offset + 3]! << 24)) >>> 0;
}

/** The unsigned 64-bit little-endian number at `offset`, exact up to 2^53. */
export function readUint64LE(bytes: Uint8Array, offset: number): number {
  return readUint32LE(bytes, offset) + readUint32LE(bytes, offset + 4) * 2 ** 32;
}

/** Four characters at `offset`. */
export function readId(bytes: Uint8Array, offset: number): string {
  return String.fromCharCode(bytes[offset]!, bytes[offset + 1]!, bytes[offset + 2]!, bytes[offset + 3]!);
}
