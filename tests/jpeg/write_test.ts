import { assert, assertEquals, assertThrows } from "@std/assert";
import { SOF0, SOS } from "../../lib/jpeg/markers.ts";
import { parseJpeg } from "../../lib/jpeg/parse.ts";
import { fitRfc2435 } from "../../lib/jpeg/rfc2435.ts";
import { writeJpeg } from "../../lib/jpeg/write.ts";
import { markerOffset, sampleJpeg } from "../support/jpeg_samples.ts";

function fitted(name: string) {
  const result = fitRfc2435(parseJpeg(sampleJpeg(name)));
  assert(result.fits);
  return result.image;
}

Deno.test("writeJpeg() writes what parseJpeg() and fitRfc2435() read back unchanged", () => {
  for (const name of ["420", "422", "420_restart"]) {
    const image = fitted(name);
    const result = fitRfc2435(parseJpeg(writeJpeg(image)));
    assert(result.fits);
    assertEquals(result.image, image);
  }
});

Deno.test("writeJpeg() writes headers that libjpeg writes too: JFIF 1.01, the same frame and scan", () => {
  const expected = sampleJpeg("420");
  const written = writeJpeg(fitted("420"));
  assertEquals(written.subarray(0, 20), expected.subarray(0, 20));
  for (const [code, length] of [[SOF0, 19], [SOS, 14]] as const) {
    const [a, b] = [written, expected].map((bytes) => {
      const at = markerOffset(bytes, code);
      return bytes.slice(at, at + length);
    });
    assertEquals(a, b);
  }
  assertEquals(written.subarray(-2), Uint8Array.of(0xff, 0xd9));
});

Deno.test("writeJpeg() refuses what no JPEG can say", () => {
  const image = fitted("420");
  assertThrows(() => writeJpeg({ ...image, type: 2 }), RangeError, "RTP type 2");
  assertThrows(() => writeJpeg({ ...image, width: 0 }), RangeError, "0x37 pixels");
  assertThrows(() => writeJpeg({ ...image, height: 65536 }), RangeError, "43x65536 pixels");
  assertThrows(() => writeJpeg({ ...image, quantization: new Uint8Array(64) }), RangeError, "64 bytes");
});
