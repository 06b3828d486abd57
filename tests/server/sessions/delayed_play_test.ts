import { assertEquals, assertThrows } from "@std/assert";
import { RtspError } from "../../../lib/rtsp/status.ts";
import { DelayedPlay, momentOf } from "../../../lib/server/sessions/delayed_play.ts";
import { Scheduler } from "../../../lib/server/sending/scheduler.ts";
import type { PlayOrder } from "../../../lib/server/streams/stream.ts";
import { ManualClock } from "../../support/manual_clock.ts";

const DAY = 24 * 3600;

Deno.test("momentOf() is a time yet to come on the server's clock; what has passed means at once", () => {
  const clock = { now: 5000, wallTime: 1_700_000_000_000 };
  assertEquals(momentOf(1_700_000_002.5, clock), 7500);
  for (const time of [undefined, 1_700_000_000, 1_699_999_999.9, 0]) assertEquals(momentOf(time, clock), undefined);
});

Deno.test("momentOf() refuses with 457 what is more than a day ahead", () => {
  const clock = { now: 0, wallTime: 1_700_000_000_000 };
  assertEquals(momentOf(1_700_000_000 + DAY, clock), DAY * 1000);
  for (const time of [1_700_000_001 + DAY, 253_402_300_799]) {
    const error = assertThrows(() => momentOf(time, clock), RtspError, "a day is the most");
    assertEquals(error.status, 457);
  }
});

Deno.test("DelayedPlay plays the last order at its moment, once, and nothing that was cleared", () => {
  const clock = new ManualClock();
  const played: [number, PlayOrder][] = [];
  const delayed = new DelayedPlay(new Scheduler(clock), (order) => played.push([clock.now(), order]), () => {});
  delayed.set({ start: 1 }, 100);
  delayed.set({ start: 2 }, 300);
  clock.advance(500);
  delayed.set({ start: 3 }, 600);
  delayed.clear();
  clock.advance(500);
  assertEquals(played, [[300, { start: 2 }]]);
  delayed.cancel();
  assertEquals(clock.pending, 0);
});

Deno.test("DelayedPlay hands on why an order was refused, and takes another one", () => {
  const clock = new ManualClock();
  const refused: unknown[] = [];
  const error = new RtspError(457, "Cannot play from 9 s: the film has 4 s");
  const delayed = new DelayedPlay(new Scheduler(clock), ({ start }) => {
    if (start === 9) throw error;
    refused.push("played");
  }, (thrown) => refused.push(thrown));
  delayed.set({ start: 9 }, 10);
  clock.advance(20);
  delayed.set({ start: 1 }, 30);
  clock.advance(20);
  assertEquals(refused, [error, "played"]);
});
