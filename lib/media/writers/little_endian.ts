import { type Bytes, concatBytes } from "../../core/bytes.ts";

/** Parts of a RIFF file: numbers of 16, 32 and 64 bits, texts of Latin letters, and bytes as they are. */
export type Part = { readonly u16: number } | { readonly u32: number } | { readonly u64: number } | string | Uint8Array;

/** The parts one after the other, numbers in little-endian order. */
export function littleEndian(...parts: readonly Part[]): Bytes {
  return concatBytes(parts.map(encode));
}

function encode(part: Part): Uint8Array {
  if (part instanceof Uint8Array) return part;
  if (typeof part === "string") return Uint8Array.from(part, (letter) => letter.charCodeAt(0));
  if ("u64" in part) return number(8, (view) => view.setBigUint64(0, BigInt(part.u64), true));
  if ("u32" in part) return number(4, (view) => view.setUint32(0, part.u32, true));
  return number(2, (view) => view.setUint16(0, part.u16, true));
}

function number(size: number, set: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(size);
  set(new DataView(bytes.buffer));
  return bytes;
}

/** A chunk with its length; a byte follows where that is odd. */
export function chunk(id: string, ...parts: readonly Part[]): Bytes {
  const data = littleEndian(...parts);
  return littleEndian(id, { u32: data.length }, data, new Uint8Array(data.length % 2));
}

/** A list of chunks. */
export function list(type: string, ...chunks: readonly Uint8Array[]): Bytes {
  return chunk("LIST", type, ...chunks);
}
