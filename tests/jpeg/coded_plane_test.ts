import { assertEquals, assertThrows } from "@std/assert";
import { InvalidDataError } from "../../lib/core/errors.ts";
import { decodeAroundLuma } from "../../lib/jpeg/coded_plane.ts";
import { decodeSequential } from "../../lib/jpeg/coefficients.ts";
import { encodeScan } from "../../lib/jpeg/encode.ts";
import { parseJpeg } from "../../lib/jpeg/parse.ts";
import { UnrepresentableError } from "../../lib/jpeg/translation.ts";
import { Workspace } from "../../lib/jpeg/workspace.ts";
import { sampleJpeg } from "../support/jpeg_samples.ts";

const SAMPLES: [string, 1 | 2][] = [["420", 2], ["420_optimized", 2], ["420_restart", 2], ["422", 1], ["444", 1]];

Deno.test("decodeAroundLuma() gives what encodeScan() makes the same scan of as of coefficients", () => {
  for (const [name, lumaRows] of [...SAMPLES, ["440", 2], ["grey", 2]] as const) {
    const image = parseJpeg(sampleJpeg(name));
    const [plane, ...others] = decodeSequential(image);
    const { luma, chroma } = decodeAroundLuma(image, new Workspace());
    assertEquals(chroma, others);
    assertEquals(luma.dc, plane!.coefficients.filter((_, at) => at % 64 === 0));
    const grid = { wide: 3, high: lumaRows === 2 ? 3 : 5 };
    const encode = (first: typeof luma | typeof plane, restartInterval: number) =>
      encodeScan({ planes: [first, undefined, undefined], lumaRows, grid, restartInterval }).data;
    for (const interval of [0, 2]) assertEquals(encode(luma, interval), encode(plane, interval), name);
  }
});

Deno.test("J01 decodeAroundLuma() refuses data that ends early, and a missing table", () => {
  const image = parseJpeg(sampleJpeg("444"));
  const scan = image.scans[0]!;
  const cut = { ...image, scans: [{ ...scan, data: scan.data.subarray(0, 200) }] };
  assertThrows(() => decodeAroundLuma(cut, new Workspace()), InvalidDataError, "the data ends in unit");
  const bare = { ...image, scans: [{ ...scan, acTables: [] }] };
  assertThrows(() => decodeAroundLuma(bare, new Workspace()), InvalidDataError, "a Huffman table is missing");
});

Deno.test("decodeAroundLuma() says when the standard tables lack a symbol of luma", () => {
  const image = parseJpeg(sampleJpeg("444"));
  const scan = image.scans[0]!;
  const acTables = scan.acTables.map((table, index) =>
    table && index === 0
      ? { counts: table.counts, symbols: table.symbols.map((symbol) => symbol === 1 ? 11 : symbol) }
      : table
  );
  const odd = { ...image, scans: [{ ...scan, acTables }] };
  assertThrows(() => decodeAroundLuma(odd, new Workspace()), UnrepresentableError, "symbol 0xb");
});
