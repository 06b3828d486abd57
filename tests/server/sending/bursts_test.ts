import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import { FrameBursts, MAX_BURST } from "../../../lib/server/sending/bursts.ts";

const INTERVAL = 40;

/** Sends `frames` of `count` packets each, every step `late` ms behind its time; what left when. */
function sendFrames(count: number, frames: number, late: (step: number) => number = () => 0) {
  const bursts = new FrameBursts(MAX_BURST);
  const sent: { at: number; frame: number; packets: number }[] = [];
  let now = 0;
  let step = 0;
  for (let frame = 0; frame < frames; frame++) {
    now = Math.max(now, frame * INTERVAL, bursts.earliestNext) + late(step++);
    bursts.begin(frame * INTERVAL, INTERVAL);
    for (let part = bursts.take(now, count);; part = bursts.take(now, count)) {
      sent.push({ at: now, frame, packets: part.to - part.from });
      if (part.next === undefined) break;
      now = Math.max(now, part.next) + late(step++);
    }
  }
  return sent;
}

/** The most packets that left within any `window` ms. */
function mostWithin(window: number, sent: readonly { at: number; packets: number }[]): number {
  return Math.max(...sent.map(({ at }) =>
    sent.filter((other) => other.at >= at && other.at <= at + window)
      .reduce((sum, { packets }) => sum + packets, 0)
  ));
}

Deno.test("T13 FrameBursts spreads a frame of 388 packets evenly and ends it before the next one", () => {
  const sent = sendFrames(388, 3);
  assertEquals(sent.filter(({ frame }) => frame === 2).reduce((sum, { packets }) => sum + packets, 0), 388);
  for (const frame of [0, 1, 2]) {
    const own = sent.filter((part) => part.frame === frame);
    assertEquals(own[0]!.at, frame * INTERVAL);
    assertLessOrEqual(own.at(-1)!.at, (frame + 1) * INTERVAL - 2);
  }
  assertLessOrEqual(mostWithin(5, sent), 65);
});

Deno.test("T13 FrameBursts never makes up for lateness with more than a default receive buffer takes", () => {
  for (const delay of [3, 8, 15, 35, 120]) {
    const sent = sendFrames(388, 30, (step) => step === 60 ? delay : 0);
    assertLessOrEqual(mostWithin(4, sent), 90, `steps ${delay} ms late`);
    for (const { packets } of sent) assertLessOrEqual(packets, MAX_BURST);
  }
});

Deno.test("FrameBursts keeps the frame rate of large frames with timers that are a millisecond late", () => {
  const sent = sendFrames(388, 100, (step) => 0.3 + (step % 3) * 0.5);
  const last = sent.filter(({ frame }) => frame === 99);
  assertLessOrEqual(last[0]!.at - 99 * INTERVAL, 3);
});

Deno.test("FrameBursts keeps the frame rate of large frames, with timers of 5 ms", () => {
  const sent = sendFrames(388, 100, (step) => step % 2 === 0 ? 4 : 5);
  const last = sent.filter(({ frame }) => frame === 99);
  assertLessOrEqual(last[0]!.at - 99 * INTERVAL, 2 * INTERVAL);
});

Deno.test("FrameBursts catches up with large frames within some of them", () => {
  const sent = sendFrames(388, 12, (step) => step === 40 ? 12 : 0);
  const begun = Array.from({ length: 12 }, (_, frame) => sent.find((part) => part.frame === frame)!.at);
  assert(begun[2]! > 2 * INTERVAL, "the delay is carried on at first");
  assertEquals(begun.slice(8), [8, 9, 10, 11].map((frame) => frame * INTERVAL));
});

Deno.test("FrameBursts sends frames of up to four bursts at quarters of the interval, where those of others are", () => {
  assertEquals(sendFrames(64, 1).map(({ at }) => at), [0, 10]);
  assertEquals(sendFrames(75, 1).map(({ at, packets }) => [at, packets]), [[0, 25], [10, 25], [20, 25]]);
  assertEquals(sendFrames(75, 2, (step) => step === 0 ? 4 : 0).map(({ at }) => at), [4, 10, 20, 40, 50, 60]);
});
