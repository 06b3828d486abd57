import { assertEquals, assertThrows } from "@std/assert";
import type { Bytes } from "../../lib/core/bytes.ts";
import { InvalidDataError } from "../../lib/core/errors.ts";
import { unstuff } from "../../lib/jpeg/bit_reader.ts";
import { type JpegScan, parseJpeg } from "../../lib/jpeg/parse.ts";
import { Workspace } from "../../lib/jpeg/workspace.ts";
import { sampleJpeg } from "../support/jpeg_samples.ts";

const TEMPLATE = parseJpeg(sampleJpeg("420")).scans[0]!;

function scanOf(restartMarkers: number, ...data: number[]): JpegScan {
  return { ...TEMPLATE, restartMarkers, data: Uint8Array.from(data) };
}

function intervals(scan: JpegScan, count: number): Bytes[] {
  const { view, starts, ends } = unstuff(scan, count);
  return starts.map((start, index) => new Uint8Array(view.buffer.slice(start / 8, ends[index]! / 8)));
}

Deno.test("unstuff() takes out stuffed zeros", () => {
  assertEquals(intervals(scanOf(0, 1, 255, 0, 255, 0, 2, 255, 0), 1), [Uint8Array.of(1, 255, 255, 2, 255)]);
});

Deno.test("unstuff() cuts at restart markers, fill bytes before them included", () => {
  const scan = scanOf(2, 1, 255, 0, 255, 208, 2, 255, 255, 209, 255, 0);
  assertEquals(intervals(scan, 3), [Uint8Array.of(1, 255), Uint8Array.of(2), Uint8Array.of(255)]);
});

Deno.test("unstuff() leaves zeros to read beyond the end for a unit of 64 blocks, whatever stood in the workspace", () => {
  const workspace = new Workspace();
  for (let picture = 0; picture < 2; picture++) {
    const { view, ends } = unstuff(scanOf(0, 1), 1, workspace);
    for (let block = 1; block <= 64; block++) assertEquals(view.getUint32((ends[0]! + block * 64 * 31) >> 3), 0);
    workspace.clear();
    workspace.bytes(view.byteLength).fill(0xff);
    workspace.clear();
  }
});

Deno.test("J11 unstuff() refuses restart markers that are too few, too many or out of order, and stray markers", () => {
  assertThrows(() => unstuff(scanOf(1, 1, 255, 208), 3), InvalidDataError, "1 restart markers stand where 2 belong");
  assertThrows(() => unstuff(scanOf(1, 1, 255, 208), 1), InvalidDataError, "1 restart markers stand where 0 belong");
  assertThrows(() => unstuff({ ...scanOf(1), restartsInOrder: false }, 2), InvalidDataError, "in order");
  assertThrows(() => unstuff({ ...scanOf(0), strayMarker: 7 }, 1), InvalidDataError, "(at byte 7)");
});
