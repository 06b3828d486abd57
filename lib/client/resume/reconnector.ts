import type { Clock } from "../../core/clock.ts";
import type { PlayOrder } from "../control/media_session.ts";
import type { PlayerEvents } from "../player_types.ts";
import { Retry } from "./retry.ts";

/** Brings a player back to its server: tries to play `order` again, and tells about it. */
export class Reconnector {
  readonly #clock: Clock;
  readonly #events: PlayerEvents;
  readonly #attempt: (order: PlayOrder, isOff: () => boolean) => Promise<void>;
  #current: { readonly retry: Retry; readonly order: PlayOrder } | undefined;

  /** `attempt` opens and plays; it asks `isOff` when its turn has come. */
  constructor(
    clock: Clock,
    events: PlayerEvents,
    attempt: (order: PlayOrder, isOff: () => boolean) => Promise<void>,
  ) {
    this.#clock = clock;
    this.#events = events;
    this.#attempt = attempt;
  }

  /** Whether the server is away and tries go on. */
  get active(): boolean {
    return this.#current !== undefined;
  }

  /** The server is gone because of `reason`; the last picture came at clock time `since`. */
  begin(order: PlayOrder, since: number | undefined, reason: string): void {
    this.#events.notice?.(`${reason} The player tries again by itself.`);
    const retry: Retry = new Retry(this.#clock, {
      waiting: (attempt, nextTry) => this.#events.reconnecting?.({ attempt, nextTry, since, reason }),
      attempt: () => this.#attempt(order, () => retry.stopped),
      succeeded: () => {
        this.stop();
        this.#events.notice?.("The stream is back.");
      },
      failed: (problem) => {
        this.stop();
        this.#events.problem?.(problem);
      },
    });
    this.#current = { retry, order };
  }

  /** Gives up; returns what was to be played, if tries were going on. */
  stop(): PlayOrder | undefined {
    const order = this.#current?.order;
    this.#current?.retry.stop();
    if (this.#current) this.#events.reconnecting?.(undefined);
    this.#current = undefined;
    return order;
  }
}
