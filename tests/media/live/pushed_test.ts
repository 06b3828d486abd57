import { assertAlmostEquals, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import type { Frame } from "../../../lib/core/frame.ts";
import { feedFrom } from "../../../lib/media/live/pushed.ts";
import { makeJpegs } from "../../support/make_film.ts";
import { ManualClock, settle } from "../../support/manual_clock.ts";

const JPEGS = makeJpegs(4);

/** A source whose frames a test hands out one by one. */
class Source implements AsyncIterable<Uint8Array> {
  returned = false;
  #waiting: ((result: IteratorResult<Uint8Array, undefined>) => void) | undefined;
  #failing: ((error: Error) => void) | undefined;

  give(jpeg: Uint8Array): void {
    this.#waiting?.({ value: jpeg, done: false });
  }

  end(): void {
    this.#waiting?.({ value: undefined, done: true });
  }

  fail(error: Error): void {
    this.#failing?.(error);
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array, undefined> {
    return {
      next: () =>
        new Promise((resolve, reject) => {
          this.#waiting = resolve;
          this.#failing = reject;
        }),
      return: () => {
        this.returned = true;
        return Promise.resolve({ value: undefined, done: true });
      },
    };
  }
}

async function give(source: Source, clock: ManualClock, jpeg: Uint8Array): Promise<void> {
  source.give(jpeg);
  await settle();
  for (const milliseconds of [0, 1]) {
    clock.advance(milliseconds);
    await settle();
  }
}

Deno.test("feedFrom() passes frames on as they come, with times from the clock", async () => {
  const [source, clock] = [new Source(), new ManualClock()];
  const feed = feedFrom(source, { clock });
  const seen: Frame[] = [];
  const stop = feed.subscribe((frame) => seen.push(frame));
  assertEquals([feed.latest, feed.frameRate], [undefined, 25]);
  clock.advance(500);
  await give(source, clock, JPEGS[0]!);
  clock.advance(99);
  await give(source, clock, JPEGS[1]!);
  assertEquals(seen.map(({ index, time, data }) => [index, time, data]), [[0, 0, JPEGS[0]!], [1, 0.1, JPEGS[1]!]]);
  assertEquals(feed.latest, seen[1]!);
  assertAlmostEquals(feed.frameRate, 10);
  stop();
  await give(source, clock, JPEGS[2]!);
  assertEquals([seen.length, feed.latest?.index], [2, 2]);
  source.end();
  await feed.ended;
  assertEquals(feed.failure, undefined);
});

Deno.test("feedFrom() leaves time to others after each frame of a source that never waits", async () => {
  const clock = new ManualClock();
  async function* greedy() {
    for (let i = 0;; i++) yield await Promise.resolve(JPEGS[i % 4]!);
  }
  const feed = feedFrom(greedy(), { clock });
  const times: number[] = [];
  feed.subscribe(() => times.push(clock.now()));
  await clock.run(3);
  assertEquals(times, [1, 2, 3]);
  feed.close();
  await feed.ended;
});

Deno.test("feedFrom() copies frames, so that a source may use its buffer again", async () => {
  const [source, clock] = [new Source(), new ManualClock()];
  const feed = feedFrom(source, { clock });
  const buffer = JPEGS[0]!.slice();
  await give(source, clock, buffer);
  buffer.fill(0);
  assertEquals(feed.latest?.data, JPEGS[0]!);
  feed.close();
  await feed.ended;
});

Deno.test("feedFrom() takes frames that are given away as they are, unless their memory is shared with other threads", async () => {
  const [source, clock] = [new Source(), new ManualClock()];
  const feed = feedFrom(source, { clock, copy: false });
  const roomy = new Uint8Array(JPEGS[0]!.length + 9);
  roomy.set(JPEGS[0]!, 5);
  await give(source, clock, roomy.subarray(5, -4));
  assertEquals(feed.latest?.data, JPEGS[0]!);
  assertStrictEquals(feed.latest?.data.buffer, roomy.buffer);
  const shared = new Uint8Array(new SharedArrayBuffer(JPEGS[1]!.length));
  shared.set(JPEGS[1]!);
  await give(source, clock, shared);
  shared.fill(0);
  assertEquals(feed.latest?.data, JPEGS[1]!);
  feed.close();
  await feed.ended;
});

Deno.test("feedFrom() holds a source that does not wait to the frame rate", async () => {
  const clock = new ManualClock();
  async function* greedy() {
    for (let i = 0;; i++) yield await Promise.resolve(JPEGS[i % 4]!);
  }
  const feed = feedFrom(greedy(), { clock, frameRate: 50 });
  const times: number[] = [];
  feed.subscribe(() => times.push(clock.now()));
  await clock.run(110);
  assertEquals(times.map((time) => time - times[0]!), [0, 20, 40, 60, 80, 100]);
  assertEquals(feed.frameRate, 50);
  feed.close();
  await feed.ended;
});

Deno.test("feedFrom() sends no burst after a source that was slow", async () => {
  const [source, clock] = [new Source(), new ManualClock()];
  const feed = feedFrom(source, { clock, frameRate: 10 });
  const times: number[] = [];
  feed.subscribe(() => times.push(clock.now()));
  await give(source, clock, JPEGS[0]!);
  clock.advance(999);
  await give(source, clock, JPEGS[1]!);
  await give(source, clock, JPEGS[2]!);
  assertEquals(times, [0, 1000]);
  await clock.run(98, 7);
  assertEquals(times, [0, 1000, 1100]);
  feed.close();
  await feed.ended;
});

Deno.test("feedFrom() holds a frame back only when it is clearly before its turn, whatever its source's own clock says", async () => {
  const [source, clock] = [new Source(), new ManualClock()];
  const feed = feedFrom(source, { clock, frameRate: 25 });
  const times: number[] = [];
  feed.subscribe(() => times.push(clock.now()));
  await give(source, clock, JPEGS[0]!);
  for (const at of [38.5, 79, 110, 160]) {
    clock.advance(at - clock.now());
    await give(source, clock, JPEGS[1]!);
    await clock.run(20);
  }
  assertEquals(times, [0, 38.5, 79, 120, 160]);
  feed.close();
  await feed.ended;
});

Deno.test("feedFrom() leaves out what is no JPEG", async () => {
  const [source, clock] = [new Source(), new ManualClock()];
  const feed = feedFrom(source, { clock });
  await give(source, clock, Uint8Array.of(1, 2, 3, 4, 5));
  await give(source, clock, new Uint8Array(0));
  assertEquals(feed.latest, undefined);
  await give(source, clock, JPEGS[0]!);
  assertEquals(feed.latest?.index, 0);
  feed.close();
  await feed.ended;
});

Deno.test("F10 feedFrom() lives on when a listener throws", async () => {
  const [source, clock] = [new Source(), new ManualClock()];
  const feed = feedFrom(source, { clock });
  const seen: number[] = [];
  feed.subscribe(() => {
    throw new Error("listener");
  });
  feed.subscribe(({ index }) => seen.push(index));
  await give(source, clock, JPEGS[0]!);
  await give(source, clock, JPEGS[1]!);
  assertEquals(seen, [0, 1]);
  feed.close();
  await feed.ended;
});

Deno.test("feedFrom() ends with the reason when its source fails", async () => {
  const [source, clock] = [new Source(), new ManualClock()];
  const feed = feedFrom(source, { clock });
  await settle();
  source.fail(new Error("camera unplugged"));
  await feed.ended;
  assertEquals(feed.failure, "camera unplugged");
});

Deno.test("feedFrom() ends a source that hangs when it is closed", async () => {
  const [source, clock] = [new Source(), new ManualClock()];
  const feed = feedFrom(source, { clock });
  await settle();
  feed.close();
  await feed.ended;
  assertEquals([source.returned, feed.failure, clock.pending], [true, undefined, 0]);
});

Deno.test("feedFrom() refuses a frame rate that is none", () => {
  for (const frameRate of [0, -1, NaN, Infinity]) {
    assertThrows(() => feedFrom(new Source(), { frameRate }), RangeError);
  }
});
