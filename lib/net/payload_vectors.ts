import type { Bytes } from "../core/bytes.ts";
import { VECTOR_WORDS } from "./gso.ts";
import { addressOf, putAddress } from "./libc.ts";

const knownVectors = new WeakMap<readonly Bytes[], Uint32Array>();

/** The `struct iovec` of every payload of a frame: made once, used for all of its viewers. */
export function payloadVectors(payloads: readonly Bytes[]): Uint32Array {
  const found = knownVectors.get(payloads);
  if (found) return found;
  const words = new Uint32Array(payloads.length * VECTOR_WORDS);
  // The payloads of a frame are mostly views into one buffer, whose address is asked for once.
  let buffer: ArrayBuffer | undefined;
  let base = 0;
  for (const [index, payload] of payloads.entries()) {
    if (payload.buffer !== buffer) {
      buffer = payload.buffer;
      base = addressOf(new Uint8Array(buffer));
    }
    putAddress(words, index * VECTOR_WORDS, base + payload.byteOffset);
    words[index * VECTOR_WORDS + 2] = payload.length;
  }
  knownVectors.set(payloads, words);
  return words;
}
