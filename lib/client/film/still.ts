import type { Clock } from "../../core/clock.ts";
import type { ReceivedFrame } from "../player_types.ts";
import type { StillPlace } from "./position.ts";

/** Milliseconds in which a picture that was asked for alone must come before it is asked for again. */
export const STILL_PATIENCE = 700;
/** The same where it comes after another one, which is shown as long as the film has it. */
const NEXT_PATIENCE = 10_000;
/** Media times that differ by less are one: they travel as ticks of 90 kHz and as microseconds, seconds. */
const SAME_TIME = 2e-5;
/** Times that a single picture is asked for: by UDP a part of it may be lost. */
export const MAX_STILL_TRIES = 3;

/** The wait for one picture that was asked for alone. */
export class Still {
  readonly #arrival = Promise.withResolvers<boolean>();
  readonly #after: number | undefined;
  #open = true;

  /** `after`: the picture that is awaited comes after the one of this media time, seconds. */
  constructor(after?: number) {
    this.#after = after;
  }

  /** Whether this is the picture that is awaited; what comes before it and after it is not shown. */
  takes({ mediaTime }: ReceivedFrame): boolean {
    return this.#open && (this.#after === undefined || mediaTime === undefined || mediaTime > this.#after + SAME_TIME);
  }

  /** The picture is there. */
  arrived(): void {
    this.#open = false;
    this.#arrival.resolve(true);
  }

  /** It will not come: the server has sent all of the range, or is gone. After a film's last picture there is none. */
  ended(): void {
    this.#arrival.resolve(this.#after !== undefined);
  }

  /** Resolves with whether it came in time. */
  async wait(clock: Clock): Promise<boolean> {
    const patience = this.#after === undefined ? STILL_PATIENCE : NEXT_PATIENCE;
    const cancel = clock.at(clock.now() + patience, () => this.#arrival.resolve(false));
    try {
      return await this.#arrival.promise;
    } finally {
      cancel();
      this.#open = false;
    }
  }
}

/**
 * Asks for one picture until it comes, at the place that the film has for it; `ask` sends the request, and `finish` ends the playing that it began, whether the
 * picture came or not. Resolves with whether it came.
 */
export async function askForStill(
  clock: Clock,
  { after }: StillPlace,
  ask: (still: Still) => Promise<void>,
  finish: () => Promise<void>,
): Promise<boolean> {
  for (let tries = 0; tries < MAX_STILL_TRIES; tries++) {
    const still = new Still(after);
    await ask(still);
    const arrived = await still.wait(clock);
    await finish();
    if (arrived) return true;
  }
  return false;
}
