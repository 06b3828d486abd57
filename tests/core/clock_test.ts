import { assert, assertEquals } from "@std/assert";
import { sleep, systemClock } from "../../lib/core/clock.ts";

Deno.test("systemClock.at() calls back once its deadline has passed", async () => {
  const deadline = systemClock.now() + 5;
  const calledAt = await new Promise<number>((resolve) => systemClock.at(deadline, () => resolve(systemClock.now())));
  assert(calledAt >= deadline - 1);
});

Deno.test("systemClock.at() stays silent when cancelled", async () => {
  let called = false;
  systemClock.at(systemClock.now(), () => called = true)();
  await sleep(systemClock, 5);
  assertEquals(called, false);
});

Deno.test("sleep() ends at once when its signal aborts", async () => {
  const stop = new AbortController();
  const sleeping = sleep(systemClock, 3_600_000, stop.signal);
  stop.abort();
  await sleeping;
  await sleep(systemClock, 3_600_000, stop.signal);
});
