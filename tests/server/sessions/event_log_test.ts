import { assertEquals } from "@std/assert";
import type { Logger } from "../../../lib/core/log.ts";
import { EventLog } from "../../../lib/server/sessions/event_log.ts";
import { ManualClock } from "../../support/manual_clock.ts";

function noting(): { lines: string[]; logger: Logger } {
  const lines: string[] = [];
  const write = (text: string, facts: Record<string, unknown>) => lines.push(`${text} ${JSON.stringify(facts)}`);
  return { lines, logger: { debug: write, info: write, warn: write, error: write } as unknown as Logger };
}

Deno.test("X06 EventLog writes ten lines a second of one kind and tells how many it kept back", () => {
  const { lines, logger } = noting();
  const clock = new ManualClock();
  const events = new EventLog(logger, clock);
  for (let i = 0; i < 1000; i++) events.info("Refused {peer}", { peer: i });
  events.info("Another kind");
  assertEquals(lines.length, 11);
  clock.advance(1000);
  events.info("Refused {peer}", { peer: "last" });
  assertEquals(lines.at(-1), 'Refused {peer} ({suppressed} like this before) {"peer":"last","suppressed":990}');
});
