import { assertEquals, assertThrows } from "@std/assert";
import { writeIcns, writeIco } from "../../.ci/release/icon_files.ts";

const picture = (size: number, ...bytes: number[]) => ({ size, png: Uint8Array.from(bytes) });

Deno.test("writeIco() writes a directory that points to each picture", () => {
  const bytes = writeIco([picture(16, 1, 2, 3), picture(256, 4)]);
  const view = new DataView(bytes.buffer);
  assertEquals([view.getUint16(0, true), view.getUint16(2, true), view.getUint16(4, true)], [0, 1, 2]);
  const entries = [6, 22].map((at) => [bytes[at], view.getUint32(at + 8, true), view.getUint32(at + 12, true)]);
  assertEquals(entries, [[16, 3, 38], [0, 1, 41]]);
  assertEquals([...bytes.subarray(38)], [1, 2, 3, 4]);
  assertThrows(() => writeIco([picture(512)]), RangeError);
});

Deno.test("writeIcns() names each picture by its size", () => {
  const bytes = writeIcns([picture(128, 1, 2), picture(1024, 3)]);
  const view = new DataView(bytes.buffer);
  const text = (at: number) => String.fromCharCode(...bytes.subarray(at, at + 4));
  assertEquals([text(0), view.getUint32(4)], ["icns", bytes.length]);
  assertEquals([text(8), view.getUint32(12), text(18), view.getUint32(22)], ["ic07", 10, "ic10", 9]);
  assertThrows(() => writeIcns([picture(100)]), RangeError);
});
