import { assert, assertEquals } from "@std/assert";
import { PlayerError } from "../../../lib/client/player.ts";
import { mayPass, Retry, RETRY_PAUSES } from "../../../lib/client/resume/retry.ts";
import { ManualClock, settle } from "../../support/manual_clock.ts";

function started(outcomes: (PlayerError | undefined)[]) {
  const clock = new ManualClock();
  const told: string[] = [];
  const tries: number[] = [];
  const retry = new Retry(clock, {
    attempt: () => {
      tries.push(clock.now());
      const outcome = outcomes.length > 1 ? outcomes.shift() : outcomes[0];
      return outcome ? Promise.reject(outcome) : Promise.resolve();
    },
    waiting: (attempt, at) => told.push(`${attempt} at ${at}`),
    succeeded: () => told.push("succeeded"),
    failed: ({ code }) => told.push(code),
  });
  return { clock, told, tries, retry };
}

const AWAY = new PlayerError("unreachable", "Away.");

Deno.test("Retry tries from half a second on, every 8 s at last, and often at first", async () => {
  const { clock, tries, retry } = started([AWAY]);
  await clock.run(60_000, 100);
  assertEquals(tries[0], 500);
  const pauses = tries.slice(1).map((at, index) => at - tries[index]!);
  assert(pauses.every((pause, index) => index === 0 || pause >= pauses[index - 1]!));
  assertEquals(pauses.at(-1), 8000);
  assert(tries.every((at, index) => at >= 13_000 || (tries[index + 1]! - at) <= 2000));
  retry.stop();
  assertEquals([clock.pending, RETRY_PAUSES[0]], [0, 500]);
});

Deno.test("Retry ends with success, with what will not pass, or when it is stopped", async () => {
  const good = started([AWAY, undefined]);
  await good.clock.run(2000, 100);
  assertEquals(good.told, ["1 at 500", "2 at 1000", "succeeded"]);
  const bad = started([new PlayerError("unauthorized", "No.")]);
  await bad.clock.run(2000, 100);
  assertEquals(bad.told, ["1 at 500", "unauthorized"]);
  const off = started([AWAY]);
  off.clock.advance(500);
  off.retry.stop();
  await settle();
  assertEquals([off.told, off.clock.pending], [["1 at 500"], 0]);
});

Deno.test("mayPass() knows what another try cannot help", () => {
  for (const code of ["server-gone", "unreachable", "not-found"] as const) assert(mayPass({ code }));
  for (const code of ["unauthorized", "unsupported", "bad-source", "closed"] as const) assert(!mayPass({ code }));
});
