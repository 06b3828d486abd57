import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { type Bytes, concatBytes } from "../../lib/core/bytes.ts";
import { InvalidDataError } from "../../lib/core/errors.ts";
import { decodeSequential } from "../../lib/jpeg/coefficients.ts";
import { DHT, DQT, SOF0, SOS } from "../../lib/jpeg/markers.ts";
import { parseJpeg } from "../../lib/jpeg/parse.ts";
import { fitRfc2435, type RtpJpeg } from "../../lib/jpeg/rfc2435.ts";
import { toRtpJpeg } from "../../lib/jpeg/transcode.ts";
import { writeJpeg } from "../../lib/jpeg/write.ts";
import { insertAt, markerOffset, patched, sampleJpeg, segment } from "../support/jpeg_samples.ts";

function fitted(bytes: Bytes): RtpJpeg {
  const result = fitRfc2435(parseJpeg(bytes));
  assert(result.fits);
  return result.image;
}

/** Coefficients times steps of the luma blocks that the picture lies in. */
function luma(bytes: Bytes): number[] {
  const image = parseJpeg(bytes);
  const [plane] = decodeSequential(image);
  const steps = image.quantization[image.components[0]!.quantization]!.values;
  const { blocksWide, blocksHigh, stride, coefficients } = plane!;
  return Array.from({ length: blocksHigh }, (_, y) => {
    const row = coefficients.subarray(y * stride * 64, (y * stride + blocksWide) * 64);
    return Array.from(row, (value, at) => value * steps[at & 63]!);
  }).flat();
}

Deno.test("toRtpJpeg() hands on what fits, with the scan as it is", () => {
  const bytes = sampleJpeg("420_restart");
  const { image, changes, lossless } = toRtpJpeg(bytes);
  assertEquals([image, changes, lossless], [fitted(bytes), [], true]);
  assert(image.scan.buffer === bytes.buffer);
});

Deno.test("J05 J06 toRtpJpeg() turns own Huffman tables and progressive into the very scan of the plain JPEG", () => {
  const expected = { image: fitted(sampleJpeg("420")), changes: [], lossless: true };
  assertEquals(toRtpJpeg(sampleJpeg("420_optimized")), expected);
  const progressive = toRtpJpeg(sampleJpeg("420_progressive"));
  assertEquals([progressive.lossless, progressive.changes], [true, []]);
  assertEquals(luma(writeJpeg(progressive.image)), luma(sampleJpeg("420")));
});

Deno.test("J05 toRtpJpeg() resamples chroma to the nearest type, keeps luma and says so", () => {
  for (const [name, sampling, type] of [["444", "4:4:4", 0], ["440", "4:4:0", 1], ["411", "4:1:1", 0]] as const) {
    const { image, changes, lossless } = toRtpJpeg(sampleJpeg(name));
    const target = type === 0 ? "4:2:2" : "4:2:0";
    assertEquals([changes, lossless], [[`chroma was resampled from ${sampling} to ${target}`], false]);
    assertEquals([image.type, image.width, image.height], [type, 43, 37]);
    assertEquals(luma(writeJpeg(image)), luma(sampleJpeg(name)));
  }
});

Deno.test("J05 toRtpJpeg() gives a grey JPEG flat chroma", () => {
  const { image, changes, lossless } = toRtpJpeg(sampleJpeg("grey"));
  assertEquals([image.type, changes, lossless], [1, ["grey became 4:2:0 with flat chroma"], true]);
  assertEquals(luma(writeJpeg(image)), luma(sampleJpeg("grey")));
});

Deno.test("toRtpJpeg() turns RGB into YCbCr and says so", () => {
  const { changes, lossless } = toRtpJpeg(sampleJpeg("rgb"));
  assertEquals(changes, ["RGB became YCbCr", "chroma was resampled from 4:4:4 to 4:2:2"]);
  assertEquals(lossless, false);
});

