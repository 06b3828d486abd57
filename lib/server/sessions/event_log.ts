import type { Clock } from "../../core/clock.ts";
import type { Logger } from "../../core/log.ts";

/** Lines of one kind in one second; the rest is counted and told with the next one. */
const MAX_LINES_PER_SECOND = 10;
const WINDOW_MS = 1000;
/** Kinds that are told apart; there are a few dozen. */
const MAX_KINDS = 1000;

type Level = "debug" | "info" | "warn" | "error";

/** What a log line says beside its text. */
export type Facts = Readonly<Record<string, string | number | boolean | undefined>>;

/** A log that no peer can flood: at most ten lines a second of each kind. */
export class EventLog {
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #kinds = new Map<string, { start: number; lines: number; suppressed: number }>();

  constructor(logger: Logger, clock: Clock) {
    this.#logger = logger;
    this.#clock = clock;
  }

  debug(text: string, facts: Facts = {}): void {
    this.#write("debug", text, facts);
  }

  info(text: string, facts: Facts = {}): void {
    this.#write("info", text, facts);
  }

  warn(text: string, facts: Facts = {}): void {
    this.#write("warn", text, facts);
  }

  error(text: string, facts: Facts = {}): void {
    this.#write("error", text, facts);
  }

  /** The text with its `{placeholders}` unfilled is the kind. */
  #write(level: Level, text: string, facts: Facts): void {
    const now = this.#clock.now();
    if (this.#kinds.size >= MAX_KINDS) this.#kinds.clear();
    let kind = this.#kinds.get(text);
    if (!kind) this.#kinds.set(text, kind = { start: now, lines: 0, suppressed: 0 });
    if (now - kind.start >= WINDOW_MS) {
      kind.start = now;
      kind.lines = 0;
    }
    if (kind.lines >= MAX_LINES_PER_SECOND) {
      kind.suppressed++;
      return;
    }
    kind.lines++;
    const { suppressed } = kind;
    kind.suppressed = 0;
    if (suppressed > 0) this.#logger[level](`${text} ({suppressed} like this before)`, { ...facts, suppressed });
    else this.#logger[level](text, { ...facts });
  }
}
