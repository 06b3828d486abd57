import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { Timeline } from "../../lib/rtp/timeline.ts";

const NTSC = 30000 / 1001;

Deno.test("Timeline gives the first timestamp at its origin", () => {
  const timeline = new Timeline({ firstTimestamp: 1234, origin: 5000 });
  assertEquals([timeline.dueAt(0), timeline.timestampOf(0), timeline.timestampAt(5000)], [5000, 1234, 1234]);
  assertEquals([timeline.dueAt(2), timeline.timestampOf(2)], [7000, 1234 + 180_000]);
  assertEquals(timeline.timestampAt(4000), (1234 - 90_000) >>> 0);
});

Deno.test("Timeline is exact for three hours of 30000/1001 frames a second", () => {
  const timeline = new Timeline({ firstTimestamp: 0xfffff000, origin: 123.456 });
  timeline.begin(0, 123.456);
  const frames = Math.round(3 * 3600 * NTSC);
  for (let index = 0; index <= frames; index++) {
    assertEquals(timeline.timestampOf(index / NTSC), (0xfffff000 + 3003 * index) % 2 ** 32);
  }
  assertAlmostEquals(timeline.dueAt(frames / NTSC), 123.456 + frames * 1001 / 30, 1e-5);
});

Deno.test("Timeline does not drift over a thousand loops", () => {
  const frameRate = 7;
  const timeline = new Timeline({ firstTimestamp: 0, origin: 0 });
  for (let loop = 1; loop <= 1000; loop++) timeline.begin(0, timeline.dueAt(10 / frameRate));
  assertAlmostEquals(timeline.dueAt(0), 1000 * 10_000 / frameRate, 1e-6);
  assertEquals(timeline.timestampOf(0), Math.round(1000 * 10 * 90_000 / frameRate));
});

Deno.test("Timeline keeps the line from clock to timestamp over a seek", () => {
  const timeline = new Timeline({ firstTimestamp: 100, origin: 0 });
  const before = timeline.timestampAt(60_000);
  timeline.begin(3600, 2000);
  assertEquals(timeline.timestampOf(3600), 100 + 180_000);
  assertEquals(timeline.timestampOf(3601), 100 + 270_000);
  assertEquals(timeline.timestampAt(60_000), before);
});

Deno.test("Timeline plays fast, slowly and backwards", () => {
  const timeline = new Timeline({ firstTimestamp: 0, origin: 0 });
  timeline.begin(10, 1000, { scale: 2.5 });
  assertEquals([timeline.dueAt(15), timeline.mediaTimeAt(3000)], [3000, 15]);
  timeline.begin(10, 1000, { scale: 0.5 });
  assertEquals(timeline.dueAt(11), 3000);
  timeline.begin(10, 1000, { scale: -1 });
  assertEquals([timeline.dueAt(9), timeline.timestampOf(9), timeline.mediaTimeAt(2000)], [2000, 180_000, 9]);
});

Deno.test("Timeline lets packets leave faster than they are shown, with timestamps of the presentation", () => {
  const timeline = new Timeline({ firstTimestamp: 0, origin: 0 });
  timeline.begin(10, 1000, { speed: 2 });
  assertEquals([timeline.dueAt(12), timeline.shownAt(12), timeline.timestampOf(12)], [2000, 3000, 270_000]);
  timeline.begin(50, 2000, { shownAt: 3001 });
  assertEquals([timeline.dueAt(51), timeline.timestampOf(51)], [3000, 4001 * 90]);
});

Deno.test("Timeline gives a stretch that begins on a whole tick timestamps of equal distance", () => {
  const timeline = new Timeline({ firstTimestamp: 0, origin: 0.123 });
  timeline.begin(0, 77.777_777, { shownAt: timeline.wholeTick(77.777_777) });
  const first = timeline.timestampOf(0);
  for (let index = 0; index < 1000; index++) assertEquals(timeline.timestampOf(index / 60), first + 1500 * index);
});

Deno.test("Timeline refuses to stand still or to begin nowhere", () => {
  const timeline = new Timeline({ firstTimestamp: 0, origin: 0 });
  assertThrows(() => timeline.begin(0, 0, { scale: 0 }), RangeError, "scale 0");
  assertThrows(() => timeline.begin(NaN, 0), RangeError);
  assertThrows(() => timeline.begin(0, Infinity), RangeError);
});

Deno.test("R08 Timeline never goes back, whatever is seeked, looped or scaled", () => {
  const steps = fc.array(
    fc.record({
      mediaTime: fc.double({ min: 0, max: 10_000, noNaN: true }),
      scale: fc.constantFrom(1, 1, 0.5, 2, 3.7, -1, -2),
      frames: fc.integer({ min: 0, max: 50 }),
      idle: fc.double({ min: 0, max: 5000, noNaN: true }),
    }),
    { maxLength: 30 },
  );
  fc.assert(fc.property(steps, fc.constantFrom(5, 25, NTSC, 7), (list, frameRate) => {
    const timeline = new Timeline({ firstTimestamp: 0, origin: 17.3 });
    let now = 17.3;
    let last = 0;
    for (const { mediaTime, scale, frames, idle } of list) {
      now += idle;
      timeline.begin(mediaTime, now, { scale });
      for (let i = 0; i < frames; i++) {
        const frameTime = mediaTime + Math.sign(scale) * i / frameRate;
        const timestamp = timeline.timestampOf(frameTime);
        assert(((timestamp - last) | 0) >= 0, `${timestamp} after ${last}`);
        last = timestamp;
        now = timeline.dueAt(frameTime);
        assert(Math.abs((timeline.timestampAt(now) - timestamp) | 0) <= 1);
      }
    }
  }));
});
