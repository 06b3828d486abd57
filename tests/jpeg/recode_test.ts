import { assertEquals, assertThrows } from "@std/assert";
import { InvalidDataError } from "../../lib/core/errors.ts";
import { huffmanCodes } from "../../lib/jpeg/huffman.ts";
import { type HuffmanTable, type JpegScan, parseJpeg } from "../../lib/jpeg/parse.ts";
import { recodeScan } from "../../lib/jpeg/recode.ts";
import { UnrepresentableError } from "../../lib/jpeg/translation.ts";
import { sampleJpeg } from "../support/jpeg_samples.ts";

const LAYOUT = { blocks: [0, 0, 0, 0, 1, 2], count: 9 };
const scanOf = (name: string) => parseJpeg(sampleJpeg(name)).scans[0]!;

Deno.test("J06 recodeScan() gives the very bytes of the same picture coded with the standard tables", () => {
  assertEquals(recodeScan(scanOf("420_optimized"), LAYOUT), scanOf("420").data);
});

Deno.test("recodeScan() keeps restart markers", () => {
  const scan = scanOf("420_restart");
  assertEquals(recodeScan(scan, LAYOUT), scan.data);
});

Deno.test("J01 recodeScan() refuses data that ends early", () => {
  const scan = scanOf("420_optimized");
  for (const length of [0, 50, scan.data.length - 20]) {
    assertThrows(() => recodeScan({ ...scan, data: scan.data.subarray(0, length) }, LAYOUT), InvalidDataError);
  }
});

Deno.test("recodeScan() refuses a scan whose tables are missing", () => {
  const scan = scanOf("420_optimized");
  assertThrows(() => recodeScan({ ...scan, acTables: [] }, LAYOUT), InvalidDataError, "a Huffman table is missing");
});

/** One grey block of the symbols given, each with zeros for its number, in a scan with tables of codes of 4 bits. */
function blockScan(dc: number, ...ac: number[]): JpegScan {
  const table = (symbols: number[]): HuffmanTable => {
    const counts = new Uint8Array(16);
    counts[3] = symbols.length;
    return { counts, symbols: Uint8Array.from(symbols) };
  };
  const tables = [table([dc]), table([...new Set(ac)])] as const;
  const symbols: [HuffmanTable, number, number][] = [[tables[0], dc, dc]];
  for (const symbol of ac) symbols.push([tables[1], symbol, symbol & 15]);
  const text = symbols.map(([from, symbol, extra]) =>
    huffmanCodes(from).codes[symbol]!.toString(2).padStart(4, "0") + "0".repeat(extra)
  ).join("");
  const data = Uint8Array.from(
    text.padEnd(Math.ceil(text.length / 8) * 8, "1").match(/.{8}/g)!,
    (byte) => parseInt(byte, 2),
  );
  const scan = scanOf("420");
  return { ...scan, data, components: scan.components.slice(0, 1), dcTables: [tables[0]], acTables: [tables[1]] };
}

const ONE_BLOCK = { blocks: [0], count: 1 };

Deno.test("recodeScan() ends a block at its last coefficient without an end-of-block code", () => {
  // DC of size 0 (00), three runs of 16 zeros, run 14 and size 1: coefficient 63.
  const scan = blockScan(0, 0xf0, 0xf0, 0xf0, 0xe1);
  const expected = "00" + "11111111001".repeat(3) + "1111111111101011" + "0";
  const bytes = expected.padEnd(Math.ceil(expected.length / 8) * 8, "1").match(/.{8}/g)!.map((byte) =>
    parseInt(byte, 2)
  );
  assertEquals(Array.from(recodeScan(scan, ONE_BLOCK)), bytes.flatMap((byte) => byte === 255 ? [255, 0] : [byte]));
});

Deno.test("recodeScan() refuses a block of over 64 coefficients", () => {
  assertThrows(
    () => recodeScan(blockScan(0, 0xf0, 0xf0, 0xf0, 0xf1), ONE_BLOCK),
    InvalidDataError,
    "over 64 coefficients",
  );
});

Deno.test("recodeScan() says when the standard tables lack a symbol", () => {
  assertThrows(() => recodeScan(blockScan(0, 0x0b, 0), ONE_BLOCK), UnrepresentableError, "symbol 0xb");
  assertThrows(() => recodeScan(blockScan(12, 0), ONE_BLOCK), UnrepresentableError, "symbol 0xc");
});
