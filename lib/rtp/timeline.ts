/** Ticks a second of the RTP timestamps of JPEG (RFC 2435 section 3). */
export const JPEG_CLOCK_RATE = 90_000;

const TIMESTAMP_MODULUS = 2 ** 32;

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
  #scale = 1;

  /** At clock time `origin` (milliseconds) the RTP timestamp is `firstTimestamp`, and media time 0 is due. */
  constructor(options: { clockRate?: number; firstTimestamp: number; origin: number }) {
    this.#ticksPerMillisecond = (options.clockRate ?? JPEG_CLOCK_RATE) / 1000;
    this.#firstTimestamp = options.firstTimestamp;
    this.#origin = this.#at = options.origin;
  }

  /**
   * From now on media time `mediaTime` (seconds) is due at clock time `at` (milliseconds), and the film runs on from
   * there `scale` times as fast, backwards when negative.
   *
   * Timestamps go forward as long as `at` is not before the due time of a frame already sent.
   *
   * @throws {RangeError} for a scale of 0 and for anything that is no number
   */
  begin(mediaTime: number, at: number, scale = 1): void {
    if (!Number.isFinite(mediaTime) || !Number.isFinite(at) || !Number.isFinite(scale) || scale === 0) {
      throw new RangeError(`Cannot begin at media time ${mediaTime}, clock ${at}, scale ${scale}`);
    }
    this.#mediaTime = mediaTime;
    this.#at = at;
    this.#scale = scale;
  }

  /** The clock time (milliseconds) at which a media time (seconds) is to be shown. */
  dueAt(mediaTime: number): number {
    return this.#at + (mediaTime - this.#mediaTime) * 1000 / this.#scale;
  }

  /** The media time (seconds) that is due at clock time `now` (milliseconds). */
  mediaTimeAt(now: number): number {
    return this.#mediaTime + (now - this.#at) * this.#scale / 1000;
  }

  /** The RTP timestamp of a media time (seconds). */
  timestampOf(mediaTime: number): number {
    return this.timestampAt(this.dueAt(mediaTime));
  }

  /** The RTP timestamp of clock time `now` (milliseconds), as sender reports need it. */
  timestampAt(now: number): number {
    const ticks = this.#firstTimestamp + Math.round((now - this.#origin) * this.#ticksPerMillisecond);
    return ((ticks % TIMESTAMP_MODULUS) + TIMESTAMP_MODULUS) % TIMESTAMP_MODULUS;
  }
}
