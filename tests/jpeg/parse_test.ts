import { assert, assertEquals, assertThrows } from "@std/assert";
import { type Bytes, concatBytes, encodeText } from "../../lib/core/bytes.ts";
import { InvalidDataError } from "../../lib/core/errors.ts";
import { DHT, DQT, SOF0, SOS } from "../../lib/jpeg/markers.ts";
import { parseJpeg } from "../../lib/jpeg/parse.ts";
import { equalHuffman, STANDARD_HUFFMAN } from "../../lib/jpeg/standard_tables.ts";
import { insertAt, markerOffset, patched, sampleJpeg, segment, withoutSegments } from "../support/jpeg_samples.ts";

const refused = (bytes: Bytes, words: string) => assertThrows(() => parseJpeg(bytes), InvalidDataError, words);

Deno.test("parseJpeg() reads size, components, tables and scan of a baseline JPEG", () => {
  const bytes = sampleJpeg("420");
  const image = parseJpeg(bytes);
  assertEquals([image.process, image.precision, image.width, image.height], [0xc0, 8, 43, 37]);
  assertEquals(image.components.map((c) => [c.id, c.horizontal, c.vertical, c.quantization]), [
    [1, 2, 2, 0],
    [2, 1, 1, 1],
    [3, 1, 1, 1],
  ]);
  assertEquals([image.colorModel, image.hasHuffmanTables, image.hasEnd], ["YCbCr", true, true]);
  const [scan] = image.scans;
  assertEquals(scan!.components, [
    { component: 0, dc: 0, ac: 0 },
    { component: 1, dc: 1, ac: 1 },
    { component: 2, dc: 1, ac: 1 },
  ]);
  assertEquals(scan!.offset + scan!.data.length, bytes.length - 2);
});

Deno.test("parseJpeg() reads every scan of a progressive JPEG with its own tables", () => {
  const image = parseJpeg(sampleJpeg("420_progressive"));
  assertEquals(image.process, 0xc2);
  assertEquals(image.scans.length, 10);
  assertEquals([image.scans[1]!.spectralStart, image.scans[1]!.spectralEnd], [1, 5]);
  assertEquals([image.scans[9]!.approximationHigh, image.scans[9]!.approximationLow], [1, 0]);
});

Deno.test("parseJpeg() tells colour models as libjpeg does", () => {
  assertEquals(["grey", "rgb", "cmyk", "444"].map((name) => parseJpeg(sampleJpeg(name)).colorModel), [
    "grey",
    "RGB",
    "CMYK",
    "YCbCr",
  ]);
});

Deno.test("parseJpeg() trusts JFIF, then Adobe's transform, then the ids R, G, B", () => {
  const rgb = sampleJpeg("rgb");
  const jfif = segment(0xe0, ...encodeText("JFIF\0"), 1, 1, 0, 0, 1, 0, 1, 0, 0);
  const adobe = (transform: number) => segment(0xee, ...encodeText("Adobe"), 0, 100, 0, 0, 0, 0, transform);
  const plain = withoutSegments(rgb, 0xe0, 0xee);
  const model = (...parts: Bytes[]) => parseJpeg(insertAt(plain, 2, concatBytes(parts))).colorModel;
  assertEquals(model(), "RGB");
  assertEquals([model(adobe(1)), model(adobe(0)), model(jfif), model(jfif, adobe(0))], [
    "YCbCr",
    "RGB",
    "YCbCr",
    "YCbCr",
  ]);
  assertEquals([model(segment(0xe0, 1)), model(segment(0xe0, ...encodeText("JFXX\0")))], ["RGB", "RGB"]);
});

Deno.test("parseJpeg() counts restart markers", () => {
  const [scan] = parseJpeg(sampleJpeg("420_restart")).scans;
  assertEquals([scan!.restartInterval, scan!.restartMarkers, scan!.restartsInOrder], [2, 4, true]);
});

Deno.test("J07 parseJpeg() takes missing Huffman tables for the standard ones", () => {
  const image = parseJpeg(withoutSegments(sampleJpeg("422"), DHT));
  assertEquals(image.hasHuffmanTables, false);
  assert(equalHuffman(image.scans[0]!.acTables[1]!, STANDARD_HUFFMAN.ac[1]));
});

