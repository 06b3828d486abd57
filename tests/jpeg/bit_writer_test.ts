import { assertEquals } from "@std/assert";
import { seededRandom } from "../../lib/core/random.ts";
import { BitWriter } from "../../lib/jpeg/bit_writer.ts";
import { Workspace } from "../../lib/jpeg/workspace.ts";

/** The bytes of a text of 0 and 1, filled up with ones, a zero after each 0xFF. */
function packText(bits: string): number[] {
  const whole = bits.padEnd(Math.ceil(bits.length / 8) * 8, "1");
  return (whole.match(/.{8}/g) ?? []).flatMap((byte) => byte === "11111111" ? [255, 0] : [parseInt(byte, 2)]);
}

Deno.test("BitWriter writes any mixture of lengths as the bits stand, and stuffs zeros", () => {
  const random = seededRandom(3);
  for (let round = 0; round < 300; round++) {
    const writer = new BitWriter(0);
    let text = "";
    for (let put = 0; put < 40; put++) {
      const length = random.uint32() % 32;
      const bits = random.uint32() % 3 === 0 ? 2 ** length - 1 : random.uint32() % 2 ** length;
      writer.reserve(8);
      writer.put(bits, length);
      text += length === 0 ? "" : bits.toString(2).padStart(length, "0");
    }
    assertEquals(Array.from(writer.finish()), packText(text));
  }
});

Deno.test("BitWriter aligns with ones before each restart marker, and counts them to 7", () => {
  const writer = new BitWriter(16);
  const expected: number[] = [];
  for (let interval = 0; interval < 10; interval++) {
    writer.put(0, 3);
    writer.restart();
    expected.push(0b00011111, 255, 0xd0 + interval % 8);
  }
  writer.put(5, 8);
  assertEquals(Array.from(writer.finish()), [...expected, 5]);
});

Deno.test("BitWriter gives its bits for reading as they were put, without stuffing", () => {
  const writer = new BitWriter(0, new Workspace());
  writer.reserve(400);
  for (let put = 0; put < 100; put++) writer.put(put % 2 === 0 ? 0xff : put, 8);
  writer.put(1, 3);
  assertEquals(writer.position, 803);
  const view = writer.view();
  assertEquals(
    Array.from({ length: 100 }, (_, at) => view.getUint8(at)),
    Array.from({ length: 100 }, (_, put) => put % 2 === 0 ? 0xff : put),
  );
  assertEquals(view.getUint8(100) >>> 5, 1);
});

Deno.test("BitWriter gives nothing of what stood in the workspace before", () => {
  const workspace = new Workspace();
  for (let picture = 0; picture < 3; picture++) {
    const writer = new BitWriter(100, workspace);
    writer.put(0b101, 3);
    assertEquals(Array.from(writer.finish()), [0b10111111]);
    workspace.clear();
    workspace.bytes(160).fill(0xff);
    workspace.clear();
  }
});
