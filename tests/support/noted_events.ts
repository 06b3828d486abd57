import type { Logger } from "../../lib/core/log.ts";
import type { Clock } from "../../lib/core/clock.ts";
import { EventLog } from "../../lib/server/sessions/event_log.ts";

/** An event log whose lines a test can read: the text with its placeholders unfilled. */
export function notedEvents(clock: Clock): { readonly lines: string[]; readonly events: EventLog } {
  const lines: string[] = [];
  const write = (text: string) => lines.push(text);
  const logger = { debug: write, info: write, warn: write, error: write } as unknown as Logger;
  return { lines, events: new EventLog(logger, clock) };
}
