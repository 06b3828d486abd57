import type { Clock } from "../../core/clock.ts";

/** Milliseconds in which a picture that was asked for alone must come before it is asked for again. */
export const STILL_PATIENCE = 700;
/** Times that a single picture is asked for: by UDP a part of it may be lost. */
export const MAX_STILL_TRIES = 3;

/** The wait for one picture that was asked for alone. */
export class Still {
  readonly #arrival = Promise.withResolvers<boolean>();
  #open = true;

  /** Whether the picture is still awaited; what comes after it is not shown. */
  get open(): boolean {
    return this.#open;
  }

  /** The picture is there. */
  arrived(): void {
    this.#open = false;
    this.#arrival.resolve(true);
  }

  /** It will not come: the server has sent all of the range, or is gone. */
  ended(): void {
    this.#arrival.resolve(false);
  }

  /** Resolves with whether it came in time. */
  async wait(clock: Clock): Promise<boolean> {
    const cancel = clock.at(clock.now() + STILL_PATIENCE, () => this.#arrival.resolve(false));
    try {
      return await this.#arrival.promise;
    } finally {
      cancel();
      this.#open = false;
    }
  }
}

/**
 * Asks for one picture until it comes; `ask` sends the request, and `finish` ends the playing that it began, whether the
 * picture came or not. Resolves with whether it came.
 */
export async function askForStill(
  clock: Clock,
  ask: (still: Still) => Promise<void>,
  finish: () => Promise<void>,
): Promise<boolean> {
  for (let tries = 0; tries < MAX_STILL_TRIES; tries++) {
    const still = new Still();
    await ask(still);
    const arrived = await still.wait(clock);
    await finish();
    if (arrived) return true;
  }
  return false;
}
