import { RtspError } from "../../rtsp/status.ts";
import type { Scheduled, Scheduler, Task } from "../sending/scheduler.ts";
import type { PlayOrder } from "../streams/stream.ts";

/** Longest time that a PLAY may be put off, seconds: what is meant for another day is a mistake. */
const MAX_DELAY_S = 24 * 3600;

/**
 * When a PLAY is to take effect, clock ms; undefined: at once, as no time was given or it has passed (RFC 2326 section
 * 10.5). `time` is Unix time in seconds. Throws RtspError 457 for more than a day ahead.
 */
export function momentOf(
  time: number | undefined,
  clock: { readonly now: number; readonly wallTime: number },
): number | undefined {
  const delay = time === undefined ? 0 : time - clock.wallTime / 1000;
  if (delay > MAX_DELAY_S) throw new RtspError(457, `Cannot play ${Math.round(delay)} s from now: a day is the most`);
  return delay > 0 ? clock.now + delay * 1000 : undefined;
}

/** A PLAY that waits for its moment while the session plays something else. */
export class DelayedPlay implements Task {
  readonly #scheduled: Scheduled;
  readonly #play: (order: PlayOrder) => void;
  readonly #refused: (thrown: unknown) => void;
  #order: PlayOrder | undefined;

  /** `refused` is told when `play` throws. */
  constructor(scheduler: Scheduler, play: (order: PlayOrder) => void, refused: (thrown: unknown) => void) {
    this.#play = play;
    this.#refused = refused;
    this.#scheduled = scheduler.add(this, Infinity);
  }

  /** Plays `order` at `due` (clock ms), in place of one that waits. */
  set(order: PlayOrder, due: number): void {
    this.#order = order;
    this.#scheduled.moveTo(due);
  }

  /** Forgets what waits. */
  clear(): void {
    this.#order = undefined;
    this.#scheduled.moveTo(Infinity);
  }

  /** Forgets it for good. */
  cancel(): void {
    this.#order = undefined;
    this.#scheduled.cancel();
  }

  step(): number {
    const order = this.#order;
    this.#order = undefined;
    try {
      if (order) this.#play(order);
    } catch (thrown) {
      this.#refused(thrown);
    }
    return Infinity;
  }

  failed(thrown: unknown): void {
    this.#refused(thrown);
  }
}
