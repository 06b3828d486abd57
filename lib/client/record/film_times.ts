import type { ReceivedFrame } from "../player_types.ts";

/** Seconds from one picture to the next beyond which the stream was paused or sought, not slow. */
const MAX_GAP = 2;
/** Seconds from picture to picture before two pictures have told it. */
const DEFAULT_INTERVAL = 0.04;

/**
 * The times of a recording: they begin at 0 and never go back, whatever the stream does (robustness R08). The media time
 * counts where it is known, since it has no jitter, else the arrival.
 */
export class FilmTimes {
  #last: { readonly frame: ReceivedFrame; readonly time: number } | undefined;
  #interval = DEFAULT_INTERVAL;

  /** The time of the next picture, seconds. */
  next(frame: ReceivedFrame): number {
    if (this.#last === undefined) return this.#keep(frame, 0);
    const step = stepBetween(this.#last.frame, frame);
    if (step > 0 && step <= MAX_GAP) this.#interval = step;
    return this.#keep(frame, this.#last.time + this.#interval);
  }

  #keep(frame: ReceivedFrame, time: number): number {
    this.#last = { frame, time };
    return time;
  }
}

function stepBetween(before: ReceivedFrame, after: ReceivedFrame): number {
  if (before.mediaTime === undefined || after.mediaTime === undefined) return (after.arrival - before.arrival) / 1000;
  return after.mediaTime - before.mediaTime;
}
