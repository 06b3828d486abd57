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
