import { assertEquals } from "@std/assert";
import { seededRandom } from "../../../lib/core/random.ts";
import { Scheduler, type Task } from "../../../lib/server/sending/scheduler.ts";
import { ManualClock } from "../../support/manual_clock.ts";

/** A task that notes when it was called and asks for its next deadline by `next`. */
function noting(calls: number[], next: (now: number) => number): Task {
  return {
    step: (now) => {
      calls.push(now);
      return next(now);
    },
    failed: (thrown) => {
      throw thrown;
    },
  };
}

Deno.test("Scheduler calls tasks in the order of their deadlines, whatever the order they came in", () => {
  const clock = new ManualClock();
  const scheduler = new Scheduler(clock);
  const random = seededRandom(7);
  const calls: number[] = [];
  const deadlines = Array.from({ length: 200 }, () => 10 + 10 * (random.uint32() % 1000));
  const entries = deadlines.map((deadline) => scheduler.add(noting(calls, () => Infinity), deadline));
  const cancelled = entries.filter((_, index) => index % 3 === 0);
  for (const entry of cancelled) entry.cancel();
  clock.advance(20_000);
  const expected = deadlines.filter((_, index) => index % 3 !== 0).sort((a, b) => a - b);
  assertEquals(calls, expected);
  assertEquals(scheduler.waiting, 0);
});

Deno.test("Scheduler keeps absolute deadlines when the process is late", () => {
  const clock = new ManualClock();
  const scheduler = new Scheduler(clock);
  const calls: number[] = [];
  let due = 40;
  scheduler.add(noting(calls, () => due += 40), due);
  clock.advance(40);
  clock.leap(55);
  clock.advance(65);
  assertEquals(calls, [40, 95, 120, 160]);
  scheduler.close();
  assertEquals(clock.pending, 0);
});

Deno.test("Scheduler ends a tick once for all tasks that were due in it", () => {
  const clock = new ManualClock();
  const scheduler = new Scheduler(clock);
  let ticks = 0;
  scheduler.onTickEnd = () => ticks++;
  const calls: number[] = [];
  for (const deadline of [10, 10.2, 10.9, 30]) scheduler.add(noting(calls, () => Infinity), deadline);
  clock.advance(15);
  assertEquals([calls.length, ticks], [3, 1]);
  clock.advance(20);
  assertEquals([calls.length, ticks], [4, 2]);
});

Deno.test("Scheduler holds one timer, moved when an earlier deadline comes", () => {
  const clock = new ManualClock();
  const scheduler = new Scheduler(clock);
  const calls: number[] = [];
  const entry = scheduler.add(noting(calls, () => Infinity), 1000);
  scheduler.add(noting(calls, () => Infinity), 500);
  assertEquals(clock.pending, 1);
  entry.moveTo(100);
  clock.advance(100);
  assertEquals(calls, [100]);
  entry.moveTo(Infinity);
  clock.advance(1000);
  assertEquals(calls, [100, 500]);
});

Deno.test("F10 Scheduler ends a task that throws, and only that one", () => {
  const clock = new ManualClock();
  const scheduler = new Scheduler(clock);
  const failures: unknown[] = [];
  const calls: number[] = [];
  scheduler.add({
    step: () => {
      throw new Error("broken");
    },
    failed: (thrown) => failures.push(thrown),
  }, 10);
  scheduler.add(noting(calls, (now) => now + 10), 10);
  clock.advance(35);
  assertEquals(failures.map(String), ["Error: broken"]);
  assertEquals(calls, [10, 20, 30]);
  scheduler.close();
});

Deno.test("Scheduler lets a task cancel another one that is due in the same tick", () => {
  const clock = new ManualClock();
  const scheduler = new Scheduler(clock);
  const calls: number[] = [];
  const second = () => other.cancel();
  scheduler.add(noting([], () => (second(), Infinity)), 10);
  const other = scheduler.add(noting(calls, () => Infinity), 10.5);
  clock.advance(100);
  assertEquals(calls, []);
});

Deno.test("Scheduler calls tasks that fall due together in the order in which they came, tick for tick", () => {
  const clock = new ManualClock();
  const scheduler = new Scheduler(clock);
  const random = seededRandom(3);
  const calls: number[] = [];
  // Each a little before or after the others, and never the same way twice.
  const jitter = () => random.uint32() % 100 / 200;
  for (let number = 0; number < 20; number++) {
    scheduler.add(noting([], (now) => (calls.push(number), 40 * Math.round(now / 40 + 1) + jitter())), 40 + jitter());
  }
  for (let tick = 0; tick < 5; tick++) clock.advance(40.5);
  assertEquals(calls, Array.from({ length: 100 }, (_, call) => call % 20));
  scheduler.close();
});

Deno.test("Scheduler calls a task at once when it is told to, and sends what the tick queued", () => {
  const clock = new ManualClock();
  const scheduler = new Scheduler(clock);
  let ticks = 0;
  scheduler.onTickEnd = () => ticks++;
  const calls: number[] = [];
  const entry = scheduler.add(noting(calls, () => calls.length < 2 ? 100 : Infinity), Infinity);
  clock.advance(7);
  entry.callNow();
  assertEquals([calls, ticks], [[7], 1]);
  clock.advance(93);
  assertEquals([calls, ticks], [[7, 100], 2]);
  scheduler.close();
});

Deno.test("Scheduler calls a task that is told so within a tick in the next one, and one that was cancelled never", () => {
  const clock = new ManualClock();
  const scheduler = new Scheduler(clock);
  const calls: number[] = [];
  let depth = 0;
  const entry = scheduler.add(noting(calls, () => (assertEquals(depth, 0), Infinity)), Infinity);
  scheduler.add(noting([], () => (depth++, entry.callNow(), depth--, Infinity)), 10);
  clock.advance(10);
  assertEquals(calls, [10]);
  entry.cancel();
  entry.callNow();
  clock.advance(10);
  assertEquals(calls, [10]);
  scheduler.close();
});

Deno.test("Scheduler keeps nothing of tasks that were cancelled or moved long before their time", () => {
  const clock = new ManualClock();
  const scheduler = new Scheduler(clock);
  const calls: number[] = [];
  const moved = scheduler.add(noting(calls, () => Infinity), 60_000.5);
  const cancelled = scheduler.add(noting(calls, () => Infinity), 60_000.2);
  assertEquals(scheduler.waiting, 2);
  cancelled.cancel();
  moved.moveTo(60_000.1);
  moved.moveTo(70_000);
  assertEquals(scheduler.waiting, 1);
  clock.advance(65_000);
  assertEquals(calls, []);
  clock.advance(65_000);
  assertEquals(calls, [70_000]);
  assertEquals(scheduler.waiting, 0);
});

Deno.test("Scheduler calls a task again within the millisecond that it asks for, and no other that another cancels", () => {
  const clock = new ManualClock();
  const scheduler = new Scheduler(clock);
  const calls: number[] = [];
  const others: number[] = [];
  scheduler.add(
    noting(calls, (now) => {
      other.cancel();
      return now < 10.4 ? 10.5 : Infinity;
    }),
    10.1,
  );
  const other = scheduler.add(noting(others, () => Infinity), 10.2);
  clock.advance(11);
  assertEquals([calls.length, others, scheduler.waiting], [2, [], 0]);
});
