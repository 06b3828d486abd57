import { assert, assertAlmostEquals, assertEquals, assertLessOrEqual } from "@std/assert";
import { Timeline } from "../../../lib/rtp/timeline.ts";
import type { FrameTimes, Passage } from "../../../lib/server/streams/course.ts";
import { type FrameState, Playback } from "../../../lib/server/streams/playback.ts";

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

function passage(of: Partial<Passage> = {}): Passage {
  return { index: 0, scale: 1, speed: 1, loop: false, ...of };
}

function upcoming(playing: Playback, count: number): number[] {
  const frames: number[] = [];
  playing.forUpcoming(count, (index) => frames.push(index));
  return frames;
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
  playing.play(passage(), 100);
  const { sent, end } = run(playing, packets(3), 10_000);
  assertEquals(sent.map(({ at }) => at), [100, 140, 180, 220, 260]);
  assertEquals(sent.map(({ index }) => index), [0, 1, 2, 3, 4]);
  assertEquals(sent.map(({ timestamp }) => timestamp), [0, 1, 2, 3, 4].map((n) => 1000 + 9000 + 3600 * n));
  assertEquals(end, 300);
  assert(!playing.playing);
});

Deno.test("T13 Playback spreads a frame of 360 packets over nearly all of its interval, 32 at most at once", () => {
  const playing = playback(film(2));
  playing.play(passage(), 0);
  const { sent } = run(playing, packets(360), 10_000);
  const first = sent.filter(({ index }) => index === 0);
  for (const { from, to } of first) assertLessOrEqual(to - from, 32);
  assertEquals(first.at(-1)!.to, 360);
  assertLessOrEqual(first.at(-1)!.at, INTERVAL * 15 / 16);
  const gaps = first.slice(1).map(({ at }, index) => at - first[index]!.at);
  assert(Math.min(...gaps) > 1, `bursts ${Math.min(...gaps)} ms apart`);
  assertEquals(sent.find(({ index }) => index === 1)!.at, INTERVAL);
});

Deno.test("Playback gives whole frames to a transport that takes only those", () => {
  const playing = playback(film(2), Infinity);
  playing.play(passage(), 0);
  const { sent } = run(playing, packets(360), 10_000);
  assertEquals(sent.map(({ from, to }) => [from, to]), [[0, 360], [0, 360]]);
});

Deno.test("Playback does not drift when every step is late", () => {
  const playing = playback(film(1000));
  playing.play(passage(), 0);
  const { sent } = run(playing, packets(1), 100_000, (call) => call % 7);
  assertEquals(sent.length, 1000);
  for (const { at, index } of sent) assertLessOrEqual(at - index * INTERVAL, 6);
});

Deno.test("Playback catches up after a delay with frames at half their distance, and loses none", () => {
  const playing = playback(film(50));
  playing.play(passage(), 0);
  const { sent } = run(playing, packets(1), 10_000, (call) => call === 10 ? 300 : 0);
  assertEquals(sent.map(({ index }) => index), Array.from({ length: 50 }, (_, index) => index));
  const gaps = sent.slice(1).map(({ at }, index) => at - sent[index]!.at);
  assert(Math.min(...gaps) >= INTERVAL / 2 - 1e-6, `frames ${Math.min(...gaps)} ms apart`);
  assertEquals(sent.at(-1)!.at, 49 * INTERVAL);
});

Deno.test("Playback keeps pauses between the bursts of a frame that begins late", () => {
  const playing = playback(film(3));
  playing.play(passage(), 0);
  const { sent } = run(playing, packets(320), 10_000, (call) => call === 0 ? 200 : 0);
  assertEquals(sent.filter(({ index }) => index === 0).at(-1)!.to, 320);
  const gaps = sent.slice(1).map(({ at }, index) => at - sent[index]!.at);
  assert(Math.min(...gaps) >= 1, `bursts ${Math.min(...gaps)} ms apart`);
});

Deno.test("F09 Playback goes on from where it stood after the process was stopped, without a burst", () => {
  const playing = playback(film(300));
  playing.play(passage(), 0);
  const { sent } = run(playing, packets(1), 20_000, (call) => call === 10 ? 5000 : 0);
  assertEquals(sent.length, 300);
  const gaps = sent.slice(1).map(({ at }, index) => at - sent[index]!.at);
  assertEquals(gaps.filter((gap) => gap < INTERVAL - 1e-6), []);
  const steps = sent.slice(1).map(({ timestamp }, index) => timestamp - sent[index]!.timestamp);
  assertEquals(steps.filter((step) => step !== 3600), [3600 + 5000 * 90]);
});

