import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { FragmentBuffer } from "../../lib/rtp/fragment_buffer.ts";

const whole = Uint8Array.from({ length: 1000 }, (_, index) => index * 31);

Deno.test("FragmentBuffer puts pieces together in any order, overlapping or not", () => {
  const cuts = fc.array(fc.tuple(fc.nat(999), fc.nat(300)), { minLength: 1, maxLength: 40 });
  fc.assert(fc.property(cuts, (pieces) => {
    const buffer = new FragmentBuffer(1000);
    const covered = new Set<number>();
    for (const [start, length] of pieces) {
      const piece = whole.subarray(start, start + length);
      assertEquals(buffer.place(start, piece), undefined);
      for (let at = start; at < start + piece.length; at++) covered.add(at);
    }
    const end = Math.max(-1, ...covered) + 1;
    assertEquals(buffer.end, end);
    assertEquals(buffer.hasStart, covered.has(0));
    assertEquals(buffer.isWhole, covered.size === end && end > 0);
    if (buffer.isWhole) assertEquals(buffer.bytes, whole.slice(0, end));
  }));
});

Deno.test("R10 FragmentBuffer refuses bytes that differ from what came before", () => {
  const buffer = new FragmentBuffer(1000);
  buffer.place(0, whole.subarray(0, 10));
  buffer.place(20, whole.subarray(20, 30));
  assertEquals(buffer.place(5, whole.subarray(5, 25)), undefined);
  assertEquals(buffer.place(29, Uint8Array.of(1)), "fragments disagree");
  assertEquals(buffer.bytes, whole.slice(0, 30));
});

Deno.test("R10 FragmentBuffer refuses bytes behind its limit", () => {
  const buffer = new FragmentBuffer(1000);
  assertEquals(buffer.place(999, Uint8Array.of(1)), undefined);
  assertEquals(buffer.place(999, Uint8Array.of(1, 2)), "frame over the size limit");
  assertEquals(buffer.place(0xffffff, new Uint8Array()), "frame over the size limit");
});

Deno.test("R10 FragmentBuffer gives up a frame of too many gaps", () => {
  const buffer = new FragmentBuffer(100_000);
  const faults = Array.from({ length: 300 }, (_, index) => buffer.place(2 * index, Uint8Array.of(1)));
  assertEquals(faults.indexOf("too many gaps"), 256);
});

Deno.test("FragmentBuffer.clear() makes room for the next frame", () => {
  const buffer = new FragmentBuffer(1000);
  buffer.place(0, whole);
  buffer.clear();
  assertEquals([buffer.end, buffer.hasStart, buffer.isWhole, buffer.bytes.length], [0, false, false, 0]);
  assertEquals(buffer.place(0, Uint8Array.of(9)), undefined);
  assertEquals(buffer.bytes, Uint8Array.of(9));
});