Deno.test("J01 parseJpeg() accepts a missing EOI and junk behind it, and names what else is missing", () => {
  const whole = sampleJpeg("420");
  assertEquals(parseJpeg(whole.slice(0, -2)).hasEnd, false);
  assertEquals(parseJpeg(whole.slice(0, -1)).scans[0]!.data, parseJpeg(whole).scans[0]!.data);
  assertEquals(parseJpeg(concatBytes([whole, new Uint8Array(50_000).fill(0xff)])).hasEnd, true);
  assertEquals(refused(new Uint8Array(0), "does not begin with SOI").offset, 0);
  assertEquals(refused(Uint8Array.of(0xff, 0xd8), "there is no frame header (SOF)").offset, 2);
  assertEquals(refused(Uint8Array.of(0xff, 0xd8, 0xff, 0xd9), "there is no frame header (SOF)").offset, 4);
  refused(whole.slice(0, markerOffset(whole, SOS)), "there is no scan (SOS)");
  refused(new Uint8Array(100_000).fill(0xff).with(1, 0xd8), "no marker follows");
});

Deno.test("J03 parseJpeg() refuses lengths that are too small or too large", () => {
  const whole = sampleJpeg("420");
  const at = markerOffset(whole, DQT);
  refused(patched(whole, { [at + 2]: 0, [at + 3]: 1 }), "DQT has length 1");
  refused(patched(whole, { [at + 2]: 0xff }), "there is no frame header");
  refused(patched(whole, { [at + 3]: 66 }), "of DQT");
});

Deno.test("J08 parseJpeg() reads 16-bit tables and refuses impossible or changing ones", () => {
  const whole = sampleJpeg("420");
  const at = markerOffset(whole, SOF0);
  const wide = segment(DQT, 0x13, ...Array.from({ length: 64 }, () => [1, 2]).flat());
  assertEquals(parseJpeg(insertAt(whole, at, wide)).quantization[3]!.values[63], 258);
  refused(insertAt(whole, at, segment(DQT, 0, ...new Array<number>(64).fill(0))), "a quantization step is 0");
  refused(insertAt(whole, at, segment(DQT, 0x24)), "DQT names precision and table 0x24");
  const changed = segment(DQT, 0, ...new Array<number>(64).fill(3));
  refused(insertAt(whole, whole.length - 2, changed), "changes between scans");
});

Deno.test("J09 parseJpeg() refuses a size of 0 and accepts 65535", () => {
  const whole = sampleJpeg("420");
  const at = markerOffset(whole, SOF0);
  refused(patched(whole, { [at + 8]: 0 }), "its width is 0");
  refused(patched(whole, { [at + 6]: 0 }), "its height is 0");
  const large = parseJpeg(patched(whole, { [at + 5]: 255, [at + 6]: 255, [at + 7]: 255, [at + 8]: 255 }));
  assertEquals([large.width, large.height], [65535, 65535]);
});

Deno.test("parseJpeg() refuses frame and scan headers that make no sense", () => {
  const whole = sampleJpeg("420");
  const sof = markerOffset(whole, SOF0);
  const sos = markerOffset(whole, SOS);
  refused(patched(whole, { [sof + 9]: 0 }), "it has 0 components");
  refused(patched(whole, { [sof + 9]: 9 }), "it has 9 components");
  refused(patched(whole, { [sof + 11]: 0x50 }), "sampling factors 5x0");
  refused(patched(whole, { [sof + 12]: 4 }), "uses quantization table 4");
  refused(patched(whole, { [sof + 13]: 1 }), "the same id");
  refused(patched(whole, { [sos + 4]: 4 }), "SOS names 4 components");
  refused(patched(whole, { [sos + 5]: 77 }), "component 77");
  refused(patched(whole, { [sos + 7]: 1 }), "out of order");
  refused(patched(whole, { [sos + 6]: 0x40 }), "Huffman tables 0x40");
  refused(insertAt(whole, sos, whole.slice(sof, sof + 19)), "two frame headers");
  refused(insertAt(whole, 2, whole.slice(sos, sos + 14)), "comes before the frame header");
  refused(insertAt(whole, sof, segment(0xde, 0)), "DHP is not supported");
});

Deno.test("parseJpeg() refuses Huffman tables that are no prefix codes", () => {
  const whole = sampleJpeg("420");
  const at = markerOffset(whole, DHT);
  refused(insertAt(whole, at, segment(DHT, 0, 3, ...new Array<number>(18).fill(0))), "too many codes of 1 bits");
  refused(insertAt(whole, at, segment(DHT, 0x20)), "DHT names class and table 0x20");
  refused(insertAt(whole, at, segment(DHT, 0, 0, 4)), "of DHT");
});
