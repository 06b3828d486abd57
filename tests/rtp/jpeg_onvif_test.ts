import { assert, assertEquals, assertThrows } from "@std/assert";
import { type Bytes, concatBytes, equalBytes } from "../../lib/core/bytes.ts";
import { InvalidDataError } from "../../lib/core/errors.ts";
import { parseJpeg } from "../../lib/jpeg/parse.ts";
import { toRtpJpeg } from "../../lib/jpeg/transcode.ts";
import { onvifSegments, segmentsFor, writeOnvifExtension } from "../../lib/rtp/jpeg_onvif.ts";
import { packetizeJpeg } from "../../lib/rtp/jpeg_packetizer.ts";
import { makeJpeg } from "../support/make_film.ts";
import { sampleJpeg, withoutSegments } from "../support/jpeg_samples.ts";

const JPEG = makeJpeg(3, { width: 2048, height: 32 });
const { image: IMAGE } = toRtpJpeg(JPEG);

/** A JPEG of nothing but segments and scan. */
function joined(segments: Bytes, scan: Bytes) {
  return parseJpeg(concatBytes([Uint8Array.of(0xff, 0xd8), segments, scan, Uint8Array.of(0xff, 0xd9)]));
}

Deno.test("onvifSegments() says all that the scan needs, the frame header first, in whole words that end with SOS", () => {
  for (const name of ["420", "420_restart", "444", "440", "411", "grey", "420_optimized"]) {
    const before = parseJpeg(sampleJpeg(name));
    const segments = onvifSegments(before);
    assertEquals([segments.length % 4, segments[0], segments[1]], [0, 0xff, before.process], name);
    const after = joined(segments, before.scans[0]!.data);
    assertEquals([after.width, after.height, after.components], [before.width, before.height, before.components]);
    for (const { quantization } of before.components) {
      assertEquals(after.quantization[quantization], before.quantization[quantization], name);
    }
    const { dcTables, acTables, components, restartInterval, data } = before.scans[0]!;
    const scan = after.scans[0]!;
    assertEquals([scan.components, scan.restartInterval], [components, restartInterval], name);
    assert(equalBytes(scan.data, data), name);
    for (const { dc, ac } of components) {
      assertEquals([scan.dcTables[dc], scan.acTables[ac]], [dcTables[dc], acTables[ac]], name);
    }
  }
});

Deno.test("onvifSegments() names the standard tables where a JPEG means them without a word", () => {
  const bare = withoutSegments(sampleJpeg("444"), 0xc4);
  assertEquals(onvifSegments(parseJpeg(bare)), onvifSegments(parseJpeg(sampleJpeg("444"))));
});

Deno.test("onvifSegments() refuses a JPEG whose tables are missing", () => {
  const image = parseJpeg(withoutSegments(sampleJpeg("444"), 0xdb));
  assertThrows(() => onvifSegments(image), InvalidDataError, "quantization table is missing");
});

Deno.test("segmentsFor() says what writeJpeg() writes, with its restart interval", () => {
  assertEquals(segmentsFor(IMAGE), onvifSegments(parseJpeg(JPEG)));
  const { image } = toRtpJpeg(JPEG, { restartInterval: 5 });
  assertEquals(joined(segmentsFor(image), image.scan).scans[0]!.restartInterval, 5);
});

Deno.test("writeOnvifExtension() puts profile and length in words before the segments", () => {
  const target = new Uint8Array(10);
  assertEquals(writeOnvifExtension(target, 1, 0xffd8, Uint8Array.of(1, 2, 3, 4)), 8);
  assertEquals([...target], [0, 0xff, 0xd8, 0, 1, 1, 2, 3, 4, 0]);
});

Deno.test("packetizeJpeg() has an extension in every packet with segments, and in none without", () => {
  const { payloads, extended } = packetizeJpeg(IMAGE, 1388, segmentsFor(IMAGE));
  assertEquals([extended, payloads[0]![0], payloads[0]![1]], [true, 0xff, 0xd8]);
  for (const payload of payloads.slice(1)) assertEquals([...payload.subarray(0, 4)], [0xff, 0xff, 0, 0]);
  assert(payloads.slice(0, -1).every(({ length }) => length === 1388));
  const plain = packetizeJpeg({ ...IMAGE, width: 64, height: 48 });
  assertEquals([plain.extended, plain.payloads[0]![4]], [undefined, IMAGE.type]);
});
