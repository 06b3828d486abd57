/** Ticks a second of the RTP timestamps of JPEG (RFC 2435 section 3). */
export const JPEG_CLOCK_RATE = 90_000;

const TIMESTAMP_MODULUS = 2 ** 32;

/** How a stretch of film runs. */
export interface Pace {
  /** Media time against presentation time: 2 is twice as fast, negative is backwards. Default 1. */
  readonly scale?: number;
  /** Presentation time against clock time: with 2 the packets leave twice as fast as they are to be shown. Default 1. */
  readonly speed?: number;
  /** Clock time, milliseconds, at which the first frame is to be shown; default: when it is due to leave. */
  readonly shownAt?: number;
}

/**
 * Joins a viewer's three times: the position in the film, the server's clock and the RTP timestamp.
 *
 * Server clock and RTP timestamp lie on one straight line for the whole session, so that the sender reports of before a
 * seek, pause or loop stay true after it. Only the film's position moves against that line, by `begin()`. A timestamp is
 * rounded once from the line and never summed up, so nothing drifts.
 */
export class Timeline {
  readonly #ticksPerMillisecond: number;
  readonly #firstTimestamp: number;
  readonly #origin: number;
  #mediaTime = 0;
  #at: number;
  #shownAt: number;
  #scale = 1;
  #speed = 1;

  /** At clock time `origin` (milliseconds) the RTP timestamp is `firstTimestamp`, and media time 0 is due. */
  constructor(options: { clockRate?: number; firstTimestamp: number; origin: number }) {
    this.#ticksPerMillisecond = (options.clockRate ?? JPEG_CLOCK_RATE) / 1000;
    this.#firstTimestamp = options.firstTimestamp;
    this.#origin = this.#at = this.#shownAt = options.origin;
  }

  /**
   * From now on media time `mediaTime` (seconds) is due at clock time `at` (milliseconds), and the film runs on from
   * there at that pace.
   *
   * Timestamps go forward as long as the new stretch is not shown before a frame already sent.
   *
   * @throws {RangeError} for a scale of 0, a speed not above 0 and for anything that is no number
   */
  begin(mediaTime: number, at: number, { scale = 1, speed = 1, shownAt = at }: Pace = {}): void {
    if (![mediaTime, at, scale, speed, shownAt].every(Number.isFinite) || scale === 0 || speed <= 0) {
      throw new RangeError(`Cannot begin at media time ${mediaTime}, clock ${at}, scale ${scale}, speed ${speed}`);
    }
    this.#mediaTime = mediaTime;
    this.#at = at;
    this.#shownAt = shownAt;
    this.#scale = scale;
    this.#speed = speed;
  }

  /** The clock time (milliseconds) at which a media time (seconds) is to leave. */
  dueAt(mediaTime: number): number {
    return this.#at + (mediaTime - this.#mediaTime) * 1000 / (this.#scale * this.#speed);
  }

  /** The clock time (milliseconds) at which a media time (seconds) is to be shown: `dueAt` but for the speed. */
  shownAt(mediaTime: number): number {
    return this.#shownAt + (mediaTime - this.#mediaTime) * 1000 / this.#scale;
  }

  /** The media time (seconds) that is due at clock time `now` (milliseconds). */
  mediaTimeAt(now: number): number {
    return this.#mediaTime + (now - this.#at) * this.#scale * this.#speed / 1000;
  }

  /** The first clock time (milliseconds) from `at` on that is a whole tick: what is shown then is rounded like all after it. */
  wholeTick(at: number): number {
    return this.#origin + Math.ceil((at - this.#origin) * this.#ticksPerMillisecond) / this.#ticksPerMillisecond;
  }

  /** The RTP timestamp of a media time (seconds). */
  timestampOf(mediaTime: number): number {
    return this.timestampAt(this.shownAt(mediaTime));
  }

  /** The RTP timestamp of clock time `now` (milliseconds), as sender reports need it. */
  timestampAt(now: number): number {
    const ticks = this.#firstTimestamp + Math.round((now - this.#origin) * this.#ticksPerMillisecond);
    return ((ticks % TIMESTAMP_MODULUS) + TIMESTAMP_MODULUS) % TIMESTAMP_MODULUS;
  }
}
