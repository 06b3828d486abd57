import { assert, assertEquals } from "@std/assert";
import type { Bytes } from "../../lib/core/bytes.ts";
import { DHT, DQT, DRI, SOF0, SOS } from "../../lib/jpeg/markers.ts";
import { parseJpeg } from "../../lib/jpeg/parse.ts";
import { describeSampling, fitRfc2435 } from "../../lib/jpeg/rfc2435.ts";
import { quantizationForQuality } from "../../lib/jpeg/standard_tables.ts";
import { insertAt, markerOffset, patched, sampleJpeg, segment, withoutSegments } from "../support/jpeg_samples.ts";

function fitted(bytes: Bytes) {
  const result = fitRfc2435(parseJpeg(bytes));
  assert(result.fits, result.fits ? "" : result.reason);
  return result.image;
}

function reason(bytes: Bytes): string {
  const result = fitRfc2435(parseJpeg(bytes));
  return result.fits ? "it fits" : result.reason;
}

Deno.test("fitRfc2435() gives type, true size, tables and scan of 4:2:0 and 4:2:2", () => {
  for (const [name, type] of [["420", 1], ["422", 0]] as const) {
    const image = fitted(sampleJpeg(name));
    assertEquals([image.type, image.width, image.height, image.restartInterval], [type, 43, 37, 0]);
    assertEquals(image.quantization, quantizationForQuality(60));
    assertEquals(image.scan, parseJpeg(sampleJpeg(name)).scans[0]!.data);
  }
});

Deno.test("J07 fitRfc2435() accepts a JPEG without Huffman tables", () => {
  assertEquals(fitted(withoutSegments(sampleJpeg("420"), DHT)).type, 1);
});

Deno.test("J11 fitRfc2435() gives types 64 and 65 only for valid restart markers", () => {
  const whole = sampleJpeg("420_restart");
  assertEquals([fitted(whole).type, fitted(whole).restartInterval], [65, 2]);
  const rst1 = markerOffset(whole, 0xd1);
  assertEquals(reason(patched(whole, { [rst1 + 1]: 0xd4 })), "its restart markers are out of order");
  const dri = markerOffset(whole, DRI);
  assertEquals(reason(patched(whole, { [dri + 5]: 3 })), "it has 4 restart markers where 2 belong");
  assertEquals(reason(patched(whole, { [dri + 5]: 0 })), "it has 4 restart markers where 0 belong");
  assertEquals(reason(withoutSegments(whole, DRI)), "it has 4 restart markers where 0 belong");
});

Deno.test("J11 fitRfc2435() leaves out a restart interval that is never reached", () => {
  const whole = insertAt(sampleJpeg("420"), 2, segment(DRI, 255, 255));
  assertEquals([fitted(whole).type, fitted(whole).restartInterval], [1, 0]);
});

Deno.test("J05 J06 fitRfc2435() says why a JPEG does not fit", () => {
  const reasons = Object.entries({
    "444": "its sampling is 4:4:4",
    "440": "its sampling is 4:4:0",
    "411": "its sampling is 4:1:1",
    "grey": "it is grey (one component)",
    "rgb": "its colour model is RGB (3 components)",
    "cmyk": "its colour model is CMYK (4 components)",
    "arithmetic": "it is arithmetic-coded (SOF9)",
    "420_progressive": "it is progressive (SOF2)",
    "420_optimized": "it has Huffman tables of its own",
  });
  for (const [name, expected] of reasons) assertEquals(reason(sampleJpeg(name)), expected);
});

Deno.test("fitRfc2435() wants sampling factors as RFC 2435 section 4.1 has them", () => {
  const whole = sampleJpeg("420");
  const sof = markerOffset(whole, SOF0);
  const sampled = (...factors: number[]) =>
    reason(patched(whole, Object.fromEntries(factors.map((factor, index) => [sof + 11 + index * 3, factor]))));
  assertEquals(sampled(0x22, 0x12, 0x12), "its sampling is 4:2:2 in unusual factors (2x2,1x2,1x2)");
  assertEquals(sampled(0x42, 0x21, 0x21), "its sampling is 4:2:0 in unusual factors (4x2,2x1,2x1)");
  assertEquals(sampled(0x22, 0x21, 0x11), "its sampling is 2x2,2x1,1x1");
  assertEquals(sampled(0x22, 0x11, 0x12), "its sampling is 2x2,1x1,1x2");
  assertEquals(sampled(0x41, 0x11, 0x11), "its sampling is 4:1:1");
  assertEquals(sampled(0x23, 0x11, 0x11), "its sampling is 2x3,1x1,1x1");
});

Deno.test("describeSampling() names a sampling by what it means, whatever factors it is written in", () => {
  const sof = markerOffset(sampleJpeg("420"), SOF0);
  const names: [factors: [number, number, number], name: string][] = [
    [[0x11, 0x11, 0x11], "4:4:4"],
    [[0x12, 0x12, 0x12], "4:4:4"],
    [[0x22, 0x22, 0x22], "4:4:4"],
    [[0x21, 0x11, 0x11], "4:2:2"],
    [[0x22, 0x12, 0x12], "4:2:2"],
    [[0x42, 0x21, 0x21], "4:2:0"],
    [[0x12, 0x11, 0x11], "4:4:0"],
    [[0x22, 0x21, 0x21], "4:4:0"],
    [[0x41, 0x11, 0x11], "4:1:1"],
    [[0x42, 0x11, 0x11], "4:1:0"],
    [[0x22, 0x22, 0x11], "2x2,2x2,1x1"],
    [[0x33, 0x22, 0x22], "3x3,2x2,2x2"],
    [[0x11, 0x21, 0x21], "1x1,2x1,2x1"],
  ];
  for (const [factors, name] of names) {
    const places = Object.fromEntries(factors.map((factor, index) => [sof + 11 + index * 3, factor]));
    assertEquals(describeSampling(parseJpeg(patched(sampleJpeg("420"), places))), name);
  }
  assertEquals(describeSampling(parseJpeg(sampleJpeg("grey"))), "grey");
});

