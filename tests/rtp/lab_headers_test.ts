import { assertEquals } from "@std/assert";
import { hasJpegStart, readAddressedPiece, readCountedPiece } from "../../lib/rtp/lab_headers.ts";

Deno.test("readCountedPiece() reads number and total, and refuses a number above the total", () => {
  assertEquals(readCountedPiece(Uint8Array.of(0, 2, 0, 3, 9, 9, 7)), { number: 2, total: 3, data: Uint8Array.of(7) });
  assertEquals(readCountedPiece(Uint8Array.of(0, 4, 0, 3, 9, 9, 7)), undefined);
  assertEquals(readCountedPiece(Uint8Array.of(0, 0, 0, 0, 9, 9, 7)), undefined);
  assertEquals(readCountedPiece(Uint8Array.of(0, 2, 0, 3, 9, 9)), undefined);
});

Deno.test("readAddressedPiece() reads frame, offset and size, and refuses a piece outside of its frame", () => {
  const bytes = (offset: number, size: number, more = 1) =>
    Uint8Array.of(more, 5, 0, 0, 0, offset, 0, 0, 0, size, 1, 2);
  assertEquals(readAddressedPiece(bytes(4, 6), 100), { frame: 5, offset: 4, size: 6, data: Uint8Array.of(1, 2) });
  assertEquals(readAddressedPiece(bytes(5, 6), 100), undefined);
  assertEquals(readAddressedPiece(bytes(4, 101), 100), undefined);
  assertEquals(readAddressedPiece(bytes(4, 6, 2), 100), undefined);
  assertEquals(readAddressedPiece(bytes(0, 6).slice(0, 10), 100), undefined);
});

Deno.test("hasJpegStart() looks for SOI", () => {
  assertEquals(hasJpegStart(Uint8Array.of(0xff, 0xd8, 0)), true);
  assertEquals([Uint8Array.of(0xff), Uint8Array.of(0, 0xff, 0xd8)].map((bytes) => hasJpegStart(bytes)), [false, false]);
});
