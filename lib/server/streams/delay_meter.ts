/** The newest value has at least this share in the mean: about the last two seconds of a film. */
const LEAST_SHARE = 1 / 50;

/** How late the frames of a viewer, or of a live stream, begin to leave: cheap enough to be always on. */
export class DelayMeter {
  #count = 0;
  #mean = 0;
  #worst = 0;

  /** The mean of the last frames, ms. */
  get mean(): number {
    return this.#mean;
  }

  /** The longest delay so far, ms. */
  get worst(): number {
    return this.#worst;
  }

  /** Counts one frame that began to leave so many ms after it was due. */
  note(delay: number): void {
    this.#mean += (delay - this.#mean) * Math.max(1 / ++this.#count, LEAST_SHARE);
    if (delay > this.#worst) this.#worst = delay;
  }
}
