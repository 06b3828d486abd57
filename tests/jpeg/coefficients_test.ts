import { assertEquals, assertLess, assertThrows } from "@std/assert";
import { type Bytes, concatBytes } from "../../lib/core/bytes.ts";
import { InvalidDataError } from "../../lib/core/errors.ts";
import { decodeSequential } from "../../lib/jpeg/coefficients.ts";
import { DHT, SOS } from "../../lib/jpeg/markers.ts";
import { parseJpeg } from "../../lib/jpeg/parse.ts";
import { decodePicture } from "../support/decode_picture.ts";
import { markerOffset, patched, sampleJpeg, segment } from "../support/jpeg_samples.ts";
import { masksOf, planeSamples } from "../support/jpeg_reference.ts";

const decode = (bytes: Bytes) => decodeSequential(parseJpeg(bytes));

Deno.test("decodeSequential() gives planes with the picture's blocks and those that fill the last MCU", () => {
  const planes = decode(sampleJpeg("420"));
  const shapes = planes.map(({ blocksWide, blocksHigh, stride, rows }) => [blocksWide, blocksHigh, stride, rows]);
  assertEquals(shapes, [[6, 5, 6, 6], [3, 3, 3, 3], [3, 3, 3, 3]]);
  for (const plane of planes) assertEquals(plane.masks, masksOf(plane));
});

Deno.test("decodeSequential() gives the same with other Huffman tables and with restart markers", () => {
  const expected = decode(sampleJpeg("420"));
  assertEquals(decode(sampleJpeg("420_optimized")), expected);
  assertEquals(decode(sampleJpeg("420_restart")), expected);
});

Deno.test("decodeSequential() gives coefficients of the picture that another decoder shows", async () => {
  const image = parseJpeg(sampleJpeg("grey"));
  const { values } = planeSamples(image, 0, decodeSequential(image)[0]!);
  const { rgba } = await decodePicture(sampleJpeg("grey"));
  assertEquals(rgba.length, values.length * 4);
  const furthest = values.reduce((most, value, at) => {
    return Math.max(most, Math.abs(Math.max(0, Math.min(255, value + 128)) - rgba[at * 4]!));
  }, 0);
  assertLess(furthest, 2);
});

Deno.test("J01 decodeSequential() refuses data that ends early", () => {
  const whole = sampleJpeg("420");
  const start = markerOffset(whole, SOS) + 14;
  for (const length of [20, 100, whole.length - start - 20]) {
    assertThrows(() => decode(whole.slice(0, start + length)), InvalidDataError, "the data ends in unit");
  }
});

Deno.test("decodeSequential() refuses a component with two scans, with none, or without tables", () => {
  const whole = sampleJpeg("grey");
  const scan = whole.slice(markerOffset(whole, SOS), -2);
  assertThrows(() => decode(concatBytes([whole.slice(0, -2), scan])), InvalidDataError, "component 1 has two scans");
  const image = parseJpeg(sampleJpeg("420"));
  assertThrows(() => decodeSequential({ ...image, scans: [] }), InvalidDataError);
  const sos = markerOffset(whole, SOS);
  assertThrows(() => decode(patched(whole, { [sos + 6]: 0x22 })), InvalidDataError, "a Huffman table is missing");
});

Deno.test("decodeSequential() stays inside the data when every coefficient takes 31 bits and the data ends in the first block", () => {
  const whole = sampleJpeg("420");
  const longest = (head: number, symbol: number) => [head, ...new Array<number>(15).fill(0), 1, symbol];
  const tables = segment(DHT, ...[0, 1].flatMap((id) => [...longest(id, 11), ...longest(16 + id, 15)]));
  const at = markerOffset(whole, SOS);
  const cut = concatBytes([whole.subarray(0, at), tables, whole.subarray(at, at + 14), new Uint8Array(8)]);
  assertThrows(() => decode(cut), InvalidDataError, "the data ends");
});
