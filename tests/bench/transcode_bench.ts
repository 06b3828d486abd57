/**
 * What it costs to bring JPEGs into the form of RFC 2435, beside libjpeg-turbo's own coefficient path in C.
 *
 * deno run -A tests/bench/transcode_bench.ts
 */
import process from "node:process";
import { dirname, fromFileUrl, join } from "@std/path";
import type { Bytes } from "../../lib/core/bytes.ts";
import { JpegSplitter } from "../../lib/jpeg/boundary.ts";
import { decodeSequential } from "../../lib/jpeg/coefficients.ts";
import { type JpegImage, parseJpeg } from "../../lib/jpeg/parse.ts";
import { toRtpJpeg } from "../../lib/jpeg/transcode.ts";
import { writeJpeg } from "../../lib/jpeg/write.ts";
import { pipe } from "../support/jpeg_programs.ts";
import { planeSamples, psnr, resampleIdeally } from "../support/jpeg_reference.ts";
import { median, printTable } from "./table.ts";

/** More pictures than tables are kept for, each with tables of its own: nothing is found from the round before. */
const PICTURES = 20;
/** Both sides take turns so often, so that what else the machine does hits both. */
const TURNS = Deno.env.has("BENCH_QUICK") ? 3 : 6;
const ROUNDS_PER_TURN = 2;
/** One picture of so many is looked at for what resampling costs in quality. */
const JUDGED = 10;
const PEER = join(dirname(fromFileUrl(import.meta.url)), "peers", "jpeg_coefficients.c");

/** One line of the table. */
export interface TranscodeRow {
  readonly what: string;
  /** Mean size of the JPEGs in bytes. */
  readonly size: number;
  /** Milliseconds for each JPEG, fastest round. */
  readonly ours: number;
  /** The same for libjpeg-turbo. */
  readonly theirs: number;
  /** Milliseconds of processor time for each JPEG, all of this process included; the turn in the middle. */
  readonly processor: number;
  /** Lowest of a chroma plane against its ideally resampled original, dB; undefined when chroma is as it was. */
  readonly chroma: number | undefined;
}

const KINDS: Record<string, readonly string[]> = {
  "standard tables": [],
  "own Huffman tables": ["-optimize"],
  "progressive": ["-progressive"],
};

/** Measures all kinds of JPEGs in two sizes. */
export async function benchTranscode(): Promise<TranscodeRow[]> {
  const folder = await Deno.makeTempDir();
  try {
    const peer = join(folder, "peer");
    await pipe("cc", ["-O2", "-o", peer, PEER, "-ljpeg"], new Uint8Array(0));
    const rows: TranscodeRow[] = [];
    for (const [size, quality] of [["640x480", 5], ["1920x1080", 5]] as const) {
      for (const [sampling, format] of [["4:2:0", "yuvj420p"], ["4:4:4", "yuvj444p"]] as const) {
        const pictures = await film(size, format, quality);
        for (const [kind, words] of Object.entries(KINDS)) {
          if (sampling === "4:4:4" && words[0] === "-progressive") continue;
          const jpegs = await Promise.all(pictures.map((jpeg) => pipe("jpegtran", words, jpeg)));
          rows.push(await compare(`${size} ${sampling} ${kind}`, jpegs, peer, folder));
        }
      }
    }
    return rows;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Different pictures with fine detail and some noise, as a camera gives them. */
async function film(size: string, format: string, quality: number): Promise<Bytes[]> {
  const source = `mandelbrot=size=${size}:rate=5:start_scale=0.4,noise=alls=7:allf=t`;
  const words =
    `-loglevel error -f lavfi -i ${source} -frames:v ${PICTURES} -pix_fmt ${format} -q:v ${quality} -f mjpeg -`;
  const splitter = new JpegSplitter();
  return splitter.push(await pipe("ffmpeg", words.split(" "), new Uint8Array(0)));
}

async function compare(what: string, jpegs: readonly Bytes[], peer: string, folder: string): Promise<TranscodeRow> {
  const paths = jpegs.map((_, index) => join(folder, `${index}.jpg`));
  await Promise.all(paths.map((path, index) => Deno.writeFile(path, jpegs[index]!)));
  const best = jpegs.map(() => Infinity);
  const processor: number[] = [];
  let theirs = Infinity;
  for (let turn = 0; turn < TURNS; turn++) {
    const before = process.cpuUsage();
    transcodeAll(jpegs, best);
    const { user, system } = process.cpuUsage(before);
    processor.push((user + system) / 1000 / jpegs.length / ROUNDS_PER_TURN);
    const printed = await pipe(peer, [String(ROUNDS_PER_TURN), ...paths], new Uint8Array(0));
    theirs = Math.min(theirs, Number(new TextDecoder().decode(printed)));
  }
  return {
    what,
    size: mean(jpegs.map(({ length }) => length)),
    ours: mean(best),
    theirs,
    processor: median(processor, (time) => time),
    chroma: worstChroma(jpegs.filter((_, index) => index % JUDGED === 0)),
  };
}

/** Notes the milliseconds of each picture in its fastest round: there what else the machine does weighs little. */
function transcodeAll(jpegs: readonly Bytes[], best: number[]): void {
  for (let round = 0; round < ROUNDS_PER_TURN; round++) {
    for (const [index, jpeg] of jpegs.entries()) {
      const start = performance.now();
      toRtpJpeg(jpeg);
      best[index] = Math.min(best[index]!, performance.now() - start);
    }
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function worstChroma(jpegs: readonly Bytes[]): number | undefined {
  const ratios = jpegs.flatMap((jpeg) => {
    const { image, lossless } = toRtpJpeg(jpeg);
    return lossless ? [] : [1, 2].map((index) => chromaQuality(parseJpeg(jpeg), parseJpeg(writeJpeg(image)), index));
  });
  return ratios.length > 0 ? Math.min(...ratios) : undefined;
}

/** Signal to noise of a plane of a 4:4:4 picture after it has become 4:2:2, dB. */
function chromaQuality(before: JpegImage, after: JpegImage, index: number): number {
  const source = planeSamples(before, index, decodeSequential(before)[index]!);
  const actual = planeSamples(after, index, decodeSequential(after)[index]!);
  return psnr(actual, resampleIdeally(source, actual.width, actual.height, [1, 2], [1, 1]));
}

if (import.meta.main) {
  printTable(
    "Milliseconds for each JPEG; the ratio is ours to libjpeg-turbo's coefficient path, the share of a core is of processor time",
    ["picture", "kB", "ours", "libjpeg-turbo", "ratio", "processor", "core at 30/s", "chroma dB"],
    (await benchTranscode()).map(({ what, size, ours, theirs, processor, chroma }) => [
      what,
      Math.round(size / 1000),
      ours,
      theirs,
      ours / theirs,
      processor,
      processor * 30 / 1000,
      chroma ?? "as it was",
    ]),
  );
}
