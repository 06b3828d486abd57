import { assert, assertEquals, assertThrows } from "@std/assert";
import { concatBytes } from "../../lib/core/bytes.ts";
import { InvalidDataError } from "../../lib/core/errors.ts";
import { decodeSequential } from "../../lib/jpeg/coefficients.ts";
import { DHT, SOF0, SOF1, SOF2 } from "../../lib/jpeg/markers.ts";
import { parseJpeg } from "../../lib/jpeg/parse.ts";
import { decodeProgressive } from "../../lib/jpeg/progressive.ts";
import { toSequential } from "../../lib/jpeg/sequential.ts";
import { insertAt, markerOffset, patched, sampleJpeg, segment } from "../support/jpeg_samples.ts";
import { inSeparateScans } from "../support/separate_scans.ts";

Deno.test("toSequential() keeps every coefficient, the sampling and the tables of pictures in many scans", () => {
  const jpegs = [sampleJpeg("420_progressive"), ...["444", "440", "411", "422"].map(inSeparateScans)];
  for (const [index, bytes] of jpegs.entries()) {
    const before = parseJpeg(bytes);
    assert(before.scans.length > 1);
    const after = toSequential(before)!;
    assertEquals([after.process, after.scans.length, after.scans[0]!.restartMarkers], [SOF0, 1, 0]);
    assertEquals([after.components, after.quantization], [before.components, before.quantization]);
    const planes = before.process === SOF2 ? decodeProgressive(before) : decodeSequential(before);
    assertEquals(decodeSequential(after), planes, `picture ${index}`);
  }
});

Deno.test("toSequential() makes an extended picture of one with steps of 16 bits", () => {
  const jpeg = insertAt(sampleJpeg("420_progressive"), 2, segment(0xdb, 0x13, ...new Array<number>(128).fill(1)));
  assertEquals(toSequential(parseJpeg(jpeg))!.process, SOF1);
});

Deno.test("toSequential() gives up where the standard tables have no code, and where there are not three components", () => {
  assertEquals(toSequential(parseJpeg(sampleJpeg("grey"))), undefined);
  const whole = sampleJpeg("444");
  // All codes are one bit: 0 for an AC coefficient of 15 bits, so that every block is full of them.
  const full = (head: number, symbol: number) => [head, 1, ...new Array<number>(15).fill(0), symbol];
  const tables = segment(DHT, ...[0, 1].flatMap((id) => [...full(id, 0), ...full(16 + id, 15)]));
  const at = markerOffset(whole, 0xda);
  const jpeg = concatBytes([whole.subarray(0, at), tables, whole.subarray(at, at + 14), new Uint8Array(20_000)]);
  assertEquals(toSequential(parseJpeg(jpeg)), undefined);
});

Deno.test("toSequential() refuses damaged data", () => {
  const whole = sampleJpeg("420_progressive");
  const sof = markerOffset(whole, SOF2);
  assertThrows(() => toSequential(parseJpeg(patched(whole, { [sof + 6]: 255 }))), InvalidDataError);
  assert(toSequential(parseJpeg(whole)));
});
