import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { InvalidDataError } from "../../lib/core/errors.ts";
import {
  CodeFinder,
  CoefficientCodes,
  coefficientCodes,
  END_OF_BAND,
  ENDS_BLOCK,
  ENTRY_SHIFT,
  huffmanCodes,
} from "../../lib/jpeg/huffman.ts";
import { STANDARD_HUFFMAN } from "../../lib/jpeg/standard_tables.ts";

const TABLES = [...STANDARD_HUFFMAN.dc, ...STANDARD_HUFFMAN.ac];

/** The bits of a text of 0 and 1, with zeros behind. */
function bitsOf(text: string): DataView<ArrayBuffer> {
  const bytes = new Uint8Array(16);
  for (const [at, bit] of [...text].entries()) bytes[at >> 3]! |= Number(bit) << (7 - (at & 7));
  return new DataView(bytes.buffer);
}

Deno.test("huffmanCodes() gives the codes of T.81 table K.5", () => {
  const { codes, lengths } = huffmanCodes(STANDARD_HUFFMAN.ac[0]);
  const written = (symbol: number) => codes[symbol]!.toString(2).padStart(lengths[symbol]!, "0");
  assertEquals([0x00, 0x01, 0x02, 0x11, 0xf0, 0xfa].map(written), [
    "1010",
    "00",
    "01",
    "1100",
    "11111111001",
    "1111111111111110",
  ]);
  assertEquals(lengths[0x10], 0);
});

Deno.test("CodeFinder finds each symbol by its code, whatever follows", () => {
  for (const table of TABLES) {
    const { codes, lengths } = huffmanCodes(table);
    const finder = new CodeFinder(table);
    for (const symbol of table.symbols) {
      const left = codes[symbol]! << (32 - lengths[symbol]!);
      const ones = -1 >>> lengths[symbol]!;
      for (const window of [left, left | ones]) assertEquals(finder.find(window), symbol << 5 | lengths[symbol]!);
    }
  }
});

Deno.test("CodeFinder says -1 for a code that the table leaves free", () => {
  assertEquals(TABLES.map((table) => new CodeFinder(table).find(-1)), [-1, -1, -1, -1]);
});

Deno.test("CoefficientCodes reads run and signed value in one, and keeps short ones for the next time", () => {
  const codes = new CoefficientCodes(STANDARD_HUFFMAN.ac[0], "AC");
  // 1100 is run 1, size 1; 01 is run 0, size 2.
  const cases: [string, number, number, number][] = [["11000", 5, 1, -1], ["11001", 5, 1, 1], ["0110", 4, 0, 2]];
  cases.push(["0100", 4, 0, -3]);
  for (const [text, taken, run, value] of cases) {
    const view = bitsOf(text);
    const entry = codes.read(view, 0);
    assertEquals([entry & 31, entry >>> 8 & 127, entry >> 16], [taken, run, value]);
    assertEquals(codes.entries[view.getUint32(0) >>> ENTRY_SHIFT], entry);
  }
});

Deno.test("CoefficientCodes takes an end of block together with the value before it, but not when refining", () => {
  // 00 is run 0, size 1; 1010 ends the block.
  const view = bitsOf("0011010");
  const entry = new CoefficientCodes(STANDARD_HUFFMAN.ac[0], "AC").read(view, 0);
  assertEquals([entry & 31, entry & ENDS_BLOCK, entry >> 16], [7, ENDS_BLOCK, 1]);
  const refining = new CoefficientCodes(STANDARD_HUFFMAN.ac[0], "refinement").read(view, 0);
  assertEquals([refining & 31, refining & ENDS_BLOCK, refining >> 16], [3, 0, 1]);
  // 11111110111 is run 2, size 3, and its three bits leave no room in the entry.
  const long = new CoefficientCodes(STANDARD_HUFFMAN.ac[0], "AC").read(bitsOf("1111110111" + "100" + "1010"), 0);
  assertEquals([long & 31, long & ENDS_BLOCK], [13, 0]);
});

Deno.test("coefficientCodes() keeps the codes of equal tables, for each use", () => {
  const [table] = STANDARD_HUFFMAN.ac;
  const copy = { counts: table.counts.slice(), symbols: table.symbols.slice() };
  assertStrictEquals(coefficientCodes(copy, "AC"), coefficientCodes(table, "AC"));
  assert(coefficientCodes(table, "refinement") !== coefficientCodes(table, "AC"));
});

Deno.test("CoefficientCodes tells zero runs and ends of bands", () => {
  const codes = new CoefficientCodes({
    counts: Uint8Array.of(0, 3, ...new Array<number>(14).fill(0)),
    symbols: Uint8Array.of(0xf0, 0x00, 0x50),
  }, "refinement");
  const entries = ["00", "01", "10"].map((text) => codes.read(bitsOf(text), 0));
  assertEquals(entries.map((entry) => [entry & 31, entry & END_OF_BAND, entry >>> 8 & 127, entry >> 16]), [
    [2, 0, 16, 0],
    [2, END_OF_BAND, 64, 0],
    [2, END_OF_BAND, 64, 5],
  ]);
});

Deno.test("CoefficientCodes refuses codes that are free and DC values of over 15 bits", () => {
  const codes = new CoefficientCodes(STANDARD_HUFFMAN.dc[0], "DC");
  assertThrows(() => codes.read(bitsOf("1".repeat(40)), 16), InvalidDataError, "in no Huffman table (at byte 2)");
  const large = new CoefficientCodes({
    counts: Uint8Array.of(1, ...new Array<number>(15).fill(0)),
    symbols: Uint8Array.of(16),
  }, "DC");
  assertThrows(() => large.read(bitsOf("0"), 0), InvalidDataError, "a DC value has 16 bits");
});
