import { assertEquals, assertLessOrEqual, assertRejects } from "@std/assert";
import { FrameIndex } from "../../lib/media/frame_index.ts";
import { ReadAhead } from "../../lib/media/read_ahead.ts";

/** A file of `count` frames of `size` bytes with gaps between them; frame `i` is full of `i`. */
function film(count: number, size: number, gap = 3) {
  const frames = new FrameIndex();
  const file = new Uint8Array(count * (size + gap));
  for (let i = 0; i < count; i++) {
    frames.add(i * (size + gap), size);
    file.fill(i, i * (size + gap), i * (size + gap) + size);
  }
  const reads: { offset: number; length: number }[] = [];
  let broken: number | undefined;
  const ahead = new ReadAhead((offset, length) => {
    reads.push({ offset, length });
    const bad = broken !== undefined && offset <= broken && broken < offset + length;
    return bad ? Promise.reject(new Error("EIO")) : Promise.resolve(file.slice(offset, offset + length));
  }, () => Promise.resolve(reads.length));
  return { frames, ahead, reads, size, breakAt: (byte: number) => broken = byte };
}

Deno.test("ReadAhead gives every frame of a film read in order, with ever fewer reads", async () => {
  const { frames, ahead, reads, size } = film(250, 20_000);
  for (let index = 0; index < 250; index++) {
    const { bytes } = await ahead.frame(frames, index);
    assertEquals([bytes.length, bytes.every((byte) => byte === index)], [size, true], `frame ${index}`);
  }
  assertLessOrEqual(reads.length, 16);
  for (const { length } of reads) assertLessOrEqual(length, 512 * 1024);
});

Deno.test("ReadAhead reads single frames where they are asked for in no order", async () => {
  const { frames, ahead, reads } = film(100, 20_000);
  for (let index = 99; index >= 0; index -= 3) await ahead.frame(frames, index);
  assertEquals(new Set(reads.map(({ length }) => length)), new Set([20_000]));
});

Deno.test("ReadAhead reads once for many who ask at the same time, and is judged once", async () => {
  const { frames, ahead, reads } = film(10, 1000);
  await ahead.frame(frames, 0);
  const verdicts = await Promise.all([1, 2, 1, 2].map(async (index) => (await ahead.frame(frames, index)).verdict));
  assertEquals(reads.length, 2);
  assertEquals(verdicts, [2, 2, 2, 2]);
});

Deno.test("X08 ReadAhead keeps no more than a few places of a film, whoever reads where", async () => {
  const { frames, ahead, reads } = film(2000, 1000);
  const places = Array.from({ length: 20 }, (_, viewer) => viewer * 100);
  for (let step = 0; step < 50; step++) {
    for (const place of places) await ahead.frame(frames, place + step);
  }
  // Too many to be read ahead for all of them: each gets its frames one by one.
  assertEquals(reads.length, 1000);
  assertEquals(new Set(reads.map(({ length }) => length)), new Set([1000]));
});

Deno.test("ReadAhead reads a frame larger than its bound alone", async () => {
  const { frames, ahead, reads } = film(5, 600_000);
  for (let index = 0; index < 5; index++) assertEquals((await ahead.frame(frames, index)).bytes.length, 600_000);
  assertEquals(reads.length, 5);
});

Deno.test("F05 ReadAhead loses only the frame that cannot be read", async () => {
  const { frames, ahead, breakAt } = film(60, 1000);
  breakAt(37 * 1003 + 5);
  for (let index = 0; index < 60; index++) {
    if (index === 37) await assertRejects(() => ahead.frame(frames, index), Error, "EIO");
    else assertEquals((await ahead.frame(frames, index)).bytes[999], index);
  }
});

Deno.test("ReadAhead takes frames in that were added to the index meanwhile, and is short where the file ends", async () => {
  const { frames, ahead, size } = film(4, 1000);
  for (let index = 0; index < 4; index++) await ahead.frame(frames, index);
  frames.add(4 * (size + 3) - 500, 1000);
  assertEquals((await ahead.frame(frames, 4)).bytes.length, 500);
});