Deno.test("Playback stops at the end of a range, whose end it does not play", () => {
  const playing = playback(film(100));
  playing.play(passage({ index: 10, until: 0.6 }), 0);
  const { sent, end } = run(playing, packets(1), 10_000);
  assertEquals(sent.map(({ index }) => index), [10, 11, 12, 13, 14]);
  assertAlmostEquals(end!, 5 * INTERVAL);
});

Deno.test("Playback sends a frame again, whole, that PAUSE cut, and its timestamps go on", () => {
  const playing = playback(film(10));
  playing.play(passage(), 0);
  const first = { ...playing.step(0, () => packets(40)) };
  assert(first.kind === "packets" && first.to < 40);
  playing.pause();
  assertEquals(playing.deadline, Infinity);
  assertEquals(playing.step(1000, () => packets(40)).kind, "nothing");
  playing.play(passage({ index: playing.index }), 2000);
  const again = playing.step(2000, () => packets(40));
  assert(again.kind === "packets");
  assertEquals([again.index, again.from], [0, 0]);
  assertEquals(again.timestamp - first.timestamp, 2000 * 90);
});

Deno.test("Playback waits for a frame that is loading and keeps the others on time", () => {
  const playing = playback(film(10));
  playing.play(passage(), 0);
  assertEquals(playing.step(0, () => "loading").kind, "nothing");
  assertEquals(playing.deadline, Infinity);
  playing.frameArrived(15);
  assertEquals(playing.deadline, 15);
  assertEquals(playing.step(15, () => packets(1)).kind, "packets");
  assertEquals(playing.deadline, 40);
});

Deno.test("Playback leaves out a frame that cannot be carried, and keeps its place in time", () => {
  const playing = playback(film(3));
  playing.play(passage(), 0);
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
  playing.play(passage(), 0);
  assertEquals(playing.step(0, () => packets(1)).kind, "packets");
  assertEquals(playing.step(40, () => "loading").kind, "nothing");
  times.frameCount = 2;
  times.complete = true;
  playing.frameArrived(50);
  assertEquals(playing.step(50, () => packets(1)).kind, "packets");
});

/** The frames sent, the distances in ms between them, and between their timestamps in ms of the 90 kHz clock. */
function paceOf(sent: readonly { at: number; index: number; timestamp: number }[]) {
  return {
    frames: sent.map(({ index }) => index),
    gaps: sent.slice(1).map(({ at }, i) => Math.round(at - sent[i]!.at)),
    shown: sent.slice(1).map(({ timestamp }, i) => ((timestamp - sent[i]!.timestamp) >>> 0) / 90),
  };
}

Deno.test("Playback sends every frame of a film that is played slowly, each at its later time", () => {
  const playing = playback(film(3));
  playing.play(passage({ scale: 0.25 }), 0);
  const { sent, end } = run(playing, packets(40), 10_000);
  assertEquals(paceOf(sent.filter(({ from }) => from === 0)), {
    frames: [0, 1, 2],
    gaps: [160, 160],
    shown: [160, 160],
  });
  assertEquals(end, 480);
});

Deno.test("Playback leaves frames out of a film that is played fast, and sends no more a second than it has", () => {
  const eight = playback(film(100));
  eight.play(passage({ scale: 8 }), 0);
  const fast = run(eight, packets(1), 10_000);
  assertEquals(paceOf(fast.sent).frames, Array.from({ length: 13 }, (_, i) => 8 * i));
  assertEquals(new Set(paceOf(fast.sent).gaps), new Set([INTERVAL]));
  assertEquals(fast.end, 4000 / 8);
  const between = playback(film(11));
  between.play(passage({ scale: 2.5 }), 0);
  const { sent } = run(between, packets(1), 10_000);
  assertEquals(paceOf(sent), { frames: [0, 2, 5, 7, 10], gaps: [32, 48, 32, 48], shown: [32, 48, 32, 48] });
});

Deno.test("Playback plays backward to the start of the film", () => {
  const back = playback(film(10));
  back.play(passage({ index: 4, scale: -1 }), 0);
  const { sent, end } = run(back, packets(1), 10_000);
  assertEquals(paceOf(sent), { frames: [4, 3, 2, 1, 0], gaps: [40, 40, 40, 40], shown: [40, 40, 40, 40] });
  assertEquals([end, back.index], [200, -1]);
  const fast = playback(film(100));
  fast.play(passage({ index: 99, scale: -8 }), 0);
  assertEquals(paceOf(run(fast, packets(1), 10_000).sent).frames, [99, 91, 83, 75, 67, 59, 51, 43, 35, 27, 19, 11, 3]);
});

Deno.test("Playback plays a range backward down to the frame of its end", () => {
  const playing = playback(film(100));
  playing.play(passage({ index: 20, until: 0.6, scale: -2 }), 0);
  assertEquals(paceOf(run(playing, packets(1), 10_000).sent).frames, [20, 18, 16]);
  playing.play(passage({ index: 17, until: 0.61, scale: -1 }), 5000);
  assertEquals(paceOf(run(playing, packets(1), 10_000).sent).frames, [17, 16, 15]);
});

