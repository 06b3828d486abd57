/** Pictures whose delays are compared: at 25 a second the last 5 seconds. */
const WINDOW_FRAMES = 128;
/** Milliseconds after which a delay no longer counts, however few pictures have come since. */
const WINDOW_TIME = 10_000;
/** Pictures with which measuring begins. */
const MIN_FRAMES = 8;
/** One in so many pictures may come later than the buffer waits. */
const LATE_SHARE = 20;
/** Unevenness that an eye does not see is not worth a delay: half of the pictures' distance, at least so many ms. */
const MIN_TOLERANCE = 10;
/** A picture that comes in less than this part of their distance behind another one is crowded. */
const CROWDED = 0.25;
/** The longest wait that measuring leads to, ms. */
const MAX_DELAY = 500;
/** How fast the wait becomes shorter: so many ms in each ms. */
const DECAY = 0.02;
/** Pictures that wait at most; then the oldest leave. */
const MAX_WAITING = 64;
/** A delay that differs by more from the last one means that timestamps have begun anew, ms. */
const MAX_JUMP = 2000;

interface Measured {
  readonly at: number;
  /** Arrival on our clock less the time on the sender's, ms: only differences between two of them say anything. */
  readonly transit: number;
  /** It came right behind another one, so that it may be late only because that one was: one stall counts once. */
  readonly crowded: boolean;
}

interface Waiting<T> {
  readonly item: T;
  readonly due: number;
}

/** Settings of a `JitterBuffer`. */
export interface JitterBufferOptions {
  /** Ticks of the RTP timestamp a second. */
  readonly clockRate: number;
  /** Fixes the wait, ms; without it the buffer measures what is needed. */
  readonly latency?: number | undefined;
}

/**
 * Evens out the times at which pictures are shown (RFC 3550 section 6.4.1 measures the same on packets); pure.
 *
 * Each picture has a transit: its arrival less its timestamp. The quickest of the last seconds tells what the network
 * takes at least; a picture that was quicker than the others waits until it is as late as 19 of 20 are. On a clean network
 * that is nothing, and pictures pass at once. Only the last seconds count, so a sender whose clock runs slower than ours, or
 * a network that becomes slower for good, does not make the wait grow. A late picture is never held.
 */
export class JitterBuffer<T> {
  readonly #ticks: number;
  readonly #fixed: number | undefined;
  #measured: Measured[] = [];
  #waiting: Waiting<T>[] = [];
  #delay: number;
  #last: { readonly at: number; readonly timestamp: number; readonly due: number } | undefined;
  /** Milliseconds from picture to picture, by the sender's clock. */
  #interval = 0;

  constructor({ clockRate, latency }: JitterBufferOptions) {
    this.#ticks = clockRate / 1000;
    this.#fixed = latency;
    this.#delay = latency ?? 0;
  }

  /** How long the quickest picture is made to wait, ms. */
  get delay(): number {
    return this.#delay;
  }

  /** Clock time (ms) at which `take()` has something; undefined while nothing waits. */
  get nextDeadline(): number | undefined {
    return this.#waiting[0]?.due;
  }

  /** Takes a picture with its RTP timestamp that was whole at clock time `now` (ms); returns those to be shown now. */
  push(item: T, timestamp: number, now: number): T[] {
    const due = this.#dueOf(timestamp, now);
    if (this.#waiting.length === 0 && due <= now) return [item];
    this.#waiting.push({ item, due });
    return this.take(now);
  }

  /** The pictures whose time has come at clock time `now` (ms), in order. */
  take(now: number): T[] {
    let count = this.#waiting.findIndex(({ due }) => due > now);
    if (count < 0) count = this.#waiting.length;
    count = Math.max(count, this.#waiting.length - MAX_WAITING);
    return this.#waiting.splice(0, count).map(({ item }) => item);
  }

  /** Everything that waits, as at the end of a film. */
  drain(): T[] {
    return this.#waiting.splice(0).map(({ item }) => item);
  }

  /** PLAY anew: what waits is dropped, and timestamps may go on elsewhere. What is known of the network stays. */
  restart(): void {
    this.#waiting = [];
    this.#forget();
  }

  #forget(): void {
    this.#measured = [];
    this.#last = undefined;
  }

  #dueOf(timestamp: number, now: number): number {
    const last = this.#last;
    const sent = last ? ((timestamp - last.timestamp) | 0) / this.#ticks : 0;
    // On the line of the last picture, so that timestamps may wrap.
    const transit = last ? this.#measured.at(-1)!.transit + (now - last.at) - sent : 0;
    if (last && Math.abs(now - last.at - sent) > MAX_JUMP) {
      this.#forget();
      return this.#dueOf(timestamp, now);
    }
    if (sent > 0) this.#interval = this.#interval === 0 ? sent : this.#interval + (sent - this.#interval) / 8;
    const crowded = last !== undefined && now - last.at < CROWDED * this.#interval;
    this.#measured.push({ at: now, transit, crowded });
    while (this.#measured.length > WINDOW_FRAMES || this.#measured[0]!.at < now - WINDOW_TIME) this.#measured.shift();
    const quickest = this.#measured.reduce((least, entry) => Math.min(least, entry.transit), Infinity);
    if (this.#fixed === undefined) this.#adapt(quickest, last ? now - last.at : 0);
    // Never before the one in front of it, also when the wait has become shorter.
    const due = Math.max(now - (transit - quickest) + this.#delay, this.#waiting.length > 0 ? last?.due ?? 0 : 0);
    this.#last = { at: now, timestamp, due };
    return due;
  }

  /** Follows what is needed: upwards at once, downwards slowly, so that no picture is hurried visibly. */
  #adapt(quickest: number, elapsed: number): void {
    const needed = this.#needed(quickest);
    this.#delay = needed >= this.#delay ? needed : Math.max(needed, this.#delay - DECAY * elapsed);
  }

  #needed(quickest: number): number {
    if (this.#measured.length < MIN_FRAMES) return 0;
    const counted = this.#measured.filter(({ crowded }) => !crowded);
    const delays = counted.map(({ transit }) => transit - quickest).sort((a, b) => a - b);
    const usual = delays[Math.max(0, delays.length - 1 - Math.ceil(delays.length / LATE_SHARE))] ?? 0;
    return usual <= Math.max(MIN_TOLERANCE, this.#interval / 2) ? 0 : Math.min(usual, MAX_DELAY);
  }
}
