import type { Clock } from "../../lib/core/clock.ts";

/** A clock that a test moves by hand. Timers run in the order of their deadlines while it moves. */
export class ManualClock implements Clock {
  #now = 0;
  #timers: { deadline: number; order: number; callback: () => void }[] = [];
  #order = 0;

  constructor(private readonly epoch = Date.UTC(2024, 0, 1)) {}

  now(): number {
    return this.#now;
  }

  wallTime(): number {
    return this.epoch + this.#now;
  }

  /** Timers that wait. */
  get pending(): number {
    return this.#timers.length;
  }

  at(deadline: number, callback: () => void): () => void {
    const timer = { deadline, order: this.#order++, callback };
    this.#timers.push(timer);
    return () => this.#timers = this.#timers.filter((other) => other !== timer);
  }

  /** Moves on by `milliseconds`, calling what falls due at its own moment. */
  advance(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (let timer = this.#nextUntil(end); timer; timer = this.#nextUntil(end)) {
      this.#timers = this.#timers.filter((other) => other !== timer);
      this.#now = Math.max(this.#now, timer.deadline);
      timer.callback();
    }
    this.#now = end;
  }

  /** Moves on without calling anything before the end, as a process that was stopped: then what is due is called. */
  leap(milliseconds: number): void {
    this.#now += milliseconds;
    this.advance(0);
  }

  /** Moves on in steps, letting promises settle in between. */
  async run(milliseconds: number, step = 1): Promise<void> {
    for (let left = milliseconds; left > 0; left -= step) {
      this.advance(Math.min(step, left));
      await settle();
    }
  }

  #nextUntil(end: number): { deadline: number; order: number; callback: () => void } | undefined {
    const due = this.#timers.filter((timer) => timer.deadline <= end);
    return due.sort((a, b) => a.deadline - b.deadline || a.order - b.order)[0];
  }
}

/** Lets promises that are ready settle. */
export async function settle(turns = 10): Promise<void> {
  for (let i = 0; i < turns; i++) await Promise.resolve();
}
