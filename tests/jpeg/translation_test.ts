import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { InvalidDataError } from "../../lib/core/errors.ts";
import { huffmanCodes } from "../../lib/jpeg/huffman.ts";
import type { HuffmanTable } from "../../lib/jpeg/parse.ts";
import { STANDARD_HUFFMAN } from "../../lib/jpeg/standard_tables.ts";
import { ENDS_BLOCK, INDEX_SHIFT, stepsToStandard, UnrepresentableError } from "../../lib/jpeg/translation.ts";

/** All symbols of `like` with codes of 8 bits, so none is as in the standard tables. */
function evenTable(like: HuffmanTable): HuffmanTable {
  const counts = new Uint8Array(16);
  counts[7] = like.symbols.length;
  return { counts, symbols: like.symbols.toReversed() };
}

const DC = evenTable(STANDARD_HUFFMAN.dc[0]);
const AC = evenTable(STANDARD_HUFFMAN.ac[0]);

Deno.test("Steps gives each symbol its standard code, with room for the extra bits", () => {
  const from = huffmanCodes(AC);
  const to = huffmanCodes(STANDARD_HUFFMAN.ac[0]);
  const { next: ac } = stepsToStandard(DC, AC, 0);
  for (const symbol of AC.symbols) {
    ac.find(from.codes[symbol]! << 24, 0);
    const extra = symbol & 15;
    assertEquals(ac.code, to.codes[symbol]! << extra);
    assertEquals([ac.step & 31, ac.step >>> 5 & 31, ac.step >>> 10 & 15], [8, 8 + extra, extra]);
    assertEquals(ac.step >>> 14 & 31, to.lengths[symbol]! + extra);
    assertEquals((ac.step & ENDS_BLOCK) !== 0, symbol === 0);
    assertEquals(ac.step >>> 19 & 63, symbol === 0 ? 0 : (symbol >>> 4) + 1);
  }
});

Deno.test("Steps joins symbols that are complete in one index, from DC over to AC", () => {
  // In the standard tables: DC size 0 is 00, AC run 0 size 1 is 00 and a bit, end of block is 1010.
  const steps = stepsToStandard(STANDARD_HUFFMAN.dc[0], STANDARD_HUFFMAN.ac[0], 0);
  const window = 0b00_001_1010 << 23;
  steps.find(window, 0);
  const index = window >>> INDEX_SHIFT;
  const step = steps.steps[index]!;
  assertEquals(steps.codes[index], 0b00_001_1010);
  assertEquals([step & 31, step >>> 5 & 31, step >>> 14 & 31, step >>> 19 & 63], [9, 9, 9, 2]);
  assert((step & ENDS_BLOCK) !== 0);
});

Deno.test("Steps refuses free codes, and symbols without a standard code", () => {
  const { next: ac } = stepsToStandard(DC, AC, 0);
  assertThrows(() => ac.find(-1, 80), InvalidDataError, "in no Huffman table (at byte 10)");
  const odd = { counts: Uint8Array.of(1, ...new Array<number>(15).fill(0)), symbols: Uint8Array.of(0x0b) };
  assertThrows(() => stepsToStandard(DC, odd, 0).next.find(0, 0), UnrepresentableError, "symbol 0xb");
});

Deno.test("stepsToStandard() keeps what it made for equal tables, and only so many", () => {
  const copy = (table: HuffmanTable) => ({ counts: table.counts.slice(), symbols: table.symbols.slice() });
  const first = stepsToStandard(DC, AC, 1);
  assertStrictEquals(stepsToStandard(copy(DC), copy(AC), 1), first);
  for (let other = 0; other < 8; other++) {
    stepsToStandard(DC, { counts: AC.counts, symbols: AC.symbols.with(0, other) }, 1);
  }
  assert(stepsToStandard(DC, AC, 1) !== first);
});
