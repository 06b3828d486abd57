import type { Clock } from "../core/clock.ts";

/** Named deadlines of one object, so that closing it cannot leave one behind. */
export class Timers<Name extends string> {
  readonly #clock: Clock;
  readonly #pending = new Map<Name, () => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `callback` once at `deadline` (clock milliseconds), in place of an earlier deadline of that name. */
  set(name: Name, deadline: number, callback: () => void): void {
    this.clear(name);
    const cancel = this.#clock.at(deadline, () => {
      this.#pending.delete(name);
      callback();
    });
    this.#pending.set(name, cancel);
  }

  /** Like `set`, `milliseconds` from now. */
  after(name: Name, milliseconds: number, callback: () => void): void {
    this.set(name, this.#clock.now() + milliseconds, callback);
  }

  clear(name: Name): void {
    this.#pending.get(name)?.();
    this.#pending.delete(name);
  }

  clearAll(): void {
    for (const cancel of this.#pending.values()) cancel();
    this.#pending.clear();
  }
}
