import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { ExtendedSequence, sequenceDistance, type SequenceVerdict } from "../../lib/rtp/sequence.ts";

Deno.test("sequenceDistance() goes the short way round", () => {
  const cases: [from: number, to: number, distance: number][] = [
    [0, 0, 0],
    [0, 1, 1],
    [1, 0, -1],
    [65535, 0, 1],
    [0, 65535, -1],
    [65000, 100, 636],
    [0, 0x7fff, 0x7fff],
    [0, 0x8000, -0x8000],
    [0x8000, 0, -0x8000],
  ];
  for (const [from, to, distance] of cases) assertEquals(sequenceDistance(from, to), distance, `${from} to ${to}`);
});

function verdicts(sequence: ExtendedSequence, numbers: number[]): SequenceVerdict[] {
  return numbers.map((number) => sequence.update(number));
}

Deno.test("ExtendedSequence believes a source after two packets in order", () => {
  const sequence = new ExtendedSequence();
  assertEquals(verdicts(sequence, [7, 9, 10, 11]), ["probation", "probation", "ok", "ok"]);
  assertEquals([sequence.expected, sequence.received], [2, 2]);
});

Deno.test("ExtendedSequence without probation believes the first packet", () => {
  const sequence = new ExtendedSequence(1);
  assertEquals(verdicts(sequence, [7, 8]), ["ok", "ok"]);
  assertEquals([sequence.valid, sequence.expected, sequence.received], [true, 2, 2]);
});

Deno.test("R02 ExtendedSequence counts on over the wrap", () => {
  const sequence = new ExtendedSequence(1);
  verdicts(sequence, [65534, 65535, 0, 1]);
  assertEquals([sequence.highest & 0xffff, sequence.expected, sequence.unique], [1, 4, 4]);
  const start = sequence.highest;
  for (let number = 2; number < 2 + 3 * 65536; number++) sequence.update(number & 0xffff);
  assertEquals(sequence.highest - start, 3 * 65536);
  assertEquals(sequence.expected, sequence.unique);
});

Deno.test("R02 ExtendedSequence tells duplicates and reordering from loss", () => {
  const sequence = new ExtendedSequence(1);
  assertEquals(verdicts(sequence, [10, 12, 11, 11, 12, 13]), [
    "ok",
    "ok",
    "reordered",
    "duplicate",
    "duplicate",
    "ok",
  ]);
  assertEquals([sequence.expected, sequence.received, sequence.unique], [4, 6, 4]);
});

Deno.test("R02 ExtendedSequence takes packets from before a wrap for reordered", () => {
  const sequence = new ExtendedSequence(1);
  assertEquals(verdicts(sequence, [65535, 1, 0]), ["ok", "ok", "reordered"]);
  assertEquals(verdicts(new ExtendedSequence(1), [0, 65535]), ["ok", "reordered"]);
});

Deno.test("R02 ExtendedSequence takes a gap below 3000 for loss", () => {
  const sequence = new ExtendedSequence(1);
  assertEquals(verdicts(sequence, [0, 2999]), ["ok", "ok"]);
  assertEquals(sequence.expected - sequence.unique, 2998);
});

for (const jump of [3000, 0x8000, 65536 - 110]) {
  Deno.test(`R02 ExtendedSequence believes a jump of ${jump} only when the next number follows`, () => {
    const sequence = new ExtendedSequence(1);
    sequence.update(0);
    assertEquals(sequence.update(jump), "jump");
    assertEquals(sequence.update(1), "ok");
    assertEquals([sequence.expected, sequence.unique], [2, 2]);
    assertEquals(verdicts(sequence, [jump + 2, jump + 3]), ["jump", "restart"]);
    assertEquals([sequence.expected, sequence.unique], [1, 1]);
  });
}

Deno.test("R02 ExtendedSequence loses nothing and finds no duplicate however 64 packets are shuffled", () => {
  const order = fc.shuffledSubarray(Array.from({ length: 64 }, (_, index) => index), { minLength: 64 });
  fc.assert(fc.property(order, fc.integer({ min: 0, max: 0xffff }), (shuffled, start) => {
    const sequence = new ExtendedSequence(1);
    for (let i = 0; i < 200; i++) sequence.update((start + i) & 0xffff);
    for (const i of shuffled) sequence.update((start + 200 + i) & 0xffff);
    assertEquals([sequence.expected, sequence.received, sequence.unique], [264, 264, 264]);
  }));
});