Deno.test("J05 fitRfc2435() names the marker of 12-bit and lossless JPEGs", () => {
  const whole = sampleJpeg("420");
  const sof = markerOffset(whole, SOF0);
  assertEquals(reason(patched(whole, { [sof + 1]: 0xc1, [sof + 4]: 12 })), "it has 12 bits a sample (SOF1)");
  assertEquals(reason(patched(whole, { [sof + 1]: 0xc3 })), "it is lossless (SOF3)");
  assertEquals(fitted(patched(whole, { [sof + 1]: 0xc1 })).type, 1);
});

Deno.test("J08 fitRfc2435() wants 8-bit tables, one for both chroma components", () => {
  const whole = sampleJpeg("420");
  const sof = markerOffset(whole, SOF0);
  assertEquals(reason(patched(whole, { [sof + 18]: 3 })), "a quantization table is missing");
  assertEquals(reason(patched(whole, { [sof + 18]: 0 })), "Cb and Cr have different quantization tables");
  const wide = segment(DQT, 0x11, ...Array.from({ length: 64 }, () => [1, 2]).flat());
  assertEquals(reason(insertAt(whole, sof, wide)), "its quantization has 16 bits");
  const largest = segment(DQT, 0, ...new Array<number>(64).fill(255));
  assertEquals(fitted(insertAt(whole, sof, largest)).quantization[0], 255);
  const narrow = segment(DQT, 0x11, ...Array.from(quantizationForQuality(60).subarray(64), (step) => [0, step]).flat());
  assertEquals(fitted(insertAt(whole, sof, narrow)).quantization, quantizationForQuality(60));
});

Deno.test("J09 fitRfc2435() accepts 2040 pixels and names the limit above", () => {
  const sized = (bytes: Bytes, width: number, height: number) => {
    const sof = markerOffset(bytes, SOF0);
    return patched(bytes, {
      [sof + 5]: height >> 8,
      [sof + 6]: height & 255,
      [sof + 7]: width >> 8,
      [sof + 8]: width & 255,
    });
  };
  assertEquals(fitted(sized(sampleJpeg("420"), 2040, 2040)).width, 2040);
  const wide = sized(sampleJpeg("420"), 2041, 16);
  assertEquals(reason(wide), "it is 2041x16 pixels, and 2040x2040 is the most");
  assert(fitRfc2435(parseJpeg(wide), 65535).fits);
});

Deno.test("fitRfc2435() sees a marker that damage left in the scan", () => {
  const whole = sampleJpeg("420");
  const damaged = insertAt(whole, whole.length - 9, Uint8Array.of(0xff, 0x3c));
  assertEquals(reason(damaged), `its data is damaged at byte ${whole.length - 9}`);
});

Deno.test("fitRfc2435() sees Huffman tables that are exchanged or missing", () => {
  const whole = sampleJpeg("420");
  const sos = markerOffset(whole, SOS);
  assertEquals(reason(patched(whole, { [sos + 6]: 0x11 })), "it has Huffman tables of its own");
  assertEquals(reason(patched(whole, { [sos + 6]: 0x22 })), "a Huffman table is missing");
});

Deno.test("fitRfc2435() judges anew what differs from a picture with the same components", () => {
  const image = parseJpeg(sampleJpeg("420"));
  const verdict = (changed: typeof image) => {
    const result = fitRfc2435(changed);
    return result.fits || result.reason;
  };
  const [scan] = image.scans as [typeof image.scans[0]];
  assertEquals(verdict(image), true);
  assertEquals(verdict({ ...image, quantization: [] }), "a quantization table is missing");
  assertEquals(verdict({ ...image, precision: 12 }), "it has 12 bits a sample (SOF0)");
  assertEquals(verdict({ ...image, process: 0xc2 }), "it is progressive (SOF2)");
  assertEquals(verdict({ ...image, colorModel: "RGB" }), "its colour model is RGB (3 components)");
  assertEquals(verdict({ ...image, scans: [{ ...scan, dcTables: [] }] }), "a Huffman table is missing");
  assertEquals(verdict({ ...image, scans: [{ ...scan, acTables: [] }] }), "a Huffman table is missing");
  assertEquals(
    verdict({ ...image, scans: [{ ...scan, components: [...scan.components].reverse() }] }),
    "it has Huffman tables of its own",
  );
  assertEquals(verdict({ ...image, scans: [scan, scan] }), "its components are in separate scans");
  assertEquals(
    verdict({ ...image, scans: [{ ...scan, restartMarkers: 1 }] }),
    "it has 1 restart markers where 0 belong",
  );
  assertEquals(verdict(image), true);
});
