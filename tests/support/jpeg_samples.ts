import { fromFileUrl } from "@std/path";
import { type Bytes, concatBytes } from "../../lib/core/bytes.ts";

/** A small JPEG of 43x37 pixels out of tests/vectors/jpeg: "420", "422_restart", "arithmetic" ... */
export function sampleJpeg(name: string): Bytes {
  return Deno.readFileSync(fromFileUrl(new URL(`../vectors/jpeg/${name}.jpg`, import.meta.url)));
}

/** One marker segment with its length field. */
export function segment(code: number, ...data: number[]): Bytes {
  const length = data.length + 2;
  return Uint8Array.of(0xff, code, length >> 8, length & 255, ...data);
}

/** Where the marker with this code stands for the first time, walking no segments: for samples without surprises. */
export function markerOffset(bytes: Bytes, code: number): number {
  for (let at = 0; at + 1 < bytes.length; at++) if (bytes[at] === 0xff && bytes[at + 1] === code) return at;
  throw new RangeError(`Cannot find marker 0x${code.toString(16)}`);
}

/** The bytes without the whole segments of these codes. */
export function withoutSegments(bytes: Bytes, ...codes: number[]): Bytes {
  const parts: Uint8Array[] = [bytes.subarray(0, 2)];
  let at = 2;
  while (true) {
    const code = bytes[at + 1]!;
    const end = at + 2 + ((bytes[at + 2]! << 8) | bytes[at + 3]!);
    if (!codes.includes(code)) parts.push(bytes.subarray(at, code === 0xda ? bytes.length : end));
    if (code === 0xda) return concatBytes(parts);
    at = end;
  }
}

/** The bytes with `inserted` put before the byte at `offset`. */
export function insertAt(bytes: Bytes, offset: number, inserted: Uint8Array): Bytes {
  return concatBytes([bytes.subarray(0, offset), inserted, bytes.subarray(offset)]);
}

/** A copy with other values at some offsets. */
export function patched(bytes: Bytes, changes: Record<number, number>): Bytes {
  const copy = bytes.slice();
  for (const [offset, value] of Object.entries(changes)) copy[Number(offset)] = value;
  return copy;
}
