import { assertEquals, assertThrows } from "@std/assert";
import { elfLength } from "../../.ci/denort.ts";

/** The head of a 64-bit ELF file with 3 section headers of 64 bytes at byte 100, and what was hung on behind them. */
function elf(appended: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(100 + 3 * 64 + appended);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2]);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(40, 100n, true);
  view.setUint16(58, 64, true);
  view.setUint16(60, 3, true);
  return bytes;
}

Deno.test("elfLength() ends where the section headers do, whatever follows", () => {
  assertEquals([elfLength(elf(0)), elfLength(elf(5000))], [292, 292]);
});

Deno.test("elfLength() refuses what is cut short or no ELF file", () => {
  assertThrows(() => elfLength(elf(0).subarray(0, 200)), Error, "Cannot cut the ELF file at 292");
  assertThrows(() => elfLength(new Uint8Array(100)), Error, "Cannot find a 64-bit ELF file");
});
