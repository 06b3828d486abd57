import { assertEquals } from "@std/assert";
import { decodeSequential, mcuGrid, type Plane } from "../../lib/jpeg/coefficients.ts";
import { encodeSampled, encodeScan } from "../../lib/jpeg/encode.ts";
import { parseJpeg } from "../../lib/jpeg/parse.ts";
import { writeJpeg } from "../../lib/jpeg/write.ts";
import { sampleJpeg } from "../support/jpeg_samples.ts";

/** A plane of one row of blocks with these coefficients, by position in the block. */
function planeOf(...blocks: Record<number, number>[]): Plane {
  const coefficients = new Int16Array(blocks.length * 64);
  const masks = new Int32Array(blocks.length * 2);
  for (const [block, values] of blocks.entries()) {
    for (const [k, value] of Object.entries(values)) {
      coefficients[block * 64 + Number(k)] = value;
      if (Number(k) > 0) masks[block * 2 + (Number(k) >> 5)]! |= 1 << (31 - (Number(k) & 31));
    }
  }
  return { blocksWide: blocks.length, blocksHigh: 1, stride: blocks.length, rows: 1, coefficients, masks };
}

function decodeBack(data: Uint8Array<ArrayBuffer>, width: number, height: number, type = 0, restartInterval = 0) {
  const image = { type, width, height, restartInterval, quantization: new Uint8Array(128).fill(1), scan: data };
  return decodeSequential(parseJpeg(writeJpeg(image)));
}

Deno.test("encodeScan() writes the bytes that libjpeg writes", () => {
  const image = parseJpeg(sampleJpeg("420"));
  const planes = decodeSequential(image);
  const grid = { wide: 3, high: 3 };
  const { data, clamped } = encodeScan({ planes, lumaRows: 2, grid, restartInterval: 0 });
  assertEquals([data, clamped], [image.scans[0]!.data, 0]);
  const restarts = encodeScan({ planes, lumaRows: 2, grid, restartInterval: 2 });
  assertEquals(restarts.data, parseJpeg(sampleJpeg("420_restart")).scans[0]!.data);
});

Deno.test("encodeScan() writes every run and size of value", () => {
  for (const value of [1, -1, 2, -3, 63, 64, -64, -65, 127, 1023, -1023]) {
    for (const k of [1, 16, 17, 31, 32, 48, 49, 63]) {
      const luma = planeOf({ 0: value, [k]: value }, { 0: -value, 1: 1, [k]: value });
      const planes = [luma, planeOf({ [k]: value }), planeOf({})];
      const { data, clamped } = encodeScan({ planes, lumaRows: 1, grid: { wide: 1, high: 1 }, restartInterval: 0 });
      assertEquals(clamped, 0);
      assertEquals(decodeBack(data, 16, 8), planes);
    }
  }
});

Deno.test("encodeScan() fills up planes that end before the last MCU, and makes absent ones flat", () => {
  const { data } = encodeScan({
    planes: [planeOf({ 0: 5, 9: 2 }), undefined, undefined],
    lumaRows: 2,
    grid: { wide: 1, high: 1 },
    restartInterval: 0,
  });
  const [luma, cb, cr] = decodeBack(data, 8, 8, 1);
  const dc = [0, 1, 2, 3].map((block) => luma!.coefficients[block * 64]);
  assertEquals(dc, [5, 5, 5, 5]);
  assertEquals(Array.from(luma!.masks.subarray(2)), [0, 0, 0, 0, 0, 0]);
  assertEquals([...cb!.coefficients, ...cr!.coefficients].some((value) => value !== 0), false);
});

Deno.test("encodeScan() clamps what the standard tables do not reach, and counts it", () => {
  const luma = planeOf({ 0: 3000, 5: 1024, 6: -2000 }, { 0: 2047 });
  const planes = [luma, planeOf({}), planeOf({})];
  const { data, clamped } = encodeScan({ planes, lumaRows: 1, grid: { wide: 1, high: 1 }, restartInterval: 0 });
  assertEquals(clamped, 3);
  assertEquals(decodeBack(data, 16, 8)[0], planeOf({ 0: 2047, 5: 1023, 6: -1023 }, { 0: 2047 }));
});

Deno.test("encodeSampled() writes what encodeScan() writes, and other sampling factors in their order", () => {
  for (const [name, lumaRows] of [["420", 2], ["422", 1], ["444", undefined], ["440", undefined]] as const) {
    const image = parseJpeg(sampleJpeg(name));
    const planes = decodeSequential(image);
    const grid = mcuGrid(image);
    const { data, clamped } = encodeSampled(planes, image.components, grid);
    assertEquals([data, clamped], [image.scans[0]!.data, 0], name);
    if (lumaRows) assertEquals(data, encodeScan({ planes, lumaRows, grid, restartInterval: 0 }).data);
  }
});

Deno.test("encodeScan() writes no end of block behind coefficient 63, whatever the next block begins with", () => {
  // A difference of -10 begins with the bits of an end of block.
  const luma = planeOf({ 0: 3, 62: 1, 63: 1 }, { 0: -7, 63: -1 });
  const planes = [luma, planeOf({ 62: 1, 63: -1 }), planeOf({ 0: -10 })];
  const { data } = encodeScan({ planes, lumaRows: 1, grid: { wide: 1, high: 1 }, restartInterval: 0 });
  assertEquals(decodeBack(data, 16, 8), planes);
});

Deno.test("encodeScan() takes coded blocks that no scan had for blocks without AC coefficients", () => {
  const plain = planeOf({ 0: 4 }, { 0: 5 });
  const coded = {
    ...{ blocksWide: 2, blocksHigh: 1, stride: 2, rows: 1 },
    dc: Int16Array.of(4, 5),
    bits: new DataView(new ArrayBuffer(8)),
    starts: new Int32Array(2),
    lengths: new Int16Array(2),
  };
  const encode = (luma: typeof plain | typeof coded) =>
    encodeScan({ planes: [luma, undefined, undefined], lumaRows: 1, grid: { wide: 1, high: 1 }, restartInterval: 0 });
  assertEquals(encode(coded), encode(plain));
});