Deno.test("J08 toRtpJpeg() gives Cb and Cr one table, and 16-bit steps 8 bits, without loss", () => {
  const whole = sampleJpeg("420");
  const sof = markerOffset(whole, SOF0);
  const own = insertAt(patched(whole, { [sof + 18]: 2 }), sof, segment(DQT, 2, ...new Array<number>(64).fill(12)));
  const { image, changes, lossless } = toRtpJpeg(own);
  assertEquals([changes, lossless], [[], true]);
  // The DC step of Cb is 14 at quality 60; 2 divides it and 12.
  assertEquals(image.quantization[64], 2);
  const wide = segment(DQT, 0x10, ...Array.from({ length: 64 }, () => [2, 0]).flat());
  const narrowed = toRtpJpeg(insertAt(whole, sof, wide));
  assertEquals([narrowed.image.quantization[0], narrowed.lossless], [128, true]);
});

Deno.test("J09 toRtpJpeg() keeps a size over 2040 pixels", () => {
  const whole = sampleJpeg("420");
  const sof = markerOffset(whole, SOF0);
  const { image } = toRtpJpeg(patched(whole, { [sof + 7]: 0x10, [sof + 8]: 0 }));
  assertEquals([image.width, image.height], [4096, 37]);
});

Deno.test("toRtpJpeg() sets and removes restart markers on demand", () => {
  const restarts = fitted(sampleJpeg("420_restart"));
  const plain = fitted(sampleJpeg("420"));
  assertEquals(toRtpJpeg(sampleJpeg("420"), { restartInterval: 2 }).image, restarts);
  assertEquals(toRtpJpeg(sampleJpeg("420_restart"), { restartInterval: 0 }).image, plain);
  assertEquals(toRtpJpeg(sampleJpeg("420"), { restartInterval: 9 }).image, plain);
  const each = toRtpJpeg(sampleJpeg("422"), { restartInterval: 1 }).image;
  assertEquals([each.type, each.restartInterval, fitted(writeJpeg(each))], [64, 1, each]);
  assertThrows(() => toRtpJpeg(sampleJpeg("420"), { restartInterval: 65536 }), RangeError, "65536");
});

Deno.test("J05 toRtpJpeg() refuses with a reason that names the marker", () => {
  const whole = sampleJpeg("420");
  const sof = markerOffset(whole, SOF0);
  const cases: [Bytes, string][] = [
    [sampleJpeg("arithmetic"), "it is arithmetic-coded (SOF9)"],
    [sampleJpeg("cmyk"), "its colour model is CMYK (4 components in SOF0)"],
    [patched(whole, { [sof + 1]: 0xc1, [sof + 4]: 12 }), "it has 12 bits a sample (SOF1)"],
    [patched(whole, { [sof + 1]: 0xc3 }), "it is lossless (SOF3)"],
    [patched(whole, { [sof + 11]: 0x11, [sof + 14]: 0x22 }), "its sampling is 1x1,2x2,1x1"],
    [patched(whole, { [sof + 12]: 3 }), "a quantization table is missing"],
  ];
  for (const [bytes, reason] of cases) {
    const error = assertThrows(() => toRtpJpeg(bytes), InvalidDataError);
    assertStringIncludes(error.message, `Cannot transcode JPEG: ${reason}`);
  }
});

Deno.test("toRtpJpeg() makes smaller what the standard tables do not reach, also where luma could stay coded", () => {
  const whole = sampleJpeg("444");
  const sof = markerOffset(whole, SOF0);
  const sos = markerOffset(whole, SOS);
  const sized = patched(whole, { [sof + 5]: 0, [sof + 6]: 8, [sof + 7]: 0, [sof + 8]: 8 });
  // DC: 0 is a difference of 0. AC: 00 ends the block, 01 is a value of 11 bits, here 2047.
  const dc = [1, ...new Array<number>(15).fill(0), 0];
  const ac = [0, 2, ...new Array<number>(14).fill(0), 0x00, 0x0b];
  const tables = segment(DHT, 0, ...dc, 1, ...dc, 0x10, ...ac, 0x11, ...ac);
  const data = Uint8Array.of(0b00111111, 0b11111100, 0b00000011, 0xff, 0xd9);
  const { image, changes, lossless } = toRtpJpeg(
    concatBytes([sized.subarray(0, sos), tables, sized.subarray(sos, sos + 14), data]),
  );
  assertEquals([lossless, changes.at(-1)], [
    false,
    "1 coefficients beyond the reach of the standard Huffman tables were clamped",
  ]);
  assertEquals(decodeSequential(parseJpeg(writeJpeg(image)))[0]!.coefficients.slice(0, 3), Int16Array.of(0, 1023, 0));
});
