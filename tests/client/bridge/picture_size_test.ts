import { assertEquals } from "@std/assert";
import { pictureSize } from "../../../lib/client/bridge/picture_size.ts";
import { concatBytes } from "../../../lib/core/bytes.ts";
import { headerOnlyJpeg } from "../../support/header_only_jpeg.ts";

Deno.test("B11 pictureSize() reads the size that a decoder would make room for", () => {
  assertEquals(pictureSize(headerOnlyJpeg(640, 480)), { width: 640, height: 480 });
  assertEquals(pictureSize(headerOnlyJpeg(65535, 65535)), { width: 65535, height: 65535 });
});

Deno.test("B11 pictureSize() knows no size of what is no JPEG or ends before its frame header", () => {
  const jpeg = headerOnlyJpeg(640, 480);
  assertEquals(pictureSize(new Uint8Array()), undefined);
  assertEquals(pictureSize(Uint8Array.of(255, 216, 1)), undefined);
  assertEquals(pictureSize(jpeg.subarray(0, 9)), undefined);
  assertEquals(pictureSize(jpeg.subarray(2)), undefined);
  assertEquals(pictureSize(new Uint8Array(1 << 16).fill(255)), undefined);
});

Deno.test("B11 pictureSize() passes over a thumbnail inside another segment", () => {
  const thumbnail = headerOnlyJpeg(8, 8);
  const segment = concatBytes([Uint8Array.of(255, 0xe1, 0, thumbnail.length + 2), thumbnail]);
  const jpeg = headerOnlyJpeg(320, 240);
  assertEquals(pictureSize(concatBytes([jpeg.subarray(0, 2), segment, jpeg.subarray(2)])), { width: 320, height: 240 });
});
