import { assert, assertAlmostEquals, assertEquals, assertLessOrEqual } from "@std/assert";
import { Timeline } from "../../lib/rtp/timeline.ts";
import { type FrameState, type FrameTimes, Playback } from "../../lib/server/playback.ts";

const RATE = 25;
const INTERVAL = 1000 / RATE;

function film(frameCount: number, complete = true): FrameTimes & { frameCount: number; complete: boolean } {
  return {
    frameCount,
    frameRate: RATE,
    complete,
    get duration() {
      return this.frameCount / RATE;
    },
    timeOf: (index) => index / RATE,
    indexAt: (time) => Math.floor(time * RATE),
  };
}

function packets(count: number) {
  return { payloads: Array.from({ length: count }, () => new Uint8Array(1)) };
}

function playback(times: FrameTimes, maxBurst?: number): Playback {
  return new Playback(times, new Timeline({ firstTimestamp: 1000, origin: 0 }), maxBurst);
}

/** Runs from deadline to deadline, `late` ms behind each, and notes what left when. */
function run(playing: Playback, frame: FrameState, until: number, late: (call: number) => number = () => 0) {
  const sent: { at: number; index: number; from: number; to: number; timestamp: number }[] = [];
  let end: number | undefined;
  let now = 0;
  for (let call = 0; playing.deadline <= until; call++) {
    now = Math.max(now, playing.deadline + late(call));
    const step = playing.step(now, () => frame);
    if (step.kind === "end") end = now;
    if (step.kind !== "packets") continue;
    sent.push({ at: now, index: step.index, from: step.from, to: step.to, timestamp: step.timestamp });
  }
  return { sent, end };
}

Deno.test("Playback sends each frame at its time, with timestamps of a 90 kHz clock, and ends after the last one", () => {
  const playing = playback(film(5));
  playing.play(0, Infinity, 100);
  const { sent, end } = run(playing, packets(3), 10_000);
  assertEquals(sent.map(({ at }) => at), [100, 140, 180, 220, 260]);
  assertEquals(sent.map(({ index }) => index), [0, 1, 2, 3, 4]);
  assertEquals(sent.map(({ timestamp }) => timestamp), [0, 1, 2, 3, 4].map((n) => 1000 + 9000 + 3600 * n));
  assertEquals(end, 300);
  assert(!playing.playing);
});

Deno.test("T13 Playback spreads a frame of 360 packets over three quarters of its interval, 32 at most at once", () => {
  const playing = playback(film(2));
  playing.play(0, Infinity, 0);
  const { sent } = run(playing, packets(360), 10_000);
  const first = sent.filter(({ index }) => index === 0);
  for (const { from, to } of first) assertLessOrEqual(to - from, 32);
  assertEquals(first.at(-1)!.to, 360);
  assertLessOrEqual(first.at(-1)!.at, INTERVAL * 0.75);
  const gaps = first.slice(1).map(({ at }, index) => at - first[index]!.at);
  assert(Math.min(...gaps) > 1, `bursts ${Math.min(...gaps)} ms apart`);
  assertEquals(sent.find(({ index }) => index === 1)!.at, INTERVAL);
});

Deno.test("Playback gives whole frames to a transport that takes only those", () => {
  const playing = playback(film(2), Infinity);
  playing.play(0, Infinity, 0);
  const { sent } = run(playing, packets(360), 10_000);
  assertEquals(sent.map(({ from, to }) => [from, to]), [[0, 360], [0, 360]]);
});

Deno.test("Playback does not drift when every step is late", () => {
  const playing = playback(film(1000));
  playing.play(0, Infinity, 0);
  const { sent } = run(playing, packets(1), 100_000, (call) => call % 7);
  assertEquals(sent.length, 1000);
  for (const { at, index } of sent) assertLessOrEqual(at - index * INTERVAL, 6);
});

Deno.test("Playback catches up after a delay with frames at half their distance, and loses none", () => {
  const playing = playback(film(50));
  playing.play(0, Infinity, 0);
  const { sent } = run(playing, packets(1), 10_000, (call) => call === 10 ? 300 : 0);
  assertEquals(sent.map(({ index }) => index), Array.from({ length: 50 }, (_, index) => index));
  const gaps = sent.slice(1).map(({ at }, index) => at - sent[index]!.at);
  assert(Math.min(...gaps) >= INTERVAL / 2 - 1e-6, `frames ${Math.min(...gaps)} ms apart`);
  assertEquals(sent.at(-1)!.at, 49 * INTERVAL);
});

