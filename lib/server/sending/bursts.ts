/**
 * Packets sent at once to one viewer. A receive buffer that was left as the system makes it holds about 92 full packets
 * (208 KiB by Linux' count): a frame of more is spread over the frame interval, so that a receiver may be kept from
 * reading for some milliseconds and lose nothing.
 */
export const MAX_BURST = 32;
/** A frame of up to so many bursts leaves in quarters of its interval, where the bursts of others are too. */
const MAX_QUARTER_BURSTS = 4;
const SPREAD_QUARTERS = 3;
/** A frame of more is spread evenly over nearly all of its interval, in small parts: what is left is there to catch up. */
const LARGE_SPREAD = 15 / 16;
/** Packets in such a part at the least, and ms between two of them: the system's timers are no finer. */
const MIN_PART = 10;
const MIN_PART_PAUSE_MS = 0.9;
/** Parts that a late sender may send at once, if `MAX_BURST` does not allow more. */
const LATE_PARTS = 2;
/** Where frames are whole intervals late, because timers are coarse or the machine is busy, it may be so many times as much. */
const HASTE = 2;
/** Frames that follow each other faster, or at one moment, are taken for so far apart, ms. */
const MIN_INTERVAL_MS = 1;
/** A late sender makes up for it with bursts and frames at most so much closer together than they are meant to be. */
const CATCH_UP = 0.5;

/** What leaves in one step: packets `from` to `to` (excluded), and when the next ones do; no time: these were the last. */
export interface Burst {
  readonly from: number;
  readonly to: number;
  readonly next: number | undefined;
}

/** How a frame is cut. */
interface Parts {
  /** Packets in one part, and those that may leave at once. */
  readonly size: number;
  readonly atOnce: number;
  /** Milliseconds that are planned from one part to the next, and those that a late sender leaves at the least. */
  readonly pause: number;
  readonly leastPause: number;
}

/** How a frame of `count` packets leaves within `interval` ms, at most `maxBurst` of them at once. */
function partsOf(count: number, interval: number, maxBurst: number): Parts {
  const bursts = Math.ceil(count / maxBurst);
  if (bursts <= MAX_QUARTER_BURSTS) {
    const quarters = SPREAD_QUARTERS / bursts;
    const pause = (quarters >= 1 ? Math.floor(quarters) : quarters) * interval / 4;
    return { size: Math.ceil(count / bursts), atOnce: maxBurst, pause, leastPause: pause * CATCH_UP };
  }
  const spread = interval * LARGE_SPREAD;
  const parts = Math.max(1, Math.min(Math.ceil(count / MIN_PART), Math.floor(spread / MIN_PART_PAUSE_MS)));
  const size = Math.ceil(count / parts);
  const pause = spread * size / count;
  return { size, atOnce: Math.max(maxBurst, LATE_PARTS * size), pause, leastPause: pause };
}

/**
 * One frame after the other on its way: which of its packets leave when. A bucket of tokens that holds one burst: a
 * step that comes late sends a larger part, up to what a receiver's buffer certainly takes, and lateness beyond that is
 * made up for in the pauses behind the frames, not by sending faster. Only where whole frames are late does the bucket
 * grow, to what a buffer takes that is empty.
 */
export class FrameBursts {
  readonly #maxBurst: number;
  #sent = 0;
  #interval = 0;
  #haste = 1;
  /** The moment for which the next part is planned (clock ms), and the earliest one that it may leave at. */
  #planned = -Infinity;
  #earliest = -Infinity;
  /** One for all: what is made for every frame of every viewer has to be cleared away too. */
  readonly #burst = { from: 0, to: 0, next: undefined as number | undefined };

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
    return this.#earliest;
  }

  /** A frame begins that is due at `due` (clock ms); the next one is due `interval` ms later. */
  begin(due: number, interval: number): void {
    this.#interval = Math.max(interval, MIN_INTERVAL_MS);
    this.#planned = Math.max(due, this.#planned);
    this.#haste = this.#planned - due < this.#interval ? 1 : HASTE;
  }

  /** Forgets the frame; the next one may begin at any time. */
  reset(): void {
    this.#sent = 0;
    this.#planned = this.#earliest = -Infinity;
  }

  /** The packets of a frame of `count` that leave at `now`. The answer is good until the next call. */
  take(now: number, count: number): Burst {
    if (this.#sent === 0 && count <= this.#maxBurst) return this.#takeWhole(now, count);
    const { size, atOnce, pause, leastPause } = partsOf(count, this.#interval, this.#maxBurst);
    const from = this.#sent;
    const owed = 1 + Math.max(0, Math.floor((now - this.#planned) / pause));
    const parts = Math.max(
      1,
      Math.min(owed, Math.floor(atOnce * this.#haste / size), Math.ceil((count - from) / size)),
    );
    const to = Math.min(count, from + parts * size);
    this.#planned = Math.max(this.#planned + parts * pause, now);
    this.#earliest = Math.max(this.#planned, now + leastPause);
    this.#sent = to === count ? 0 : to;
    return this.#answer(from, to, to === count ? undefined : this.#earliest);
  }

  #takeWhole(now: number, count: number): Burst {
    const pause = this.#interval * CATCH_UP;
    this.#planned = Math.max(this.#planned + pause, now);
    this.#earliest = Math.max(this.#planned, now + pause);
    return this.#answer(0, count, undefined);
  }

  #answer(from: number, to: number, next: number | undefined): Burst {
    const burst = this.#burst;
    burst.from = from;
    burst.to = to;
    burst.next = next;
    return burst;
  }
}
