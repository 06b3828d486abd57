import { type Bytes, concatBytes } from "../../lib/core/bytes.ts";
import type { Random } from "../../lib/core/random.ts";

/**
 * One to eight random changes: bytes set, bits turned, parts cut out or doubled, the end cut off, and words of the
 * format's own put in.
 */
export function mutate(bytes: Bytes, random: Random, words: readonly Bytes[] = []): Bytes {
  let changed = bytes.slice();
  for (let left = 1 + random.uint32() % 8; left > 0 && changed.length > 4; left--) {
    const at = random.uint32() % changed.length;
    const length = random.uint32() % 64;
    const kind = random.uint32() % (words.length > 0 ? 8 : 6);
    if (kind === 0) changed[at] = random.uint32();
    else if (kind === 1) changed[at]! ^= 1 << (random.uint32() & 7);
    else if (kind === 2) changed[at] = 0xff;
    else if (kind === 3) changed = concatBytes([changed.subarray(0, at), changed.subarray(at + length)]);
    else if (kind === 4) changed = concatBytes([changed.subarray(0, at + length), changed.subarray(at)]);
    else if (kind === 5 && random.uint32() % 4 === 0) changed = changed.slice(0, at);
    else if (kind > 5) {
      const word = words[random.uint32() % words.length]!;
      changed = concatBytes([changed.subarray(0, at), word, changed.subarray(at)]);
    }
  }
  return changed;
}
