/**
 * What JPEGs cost on the way that every frame takes: cut out of a stream, parsed once, and written by the player.
 *
 * deno run -A tests/bench/jpeg_bench.ts
 */
import { assert } from "@std/assert";
import { type Bytes, concatBytes } from "../../lib/core/bytes.ts";
import { findJpegEnd, JpegSplitter } from "../../lib/jpeg/boundary.ts";
import { parseJpeg } from "../../lib/jpeg/parse.ts";
import { fitRfc2435 } from "../../lib/jpeg/rfc2435.ts";
import { writeJpeg } from "../../lib/jpeg/write.ts";
import { drawPixmap, pipe, writePixmap } from "../support/jpeg_programs.ts";
import { microsecondsOf } from "./measure.ts";
import { printTable } from "./table.ts";

const CHUNK = 64 * 1024;

function cut(stream: Bytes): void {
  const splitter = new JpegSplitter();
  for (let at = 0; at < stream.length; at += CHUNK) splitter.push(stream.subarray(at, at + CHUNK));
}

const rows: [string, number, number, number, number, number][] = [];
for (const [width, height] of [[384, 288], [640, 480], [1920, 1080]] as const) {
  const jpeg = await pipe("cjpeg", ["-quality", "75"], writePixmap(drawPixmap(width, height)));
  const stream = concatBytes(new Array<Bytes>(10).fill(jpeg));
  const fit = fitRfc2435(parseJpeg(jpeg));
  assert(fit.fits);
  rows.push([
    `${width}x${height}`,
    Math.round(jpeg.length / 1000),
    microsecondsOf(() => findJpegEnd(jpeg, 0)),
    microsecondsOf(() => cut(stream)) / 10,
    microsecondsOf(() => fitRfc2435(parseJpeg(jpeg))),
    microsecondsOf(() => writeJpeg(fit.image)),
  ]);
}
printTable("Microseconds for each JPEG", ["picture", "kB", "find its end", "cut out", "parse and fit", "write"], rows);
