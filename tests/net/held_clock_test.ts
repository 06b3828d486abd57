import { assert, assertEquals } from "@std/assert";
import { type Clock, sleep } from "../../lib/core/clock.ts";
import { underWay } from "../../lib/core/operations.ts";
import { openDirectSend } from "../../lib/net/direct_send.ts";
import { findEventWait } from "../../lib/net/event_wait.ts";
import { HeldClock } from "../../lib/net/held_clock.ts";
import { sharedLibc } from "../../lib/net/libc.ts";
import { connectTcp, TcpListener } from "../../lib/net/tcp.ts";

/** A thread with an event loop of its own, which a clock may keep from it. */
class Thread implements Clock {
  /** When an event comes for the loop (clock ms). */
  eventAt = Infinity;
  /** Moments at which the loop had turns, how many in all, and waits outside of it: since when, and for how long. */
  readonly turns: number[] = [];
  turnCount = 0;
  readonly waits: [since: number, milliseconds: number][] = [];
  readonly clock = new HeldClock((milliseconds) => this.#wait(milliseconds), this);
  #now = 0;
  #timers: { deadline: number; callback: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  wallTime(): number {
    return this.#now;
  }

  at(deadline: number, callback: () => void): () => void {
    const timer = { deadline, callback };
    this.#timers.push(timer);
    return () => this.#timers = this.#timers.filter((other) => other !== timer);
  }

  /** Lets the loop sleep from timer to timer until `end` (clock ms). */
  async run(end: number): Promise<void> {
    while (this.#timers.length > 0 && this.#now <= end) {
      this.#timers.sort((a, b) => a.deadline - b.deadline);
      const { deadline, callback } = this.#timers.shift()!;
      this.#now = Math.max(this.#now, deadline);
      if (this.turns.at(-1) !== this.#now) this.turns.push(this.#now);
      this.turnCount++;
      if (this.eventAt <= this.#now) this.eventAt = Infinity;
      callback();
      for (let i = 0; i < 5000; i++) await Promise.resolve();
    }
  }

  #wait(milliseconds: number): boolean {
    this.waits.push([this.#now, milliseconds]);
    const event = this.eventAt <= this.#now + milliseconds;
    this.#now = event ? Math.max(this.#now, this.eventAt) : this.#now + milliseconds;
    return event;
  }
}

/** Calls `each` every 40 ms. */
function every40(clock: Clock, each: (now: number) => void, due = 40): void {
  clock.at(due, () => {
    each(clock.now());
    every40(clock, each, due + 40);
  });
}

Deno.test("HeldClock calls at the very moment, and leaves the event loop alone between", async () => {
  const thread = new Thread();
  const calls: number[] = [];
  every40(thread.clock, (now) => calls.push(now));
  await thread.run(900);
  assertEquals(calls.slice(0, 20), Array.from({ length: 20 }, (_, index) => 40 * (index + 1)));
  const [first, ...others] = thread.turns;
  assertEquals(first, 38);
  for (const [index, turn] of others.entries()) {
    const since = turn - thread.turns[index]!;
    assert(since > 200 && since <= 290, `The loop had its turn after ${since} ms`);
  }
});

Deno.test("HeldClock lets the loop turn after a quarter of a second, but not sleep until the next deadline", async () => {
  const thread = new Thread();
  every40(thread.clock, () => {});
  await thread.run(800);
  assertEquals(thread.turns, [38, 280, 520, 760]);
  assert(thread.waits.every(([since, milliseconds]) => (since + milliseconds) % 40 === 0));
});

Deno.test("HeldClock gives the thread back when the loop has something to do", async () => {
  const thread = new Thread();
  const calls: number[] = [];
  every40(thread.clock, (now) => calls.push(now));
  thread.eventAt = 90;
  await thread.run(130);
  // Its own timer is set for the next deadline, so that the loop turns at 90 and sleeps until then.
  assertEquals(thread.turns.slice(0, 2), [38, 118]);
  assertEquals(calls.slice(0, 3), [40, 80, 120]);
});

Deno.test("HeldClock does not keep the thread while an operation is under way", async () => {
  const thread = new Thread();
  const calls: number[] = [];
  every40(thread.clock, (now) => calls.push(now));
  const { promise, resolve } = Promise.withResolvers<void>();
  const operation = underWay(promise);
  await thread.run(200);
  assertEquals(thread.waits, []);
  assert(thread.turns.length >= 5);
  resolve();
  await operation;
  await thread.run(400);
  assert(thread.waits.length > 0);
});

Deno.test("HeldClock lets the loop turn twice before it waits: events that came with its timer are done with first", async () => {
  const thread = new Thread();
  const turnsBefore: number[] = [];
  thread.clock.at(40, () => turnsBefore.push(thread.turnCount));
  await thread.run(100);
  assertEquals(turnsBefore, [3]);
});

Deno.test("HeldClock lets promises settle before it waits", async () => {
  const thread = new Thread();
  const slept: number[] = [];
  const sleeper = async () => {
    while (thread.now() < 200) {
      await sleep(thread.clock, 40);
      for (let i = 0; i < 8; i++) await Promise.resolve();
      slept.push(thread.now());
    }
  };
  const done = sleeper();
  await thread.run(200);
  await done;
  assertEquals(slept, [40, 80, 120, 160, 200]);
  assertEquals(thread.turns, [38]);
});

Deno.test("HeldClock does not call what was cancelled, not even by what is due with it, and asks for no turn then", async () => {
  const thread = new Thread();
  const calls: string[] = [];
  thread.clock.at(10, () => {
    calls.push("first");
    cancelSecond();
  });
  const cancelSecond = thread.clock.at(10, () => calls.push("second"));
  const cancelThird = thread.clock.at(20, () => calls.push("third"));
  thread.clock.at(15, () => cancelThird());
  await thread.run(100);
  assertEquals(calls, ["first"]);
  assertEquals(thread.turns, [8]);
});

Deno.test("HeldClock lets the loop have its turn where deadlines lie far apart", async () => {
  const thread = new Thread();
  const calls: number[] = [];
  for (const due of [1000, 2000]) thread.clock.at(due, () => calls.push(thread.now()));
  await thread.run(5000);
  assertEquals(calls, [1000, 2000]);
  assertEquals(thread.turns, [998, 1998]);
});

Deno.test("HeldClock has a turn of the loop's own even where work is always overdue", async () => {
  const thread = new Thread();
  let count = 0;
  const greedy = () => {
    thread.eventAt = thread.now();
    if (++count < 100) thread.clock.at(thread.now(), greedy);
  };
  thread.clock.at(0, greedy);
  await thread.run(0);
  assertEquals(count, 100);
  assert(thread.turnCount >= 100);
});

Deno.test({
  name: "findEventWait() finds the event loop's events: what comes over a socket ends the wait",
  ignore: sharedLibc() === undefined,
  async fn() {
    const wait = findEventWait()!;
    const listener = TcpListener.open({ hostname: "127.0.0.1", port: 0 });
    const accepted = listener[Symbol.asyncIterator]().next();
    const ours = await connectTcp(listener.address);
    const theirs = (await accepted).value!;
    const read = theirs.read();
    // What the loop was told before is done with first.
    while (wait(0)) await new Promise((resolve) => setTimeout(resolve, 1));
    assert(!wait(1));
    openDirectSend()!.send(ours.handle!, new Uint8Array([7]));
    assert(wait(60_000));
    assertEquals(await read, new Uint8Array([7]));
    for (const each of [ours, theirs, listener]) each.close();
  },
});
