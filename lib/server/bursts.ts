/** Packets sent at once; a frame of more is spread over the frame interval (a default buffer holds about 92). */
export const MAX_BURST = 32;
/** Quarters of the frame interval over which a large frame is spread. */
const SPREAD_QUARTERS = 3;
/** A late sender makes up for it with bursts and frames at most so much closer together than they are meant to be. */
const CATCH_UP = 0.5;

/** The pause between the bursts of a frame, in ms: whole quarters if it has few, where the bursts of others are too. */
export function burstPause(interval: number, bursts: number): number {
  const quarters = SPREAD_QUARTERS / bursts;
  return (quarters >= 1 ? Math.floor(quarters) : quarters) * interval / 4;
}

/** One frame on its way: which of its packets leave when. */
export class FrameBursts {
  readonly #maxBurst: number;
  #sent = 0;
  #begun = -Infinity;
  #due = 0;
  #interval = 0;

  /** `maxBurst` is Infinity for a transport that takes only whole frames. */
  constructor(maxBurst: number) {
    this.#maxBurst = maxBurst;
  }

  /** Whether some packets of the frame have left, but not all. */
  get underWay(): boolean {
    return this.#sent > 0;
  }

  /** When the next frame may begin at the earliest (clock ms). */
  get earliestNext(): number {
    return this.#begun + this.#interval * CATCH_UP;
  }

  /** A frame that was due at `due` begins at `now` (clock ms); the next one is due `interval` ms later. */
  begin(due: number, now: number, interval: number): void {
    this.#due = due;
    this.#begun = now;
    this.#interval = interval;
  }

  /** Forgets the frame; the next one may begin at any time. */
  reset(): void {
    this.#sent = 0;
    this.#begun = -Infinity;
  }

  /** The packets of a frame of `count` that leave at `now`, and when the next ones do; no time: these were the last. */
  take(now: number, count: number): { readonly from: number; readonly to: number; readonly next?: number } {
    const bursts = Math.ceil(count / this.#maxBurst) || 1;
    const from = this.#sent;
    const to = Math.min(count, from + Math.ceil(count / bursts));
    if (to === count) {
      this.#sent = 0;
      return { from, to };
    }
    this.#sent = to;
    const pause = burstPause(this.#interval, bursts);
    const planned = this.#due + pause * Math.round(to * bursts / count);
    return { from, to, next: Math.max(planned, now + pause * CATCH_UP) };
  }
}
