import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { ReorderBuffer } from "../../lib/rtp/reorder.ts";
import { ExtendedSequence } from "../../lib/rtp/sequence.ts";
import { rtpPacket } from "../support/rtp.ts";

/** Pushes packets with these numbers at clock time `now`; returns the numbers that went on. */
function push(buffer: ReorderBuffer, sequences: number[], now = 0, ssrc = 1): number[] {
  return sequences.flatMap((sequence) => buffer.push(rtpPacket({ sequence, ssrc }), now)).map((p) => p.sequence);
}

function numbers(packets: readonly { sequence: number }[]): number[] {
  return packets.map(({ sequence }) => sequence);
}

Deno.test("ReorderBuffer lets packets in order pass at once", () => {
  const buffer = new ReorderBuffer();
  for (const sequence of [65534, 65535, 0, 1]) assertEquals(push(buffer, [sequence]), [sequence]);
  assertEquals([buffer.nextDeadline, buffer.late], [undefined, 0]);
});

Deno.test("ReorderBuffer holds packets behind a gap until it is filled", () => {
  const buffer = new ReorderBuffer();
  assertEquals(push(buffer, [10, 12, 13]), [10]);
  assertEquals(push(buffer, [11]), [11, 12, 13]);
  assertEquals(buffer.nextDeadline, undefined);
});

Deno.test("ReorderBuffer gives a gap up when a packet behind it has waited maxDelay", () => {
  const buffer = new ReorderBuffer({ maxDelay: 40 });
  push(buffer, [10], 0);
  push(buffer, [12], 5);
  push(buffer, [14], 20);
  assertEquals(buffer.nextDeadline, 45);
  assertEquals(numbers(buffer.flush(44)), []);
  assertEquals(numbers(buffer.flush(45)), [12]);
  assertEquals(buffer.nextDeadline, 60);
  assertEquals(push(buffer, [13], 50), [13, 14]);
  assertEquals(push(buffer, [11], 50), []);
  assertEquals(buffer.late, 1);
});

Deno.test("ReorderBuffer gives a gap up when maxPackets numbers are open", () => {
  const buffer = new ReorderBuffer({ maxPackets: 4 });
  assertEquals(push(buffer, [0, 2, 3, 4]), [0]);
  assertEquals(push(buffer, [5]), [2, 3, 4, 5]);
  assertEquals(push(buffer, [2000]), [2000]);
});

Deno.test("R02 ReorderBuffer drops repeated packets", () => {
  const buffer = new ReorderBuffer();
  assertEquals(push(buffer, [1, 1, 3, 3, 2, 2]), [1, 2, 3]);
  assertEquals(buffer.late, 3);
});

Deno.test("ReorderBuffer begins anew with another source, or one that jumped back", () => {
  const buffer = new ReorderBuffer();
  push(buffer, [10, 12]);
  assertEquals(push(buffer, [700], 0, 2), [12, 700]);
  assertEquals(push(buffer, [701, 703, 100, 101], 0, 2), [701, 703, 100, 101]);
});

Deno.test("R02 ReorderBuffer takes less than 100 numbers back for late, 100 for a jump, as ExtendedSequence does", () => {
  const buffer = new ReorderBuffer();
  const sequence = new ExtendedSequence(1);
  sequence.update(499);
  assertEquals(push(buffer, [499, 400]), [499]);
  assertEquals(sequence.update(400), "reordered");
  assertEquals(push(buffer, [399]), [399]);
  assertEquals(sequence.update(399), "jump");
});

Deno.test("ReorderBuffer.drain() gives up all gaps", () => {
  const buffer = new ReorderBuffer();
  push(buffer, [65530, 65535, 2]);
  assertEquals(numbers(buffer.drain()), [65535, 2]);
  assertEquals(numbers(buffer.drain()), []);
});

Deno.test("R02 ReorderBuffer restores any order within 64 packets, and loses none", () => {
  // Each packet may fall behind by up to 60 places.
  const delays = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 300 });
  fc.assert(fc.property(delays, fc.integer({ min: 0, max: 0xffff }), (list, start) => {
    const buffer = new ReorderBuffer();
    const order = list.map((delay, index) => ({ index: index + 1, key: index + delay + 1 }))
      .sort((a, b) => a.key - b.key || a.index - b.index);
    const sent = [0, ...order.map(({ index }) => index)].map((index) => (start + index) & 0xffff);
    const went = [...push(buffer, sent), ...numbers(buffer.drain())];
    assertEquals(went, [0, ...list.map((_, index) => index + 1)].map((index) => (start + index) & 0xffff));
    assertEquals(buffer.late, 0);
  }));
});
