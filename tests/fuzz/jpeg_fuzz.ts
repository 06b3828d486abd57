import { assert, assertEquals } from "@std/assert";
import type { Bytes } from "../../lib/core/bytes.ts";
import { InvalidDataError } from "../../lib/core/errors.ts";
import { type Random, seededRandom } from "../../lib/core/random.ts";
import { JpegSplitter } from "../../lib/jpeg/boundary.ts";
import { decodeSequential } from "../../lib/jpeg/coefficients.ts";
import { parseJpeg } from "../../lib/jpeg/parse.ts";
import { fitRfc2435 } from "../../lib/jpeg/rfc2435.ts";
import { toRtpJpeg } from "../../lib/jpeg/transcode.ts";
import { writeJpeg } from "../../lib/jpeg/write.ts";
import { sampleJpeg } from "../support/jpeg_samples.ts";
import { mutate } from "../support/mutate.ts";

const NAMES = "420 420_optimized 420_progressive 420_restart 422 444 440 411 grey rgb cmyk".split(" ");

/** Parses, fits, writes, transcodes and splits mutated JPEGs: each is read or refused with `InvalidDataError`, nothing else. */
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
    tolerant(() => transcode(bytes, `seed ${seed}, run ${run}`));
    tolerant(() => splitAnywhere(bytes, random, `seed ${seed}, run ${run}`));
  }
}

/** What the transcoder made anew fits, decodes, and is taken as it is the second time. */
function transcode(bytes: Bytes, where: string): void {
  const { image } = toRtpJpeg(bytes);
  const again = parseJpeg(writeJpeg(image));
  const fit = fitRfc2435(again, 65535);
  assert(fit.fits, where);
  assertEquals(fit.image, image, where);
  if (!fitRfc2435(parseJpeg(bytes), 65535).fits) decodeSequential(again);
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

Deno.test("fuzzJpeg() finds no crash in parse, fit, write, transcode and split", () => {
  fuzzJpeg(Number(Deno.env.get("FUZZ_RUNS") ?? 2000), Number(Deno.env.get("FUZZ_SEED") ?? 1));
});
