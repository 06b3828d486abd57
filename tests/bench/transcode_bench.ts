/**
 * What it costs to bring JPEGs into the form of RFC 2435, beside libjpeg-turbo's own coefficient path in C.
 *
 * deno run -A tests/bench/transcode_bench.ts
 */
import { dirname, fromFileUrl, join } from "@std/path";
import type { Bytes } from "../../lib/core/bytes.ts";
import { JpegSplitter } from "../../lib/jpeg/boundary.ts";
import { toRtpJpeg } from "../../lib/jpeg/transcode.ts";
import { pipe } from "../support/jpeg_programs.ts";
import { printTable } from "./table.ts";

/** More pictures than tables are kept for, each with tables of its own: nothing is found from the round before. */
const PICTURES = 20;
const ROUNDS = Deno.env.has("BENCH_QUICK") ? 3 : 12;
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
  const ours = fastestRound(jpegs);
  const theirs = Number(new TextDecoder().decode(await pipe(peer, [String(ROUNDS), ...paths], new Uint8Array(0))));
  return { what, size: jpegs.reduce((sum, { length }) => sum + length, 0) / jpegs.length, ours, theirs };
}

/** Mean over the pictures of what each took in its fastest round: what else the machine does weighs little. */
function fastestRound(jpegs: readonly Bytes[]): number {
  const best = jpegs.map(() => Infinity);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, jpeg] of jpegs.entries()) {
      const start = performance.now();
      toRtpJpeg(jpeg);
      best[index] = Math.min(best[index]!, performance.now() - start);
    }
  }
  return best.reduce((sum, time) => sum + time, 0) / best.length;
}

if (import.meta.main) {
  printTable(
    "Milliseconds for each JPEG; the ratio is ours to libjpeg-turbo's coefficient path",
    ["picture", "kB", "ours", "libjpeg-turbo", "ratio", "core at 30/s"],
    (await benchTranscode()).map(({ what, size, ours, theirs }) => [
      what,
      Math.round(size / 1000),
      ours,
      theirs,
      ours / theirs,
      ours * 30 / 1000,
    ]),
  );
}
