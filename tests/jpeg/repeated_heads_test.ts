import { assertEquals, assertThrows } from "@std/assert";
import { type Bytes, concatBytes } from "../../lib/core/bytes.ts";
import { InvalidDataError } from "../../lib/core/errors.ts";
import { parseJpeg } from "../../lib/jpeg/parse.ts";
import { JpegReader } from "../../lib/jpeg/repeated_heads.ts";
import { makeJpegs } from "../support/make_film.ts";
import { sampleJpeg } from "../support/jpeg_samples.ts";

const SAMPLES = ["420", "420_restart", "420_progressive", "422", "grey"].map(sampleJpeg);
const EOI = Uint8Array.of(0xff, 0xd9);

/** What follows the scan of a picture may be anything. */
function endedBy(jpeg: Bytes, ...parts: Uint8Array[]): Bytes {
  return concatBytes([jpeg.subarray(0, -2), ...parts]);
}

Deno.test("JpegReader says of every picture what parseJpeg() says, whatever it has read before", () => {
  const film = makeJpegs(3);
  const other = film[0]!;
  const endings = [
    endedBy(other),
    endedBy(other, Uint8Array.of(0xff), EOI),
    endedBy(other, Uint8Array.of(0xff, 0xfe, 0, 3, 1), EOI),
    endedBy(other, Uint8Array.of(0xff, 0x01, 7), EOI),
    endedBy(other, Uint8Array.of(0xff, 0xd0, 7, 0xff, 0xd5), EOI),
    endedBy(other, EOI, other),
  ];
  const reader = new JpegReader();
  for (const picture of [...film, ...endings, ...SAMPLES, ...film, ...SAMPLES, ...endings]) {
    assertEquals(reader.parse(picture), parseJpeg(picture));
  }
});

Deno.test("JpegReader finds every change in the segments before the scan", () => {
  const [picture] = makeJpegs(1);
  const reader = new JpegReader();
  const { offset } = reader.parse(picture!).scans[0]!;
  for (let at = 0; at < offset; at++) {
    const changed = picture!.slice();
    changed[at]! ^= 1;
    let expected;
    try {
      expected = parseJpeg(changed);
    } catch (thrown) {
      assertThrows(() => reader.parse(changed), InvalidDataError, (thrown as Error).message);
      continue;
    }
    assertEquals(reader.parse(changed), expected, `byte ${at}`);
  }
});

Deno.test("JpegReader refuses a picture that ends inside a head it knows", () => {
  const [picture] = makeJpegs(1);
  const reader = new JpegReader();
  const { offset } = reader.parse(picture!).scans[0]!;
  assertThrows(() => reader.parse(picture!.slice(0, offset - 1)), InvalidDataError);
  assertEquals(reader.parse(picture!.slice(0, offset)), parseJpeg(picture!.slice(0, offset)));
});