Deno.test("Playback sends faster than the film is shown, with timestamps of the presentation, and never goes back", () => {
  const playing = playback(film(50));
  playing.play(passage({ speed: 4 }), 0);
  const { sent } = run(playing, packets(1), 199);
  assertEquals(new Set(paceOf(sent).gaps), new Set([10]));
  assertEquals(new Set(paceOf(sent).shown), new Set([40]));
  playing.play(passage({ index: 5 }), 200);
  const after = run(playing, packets(1), 400).sent;
  const jump = (after[0]!.timestamp - sent.at(-1)!.timestamp) | 0;
  assert(jump > 0 && jump <= 3600, `${jump} ticks`);
  assertEquals(new Set(paceOf(after).shown), new Set([40]));
});

Deno.test("Playback loops without a jump in numbers, times and timestamps", () => {
  for (const scale of [1, -1]) {
    const playing = playback(film(4));
    playing.play(passage({ index: scale > 0 ? 0 : 3, scale, loop: true }), 0);
    const { sent, end } = run(playing, packets(1), 1000);
    const round = scale > 0 ? [0, 1, 2, 3] : [3, 2, 1, 0];
    assertEquals(paceOf(sent).frames.slice(0, 12), [...round, ...round, ...round]);
    assertEquals(new Set(paceOf(sent).gaps), new Set([INTERVAL]));
    assertEquals(new Set(paceOf(sent).shown), new Set([INTERVAL]));
    assertEquals(end, undefined);
  }
});

Deno.test("Playback plays passages that wait one after the other, without a gap", () => {
  const playing = playback(film(100));
  playing.play(passage({ until: 0.12 }), 0);
  playing.queue(passage({ index: 50, until: 2.08 }));
  playing.queue(passage({ index: 96 }));
  const { sent, end } = run(playing, packets(1), 10_000);
  assertEquals(paceOf(sent).frames, [0, 1, 2, 50, 51, 96, 97, 98, 99]);
  assertEquals(new Set(paceOf(sent).shown), new Set([INTERVAL]));
  assertAlmostEquals(end!, 9 * INTERVAL, 1e-6);
});

Deno.test("Playback pauses at a point, in the place of all that was to come, and goes on from there", () => {
  const playing = playback(film(100));
  playing.play(passage({ until: 1 }), 0);
  playing.queue(passage({ index: 50 }));
  playing.pauseAt(0.2);
  const { sent, end } = run(playing, packets(1), 10_000);
  assertEquals([sent.length, end, playing.index, playing.waiting], [5, undefined, 5, 0]);
});

Deno.test("Playback tells which frames it will need next, over the end of a round and of a passage", () => {
  const playing = playback(film(10));
  playing.play(passage({ index: 4, scale: 2 }), 0);
  assertEquals(upcoming(playing, 5), [6, 8]);
  playing.play(passage({ index: 8, loop: true }), 0);
  assertEquals(upcoming(playing, 3), [9, 0, 1]);
  playing.play(passage({ index: 1, until: 0.1 }), 0);
  playing.queue(passage({ index: 7 }));
  assertEquals(upcoming(playing, 2), [2, 7]);
});

Deno.test("Playback keeps timestamps exact over a film of three hours, at every pace", () => {
  const rate = 30000 / 1001;
  const frameCount = Math.round(3 * 3600 * rate);
  const times: FrameTimes = {
    frameCount,
    frameRate: rate,
    complete: true,
    duration: frameCount / rate,
    timeOf: (index) => index / rate,
    indexAt: (time) => Math.floor(time * rate + 1e-6),
  };
  for (const [scale, stride] of [[1, 1], [4, 4], [-8, 8]] as const) {
    const playing = playback(times);
    playing.play(passage({ index: scale > 0 ? 0 : frameCount - 1, scale }), 12.345);
    let [count, first, last] = [0, 0, 0];
    while (playing.playing) {
      const now = playing.deadline;
      const step = playing.step(now, () => packets(1));
      if (step.kind !== "packets") continue;
      if (count === 0) first = step.timestamp;
      const expected = Math.round(3003 * count * stride / Math.abs(scale)) % 2 ** 32;
      if (((step.timestamp - first) >>> 0) !== expected) assertEquals((step.timestamp - first) >>> 0, expected);
      last = now;
      count++;
    }
    assertEquals(count, Math.ceil(frameCount / stride));
    assertAlmostEquals(last, 12.345 + (count - 1) * stride * 1001 / 30 / Math.abs(scale), 1e-3);
  }
});
