import type { Bytes } from "./bytes.ts";

/** The only door to chance. Tests hand in a seeded one. */
export interface Random {
  /** An integer from 0 to 2^32 - 1. */
  uint32(): number;
  /** `length` random bytes. */
  bytes(length: number): Bytes;
}

/** The machine's cryptographic random source. */
export const systemRandom: Random = {
  uint32: () => crypto.getRandomValues(new Uint32Array(1))[0]!,
  bytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
};

/** A repeatable source for tests, fuzzing and benchmarks (xorshift32): the same seed gives the same numbers. */
export function seededRandom(seed: number): Random {
  let state = (seed >>> 0) || 1;
  const uint32 = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  return { uint32, bytes: (length) => Uint8Array.from({ length }, () => uint32() >>> 24) };
}

/** Random bytes as lower-case hexadecimal digits, two for each byte. */
export function randomHex(random: Random, bytes: number): string {
  return random.bytes(bytes).reduce((text, byte) => text + byte.toString(16).padStart(2, "0"), "");
}
