import { assertEquals, assertThrows } from "@std/assert";
import { InvalidDataError } from "../../lib/core/errors.ts";
import { decodeSequential } from "../../lib/jpeg/coefficients.ts";
import { type JpegImage, type JpegScan, parseJpeg } from "../../lib/jpeg/parse.ts";
import { decodeProgressive } from "../../lib/jpeg/progressive.ts";
import { sampleJpeg } from "../support/jpeg_samples.ts";

const IMAGE = parseJpeg(sampleJpeg("420_progressive"));

/** The image with one scan changed, or left out when nothing is given. */
function withScan(index: number, changes?: Partial<JpegScan>): JpegImage {
  const changed = IMAGE.scans.map((scan, at) => at === index ? { ...scan, ...changes } : scan);
  return { ...IMAGE, scans: changes === undefined ? changed.toSpliced(index, 1) : changed };
}

function refused(image: JpegImage, words: string): void {
  assertThrows(() => decodeProgressive(image), InvalidDataError, words);
}

Deno.test("J05 decodeProgressive() gives the coefficients of the same picture coded sequentially", () => {
  assertEquals(
    decodeProgressive(IMAGE),
    decodeSequential(parseJpeg(sampleJpeg("420"))).map((plane, index) => {
      // Blocks that only fill up MCUs have AC coefficients in an interleaved sequential scan alone.
      const progressive = decodeProgressive(IMAGE)[index]!;
      const rows = plane.blocksHigh * plane.stride;
      assertEquals(plane.coefficients.subarray(0, rows * 64), progressive.coefficients.subarray(0, rows * 64));
      return progressive;
    }),
  );
});

Deno.test("decodeProgressive() leaves at 0 what later scans would bring", () => {
  const [luma] = decodeProgressive({ ...IMAGE, scans: IMAGE.scans.slice(0, 1) });
  assertEquals(luma!.masks.every((mask) => mask === 0), true);
  assertEquals(luma!.coefficients.some((value) => value !== 0), true);
});

Deno.test("decodeProgressive() refuses scans that do not build on each other", () => {
  refused(withScan(0), "do not build on each other");
  refused(withScan(1), "do not build on each other");
  refused({ ...IMAGE, scans: [IMAGE.scans[0]!, IMAGE.scans[0]!] }, "do not build on each other");
  refused({ ...IMAGE, scans: [IMAGE.scans[1]!] }, "a component has no scan");
});

Deno.test("decodeProgressive() refuses impossible scan headers", () => {
  for (
    const changes of [
      { spectralEnd: 5 },
      { approximationLow: 14 },
      { approximationHigh: 3 },
      { spectralStart: 1, spectralEnd: 63 },
      { spectralEnd: 64 },
    ]
  ) refused(withScan(0, changes), "impossible header");
  refused(withScan(1, { spectralEnd: 0 }), "impossible header");
});

Deno.test("J01 decodeProgressive() refuses data that ends early, in every kind of scan", () => {
  const kinds = [0, 1, 5, 6, 9];
  for (const index of kinds) {
    const { data } = IMAGE.scans[index]!;
    refused(withScan(index, { data: data.subarray(0, Math.floor(data.length / 2) - 1) }), "Cannot decode JPEG");
  }
});

Deno.test("decodeProgressive() ends a band without an end of band, and passes over blocks that only fill up MCUs", () => {
  // 00 is the coefficient 1 or -1, by the bit behind it; 01 ends the band in one block.
  const counts = Uint8Array.of(0, 2, ...new Array<number>(14).fill(0));
  const acTables = [{ counts, symbols: Uint8Array.of(0x01, 0x00) }];
  const bits = ["001001", "01", "000" + "01", "01", "01", "001" + "000", ...new Array<string>(19).fill("01"), "1111111"]
    .join("");
  const data = Uint8Array.from(bits.match(/.{8}/g)!, (byte) => parseInt(byte, 2));
  const band = { ...IMAGE.scans[1]!, spectralStart: 1, spectralEnd: 2, approximationHigh: 0, approximationLow: 0 };
  const components = [{ component: 0, dc: 0, ac: 0 }];
  const narrow = { ...IMAGE, width: 35, scans: [IMAGE.scans[0]!, { ...band, components, acTables, data }] };
  const { blocksWide, stride, masks } = decodeProgressive(narrow)[0]!;
  assertEquals([blocksWide, stride], [5, 6]);
  const set = [...masks.entries()].filter(([, mask]) => mask !== 0).map(([at, mask]) => [at / 2, mask >>> 29]);
  assertEquals(set, [[0, 0b011], [2, 0b010], [6, 0b011]]);
});
