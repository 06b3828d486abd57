import { assert, assertEquals, assertThrows } from "@std/assert";
import { FrameIndex } from "../../lib/media/frame_index.ts";

Deno.test("FrameIndex gives back what was added, up to 1 TiB and 16 MiB", () => {
  const frames = [[0, 0], [5, 100], [2 ** 32 - 1, 2 ** 24 - 1], [2 ** 32, 1], [2 ** 40 - 1, 2 ** 24 - 1]] as const;
  const index = new FrameIndex(true);
  for (const [i, [offset, length]] of frames.entries()) index.add(offset, length, i / 7);
  assertEquals(index.length, frames.length);
  for (const [i, [offset, length]] of frames.entries()) {
    assertEquals([index.offsetOf(i), index.lengthOf(i), index.timeOf(i)], [offset, length, i / 7]);
  }
});

Deno.test("FrameIndex refuses places that it cannot hold", () => {
  const index = new FrameIndex();
  for (const [offset, length] of [[-1, 1], [2 ** 40, 1], [NaN, 1], [0, -1], [0, 2 ** 24]] as const) {
    assertThrows(() => index.add(offset, length), RangeError);
  }
  for (const frame of [0, -1, 0.5, NaN]) assertThrows(() => index.offsetOf(frame), RangeError);
});

Deno.test("J10 FrameIndex takes at most 16 bytes a frame", () => {
  for (const timed of [false, true]) {
    const index = new FrameIndex(timed);
    const count = 1_000_000;
    for (let i = 0; i < count; i++) index.add(i * 1000, 999, i);
    assertEquals(index.offsetOf(count - 1), 999_999_000);
    assert(index.size <= 16 * count * 1.01, `${index.size} bytes`);
  }
});
