import type { Bytes } from "../../lib/core/bytes.ts";

/** The beginning of a baseline JPEG of that size in pixels, without any picture: SOI and SOF0. */
export function headerOnlyJpeg(width: number, height: number): Bytes {
  const jpeg = Uint8Array.of(0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, 0, 0, 0, 0, 1, 1, 0x11, 0);
  const view = new DataView(jpeg.buffer);
  view.setUint16(7, height);
  view.setUint16(9, width);
  return jpeg;
}
