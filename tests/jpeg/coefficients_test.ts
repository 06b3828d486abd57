import { assertEquals, assertLess, assertThrows } from "@std/assert";
import { type Bytes, concatBytes } from "../../lib/core/bytes.ts";
import { InvalidDataError } from "../../lib/core/errors.ts";
import { decodeSequential, mcuGrid, planeShapes, scanOrder } from "../../lib/jpeg/coefficients.ts";
import { DHT, SOF0, SOS } from "../../lib/jpeg/markers.ts";
import { parseJpeg } from "../../lib/jpeg/parse.ts";
import { decodePicture } from "../support/decode_picture.ts";
import { markerOffset, patched, sampleJpeg, segment } from "../support/jpeg_samples.ts";
import { masksOf, planeSamples } from "../support/jpeg_reference.ts";

const decode = (bytes: Bytes) => decodeSequential(parseJpeg(bytes));

function sized(bytes: Bytes, width: number, height: number): Bytes {
  const at = markerOffset(bytes, SOF0);
  return patched(bytes, { [at + 5]: height >> 8, [at + 6]: height & 255, [at + 7]: width >> 8, [at + 8]: width & 255 });
}

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

Deno.test("scanOrder() goes through MCUs, or through the blocks of a single component", () => {
  const image = parseJpeg(sampleJpeg("422"));
  const shapes = planeShapes(image);
  const [scan] = image.scans;
  const order = scanOrder(image, scan!, shapes);
  assertEquals([order.units, order.unitsWide], [15, 3]);
  assertEquals(order.blocks.map(({ part, x, y }) => [part, x, y]), [[0, 0, 0], [0, 1, 0], [1, 0, 0], [2, 0, 0]]);
  const single = scanOrder(image, { ...scan!, components: scan!.components.slice(1, 2) }, shapes);
  assertEquals([single.units, single.unitsWide, single.blocks.length], [15, 3, 1]);
  assertEquals(mcuGrid(image), { horizontal: 2, vertical: 1, wide: 3, high: 5 });
});

Deno.test("J01 decodeSequential() refuses data that ends early", () => {
  const whole = sampleJpeg("420");
  const start = markerOffset(whole, SOS) + 14;
  for (const length of [20, 100, whole.length - start - 20]) {
    assertThrows(() => decode(whole.slice(0, start + length)), InvalidDataError, "the data ends in unit");
  }
});

Deno.test("J09 planeShapes() refuses sizes that the data cannot fill", () => {
  assertThrows(() => decode(sized(sampleJpeg("420"), 65535, 65535)), InvalidDataError, "is over 33554432 pixels");
  assertThrows(() => decode(sized(sampleJpeg("420"), 5000, 5000)), InvalidDataError, "are too few for 5000x5000");
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