Deno.test("Playback keeps pauses between the bursts of a frame that begins late", () => {
  const playing = playback(film(3));
  playing.play(0, Infinity, 0);
  const { sent } = run(playing, packets(320), 10_000, (call) => call === 0 ? 200 : 0);
  assertEquals(sent.filter(({ index }) => index === 0).at(-1)!.to, 320);
  const gaps = sent.slice(1).map(({ at }, index) => at - sent[index]!.at);
  assert(Math.min(...gaps) >= 1, `bursts ${Math.min(...gaps)} ms apart`);
});

Deno.test("F09 Playback goes on from where it stood after the process was stopped, without a burst", () => {
  const playing = playback(film(300));
  playing.play(0, Infinity, 0);
  const { sent } = run(playing, packets(1), 20_000, (call) => call === 10 ? 5000 : 0);
  assertEquals(sent.length, 300);
  const gaps = sent.slice(1).map(({ at }, index) => at - sent[index]!.at);
  assertEquals(gaps.filter((gap) => gap < INTERVAL - 1e-6), []);
  const steps = sent.slice(1).map(({ timestamp }, index) => timestamp - sent[index]!.timestamp);
  assertEquals(steps.filter((step) => step !== 3600), [3600 + 5000 * 90]);
});

Deno.test("Playback stops at the end of a range, whose end it does not play", () => {
  const playing = playback(film(100));
  playing.play(10, 0.6, 0);
  const { sent, end } = run(playing, packets(1), 10_000);
  assertEquals(sent.map(({ index }) => index), [10, 11, 12, 13, 14]);
  assertAlmostEquals(end!, 5 * INTERVAL);
});

Deno.test("Playback sends a frame again, whole, that PAUSE cut, and its timestamps go on", () => {
  const playing = playback(film(10));
  playing.play(0, Infinity, 0);
  const first = playing.step(0, () => packets(40));
  assert(first.kind === "packets" && first.to < 40);
  playing.pause();
  assertEquals(playing.deadline, Infinity);
  assertEquals(playing.step(1000, () => packets(40)).kind, "nothing");
  playing.play(playing.index, Infinity, 2000);
  const again = playing.step(2000, () => packets(40));
  assert(again.kind === "packets");
  assertEquals([again.index, again.from], [0, 0]);
  assertEquals(again.timestamp - first.timestamp, 2000 * 90);
});

Deno.test("Playback waits for a frame that is loading and keeps the others on time", () => {
  const playing = playback(film(10));
  playing.play(0, Infinity, 0);
  assertEquals(playing.step(0, () => "loading").kind, "nothing");
  assertEquals(playing.deadline, Infinity);
  playing.frameArrived(15);
  assertEquals(playing.deadline, 15);
  assertEquals(playing.step(15, () => packets(1)).kind, "packets");
  assertEquals(playing.deadline, 40);
});

Deno.test("Playback leaves out a frame that cannot be carried, and keeps its place in time", () => {
  const playing = playback(film(3));
  playing.play(0, Infinity, 0);
  const kinds: string[] = [];
  for (let now = 0; now <= 120; now += INTERVAL) {
    const step = playing.step(now, (index) => index === 1 ? "unusable" : packets(1));
    kinds.push(step.kind === "packets" ? `${step.index}` : step.kind);
  }
  assertEquals(kinds, ["0", "skipped", "2", "end"]);
});

Deno.test("Playback waits at the end of a film that is still being indexed", () => {
  const times = film(1, false);
  const playing = playback(times);
  playing.play(0, Infinity, 0);
  assertEquals(playing.step(0, () => packets(1)).kind, "packets");
  assertEquals(playing.step(40, () => "loading").kind, "nothing");
  times.frameCount = 2;
  times.complete = true;
  playing.frameArrived(50);
  assertEquals(playing.step(50, () => packets(1)).kind, "packets");
});
