/** Longest time that a viewer's start is put off so that its frames leave together with those of others, ms. */
const MAX_DELAY_MS = 40;
/** Viewers whose frames fall due at one moment before another moment is opened: a tick stays short. */
const VIEWERS_AT_ONCE = 100;
/** Moments in one delay, at most. */
const MAX_SLOTS = 8;

/**
 * Where in the frame interval viewers begin. Waking up costs more than sending a frame, so viewers begin at moments that
 * others have already: then all their frames fall due together for as long as they play. When there are many, the new
 * ones are put halfway between, so that neither a tick nor the burst on the wire grows without bounds.
 */
export class StartSlots {
  #playing = 0;
  #origin = 0;

  /** Counts one more viewer of a film of `frameRate`; returns when it begins: `at` (clock ms) or a little later. */
  enter(at: number, frameRate: number): number {
    if (this.#playing++ === 0) {
      this.#origin = at;
      return at;
    }
    const interval = 1000 / frameRate;
    const period = interval / Math.ceil(interval / MAX_DELAY_MS);
    const slots = 2 ** Math.ceil(Math.log2(Math.max(1, this.#playing / VIEWERS_AT_ONCE)));
    const slot = period / Math.min(slots, MAX_SLOTS);
    let index = Math.ceil((at - this.#origin) / slot);
    // The even borders are those of the viewers before; beyond the last doubling all are used alike.
    if (slots > 1 && slots <= MAX_SLOTS && index % 2 === 0) index++;
    return this.#origin + index * slot;
  }

  /** One viewer less. */
  leave(): void {
    this.#playing--;
  }
}
