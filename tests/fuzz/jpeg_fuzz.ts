import { assertEquals } from "@std/assert";
import type { Bytes } from "../../lib/core/bytes.ts";
import { InvalidDataError } from "../../lib/core/errors.ts";
import { type Random, seededRandom } from "../../lib/core/random.ts";
import { JpegSplitter } from "../../lib/jpeg/boundary.ts";
import { parseJpeg } from "../../lib/jpeg/parse.ts";
import { fitRfc2435 } from "../../lib/jpeg/rfc2435.ts";
import { writeJpeg } from "../../lib/jpeg/write.ts";
import { sampleJpeg } from "../support/jpeg_samples.ts";

const NAMES = ["420", "420_optimized", "420_progressive", "420_restart", "422", "444", "grey", "rgb", "cmyk"];

/** One to eight random changes: bytes set, bits turned, parts cut out or doubled, the end cut off. */
export function mutate(bytes: Bytes, random: Random): Bytes {
  let changed = bytes.slice();
  for (let left = 1 + random.uint32() % 8; left > 0 && changed.length > 4; left--) {
    const at = random.uint32() % changed.length;
    const length = random.uint32() % 64;
    const kind = random.uint32() % 6;
    if (kind === 0) changed[at] = random.uint32();
    else if (kind === 1) changed[at]! ^= 1 << (random.uint32() & 7);
    else if (kind === 2) changed[at] = 0xff;
    else if (kind === 3) changed = Uint8Array.of(...changed.subarray(0, at), ...changed.subarray(at + length));
    else if (kind === 4) changed = Uint8Array.of(...changed.subarray(0, at + length), ...changed.subarray(at));
    else if (random.uint32() % 4 === 0) changed = changed.slice(0, at);
  }
  return changed;
}

/** Parses, fits, writes and splits mutated JPEGs: each is read or refused with `InvalidDataError`, nothing else. */
export function fuzzJpeg(runs: number, seed: number): void {
  const random = seededRandom(seed);
  const samples = NAMES.map(sampleJpeg);
  for (let run = 0; run < runs; run++) {
    const bytes = mutate(samples[run % samples.length]!, random);
    tolerant(() => {
      const result = fitRfc2435(parseJpeg(bytes));
      if (!result.fits) return;
      const again = fitRfc2435(parseJpeg(writeJpeg(result.image)));
      assertEquals(again, result, `seed ${seed}, run ${run}`);
    });
    tolerant(() => splitAnywhere(bytes, random, `seed ${seed}, run ${run}`));
  }
}

function splitAnywhere(bytes: Bytes, random: Random, where: string): void {
  const splitter = new JpegSplitter();
  let given = 0;
  let length = 0;
  while (given < bytes.length) {
    const next = given + 1 + random.uint32() % 500;
    for (const frame of splitter.push(bytes.subarray(given, next))) length += frame.length;
    given = next;
  }
  length += splitter.finish()?.length ?? 0;
  assertEquals(length + splitter.skipped, bytes.length, where);
}

function tolerant(body: () => void): void {
  try {
    body();
  } catch (error) {
    if (!(error instanceof InvalidDataError)) throw error;
  }
}

Deno.test("fuzzJpeg() finds no crash in parse, fit, write and split", () => {
  fuzzJpeg(Number(Deno.env.get("FUZZ_RUNS") ?? 2000), Number(Deno.env.get("FUZZ_SEED") ?? 1));
});
