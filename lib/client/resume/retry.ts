import type { Clock } from "../../core/clock.ts";
import { asPlayerError } from "../session/opening.ts";
import type { PlayerError, ProblemCode } from "../player_types.ts";

/**
 * Pauses before each try, in milliseconds; the last one stands for all that follow. Most servers that go away are back
 * within seconds, so the pauses grow late.
 */
export const RETRY_PAUSES: readonly number[] = [500, 500, 1000, 1000, 2000, 2000, 2000, 2000, 2000, 4000, 4000, 8000];

/** Problems that may pass: the server is gone, or has only just come back. */
const PASSING: readonly ProblemCode[] = [
  "unreachable",
  "no-answer",
  "server-gone",
  "no-media",
  "not-found",
  "refused",
];

/** Whether it makes sense to try again after a problem. */
export function mayPass({ code }: { readonly code: ProblemCode }): boolean {
  return PASSING.includes(code);
}

/** What a `Retry` does and tells. */
export interface RetryListener {
  /** Tries; what it rejects with decides whether there is another try. */
  attempt(): Promise<void>;
  /** The next try, counted from 1, begins at clock time `at` (milliseconds). */
  waiting(attempt: number, at: number): void;
  /** A try has worked. */
  succeeded(): void;
  /** There is no use in going on. */
  failed(problem: PlayerError): void;
}

/** Tries again and again with growing pauses, until it works, or what is wrong will not pass, or it is stopped. */
export class Retry {
  readonly #clock: Clock;
  readonly #listener: RetryListener;
  #attempts = 0;
  #cancel: (() => void) | undefined;
  #stopped = false;

  /** Begins with the first pause. */
  constructor(clock: Clock, listener: RetryListener) {
    this.#clock = clock;
    this.#listener = listener;
    this.#wait();
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** Nothing is tried or told from now on. */
  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  #wait(): void {
    const pause = RETRY_PAUSES[Math.min(this.#attempts, RETRY_PAUSES.length - 1)]!;
    const at = this.#clock.now() + pause;
    this.#attempts++;
    this.#listener.waiting(this.#attempts, at);
    this.#cancel = this.#clock.at(at, () => void this.#try());
  }

  async #try(): Promise<void> {
    try {
      await this.#listener.attempt();
    } catch (thrown) {
      if (this.#stopped) return;
      const problem = asPlayerError(thrown);
      if (mayPass(problem)) return this.#wait();
      this.stop();
      return this.#listener.failed(problem);
    }
    if (this.#stopped) return;
    this.stop();
    this.#listener.succeeded();
  }
}
