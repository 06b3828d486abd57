/** Window of the rates, in milliseconds. */
const WINDOW = 2000;
/** Arrivals that are remembered: 500 frames a second fill the window. */
const MAX_SAMPLES = 1000;

/** Frames and kilobits a second over the last two seconds; pure. */
export class Rates {
  #frames: number[] = [];
  #bytes: { at: number; total: number }[] = [];
  #started: number | undefined;

  /** From here on time counts: at PLAY. */
  begin(now: number): void {
    this.#started = now;
    this.#frames = [];
    this.#bytes = [];
  }

  /** A whole frame has come at `now`; `totalBytes` is the session's count of bytes so far. */
  frame(now: number, totalBytes: number): void {
    this.#frames.push(now);
    this.#bytes.push({ at: now, total: totalBytes });
    if (this.#frames.length > MAX_SAMPLES) {
      this.#frames.shift();
      this.#bytes.shift();
    }
  }

  /** Frames a second: intervals between the frames of the window, so that a short start does not read low. */
  fps(now: number): number {
    this.#forget(now);
    const count = this.#frames.length;
    if (count < 2) return 0;
    const span = this.#frames[count - 1]! - this.#frames[0]!;
    const silence = now - this.#frames[count - 1]!;
    const interval = span / (count - 1);
    return span > 0 ? (count - 1) * 1000 / (span + Math.max(0, silence - interval)) : 0;
  }

  /** Kilobits (1000 bits) a second. */
  kbps(now: number): number {
    this.#forget(now);
    const first = this.#bytes[0];
    const last = this.#bytes.at(-1);
    if (!first || !last || this.#started === undefined || last.at <= first.at) return 0;
    return (last.total - first.total) * 8 / (last.at - first.at);
  }

  #forget(now: number): void {
    while (this.#frames.length > 0 && this.#frames[0]! < now - WINDOW) {
      this.#frames.shift();
      this.#bytes.shift();
    }
  }
}
