import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  ANNEX_K_CHROMINANCE,
  ANNEX_K_LUMINANCE,
  equalHuffman,
  quantizationForQuality,
  STANDARD_HUFFMAN,
  ZIGZAG,
} from "../../lib/jpeg/standard_tables.ts";
import { parseJpeg } from "../../lib/jpeg/parse.ts";
import { sampleJpeg } from "../support/jpeg_samples.ts";

Deno.test("the standard Huffman tables are those that libjpeg writes", () => {
  const { dcTables, acTables } = parseJpeg(sampleJpeg("420")).scans[0]!;
  for (const index of [0, 1] as const) {
    assert(equalHuffman(dcTables[index]!, STANDARD_HUFFMAN.dc[index]));
    assert(equalHuffman(acTables[index]!, STANDARD_HUFFMAN.ac[index]));
  }
});

Deno.test("ZIGZAG names every position once and steps along the diagonals", () => {
  assertEquals(new Set(ZIGZAG).size, 64);
  for (let k = 1; k < 64; k++) {
    const step = [ZIGZAG[k - 1]!, ZIGZAG[k]!].map((at) => [at >> 3, at & 7]);
    assert(Math.abs(step[0]![0]! - step[1]![0]!) <= 1 && Math.abs(step[0]![1]! - step[1]![1]!) <= 1, `at ${k}`);
  }
});

Deno.test("quantizationForQuality() scales Annex K as RFC 2435 section 4.2 says", () => {
  assertEquals(quantizationForQuality(50), Uint8Array.of(...ANNEX_K_LUMINANCE, ...ANNEX_K_CHROMINANCE));
  const sample = parseJpeg(sampleJpeg("420")).quantization;
  assertEquals([...quantizationForQuality(60)], [...sample[0]!.values, ...sample[1]!.values]);
  assertEquals(quantizationForQuality(1)[0], 255);
  assertEquals(quantizationForQuality(99)[63], 2);
});

Deno.test("quantizationForQuality() refuses 0 and 100, which are reserved", () => {
  for (const quality of [0, 100, 50.5]) assertThrows(() => quantizationForQuality(quality), RangeError);
});

Deno.test("equalHuffman() sees a different count or symbol", () => {
  const [table] = STANDARD_HUFFMAN.dc;
  assert(equalHuffman(table, { counts: table.counts.slice(), symbols: table.symbols.slice() }));
  assert(!equalHuffman(table, { counts: table.counts, symbols: table.symbols.slice(1) }));
  assert(!equalHuffman(table, { counts: table.counts, symbols: table.symbols.toReversed() }));
});
