import { type Clock, systemClock } from "../core/clock.ts";
import { DeadlineHeap, type Due } from "../core/deadline_heap.ts";
import { operationsUnderWay } from "../core/operations.ts";
import { type EventWait, findEventWait } from "./event_wait.ts";

/** Longest time without a turn of the event loop, ms: what it is not known to be wanted for waits no longer. */
const MAX_HELD_MS = 250;
/** So much before a deadline the event loop is left, ms: its timers are late by as much. */
const EARLY_MS = 2;
/** Turns that the loop has to itself before the thread is kept. */
const FREE_TURNS = 2;
/** Steps that promises are given before the next wait: what hangs on what has just been settled has then happened. */
const SETTLING_STEPS = 32;

interface Timer extends Due {
  readonly callback: () => void;
  cancelled: boolean;
}

/**
 * A clock that keeps the thread while it waits, as long as the event loop has nothing to do: a turn of Deno's loop costs
 * as much as sending to ten viewers, and its timers are late by a millisecond or two.
 *
 * It is for programs that have no other timers, and that say of their operations that they are `underWay`.
 */
export class HeldClock implements Clock {
  readonly #wait: EventWait;
  readonly #loop: Clock;
  readonly #timers = new DeadlineHeap<Timer>();
  #held = false;
  #heldSince = 0;
  #turnAt = Infinity;
  #cancelTurn: (() => void) | undefined;

  /** `loop` has the event loop's own timers. */
  constructor(wait: EventWait, loop: Clock = systemClock) {
    this.#wait = wait;
    this.#loop = loop;
  }

  now(): number {
    return this.#loop.now();
  }

  wallTime(): number {
    return this.#loop.wallTime();
  }

  at(deadline: number, callback: () => void): () => void {
    const timer = { deadline, callback, place: -1, cancelled: false };
    this.#timers.add(timer);
    if (!this.#held) this.#askForTurn();
    return () => {
      timer.cancelled = true;
      this.#timers.remove(timer);
      // Else the turn comes and finds less to do; but one that is not needed at all would keep the program from its end.
      if (this.#timers.size === 0) this.#forgetTurn();
    };
  }

  #askForTurn(): void {
    const first = this.#timers.first;
    if (!first || (this.#cancelTurn && this.#turnAt <= first.deadline)) return;
    this.#forgetTurn();
    this.#turnAt = first.deadline;
    const early = first.deadline - EARLY_MS;
    this.#cancelTurn = this.#loop.at(early > this.now() ? early : first.deadline, () => this.#turnAfter(FREE_TURNS));
  }

  /** Events that came with the timer have their turn first: the loop knows of them, so that waiting would not end by them. */
  #turnAfter(turns: number): void {
    if (turns === 0) return this.#turn();
    this.#cancelTurn = this.#loop.at(this.now(), () => this.#turnAfter(turns - 1));
  }

  #forgetTurn(): void {
    this.#cancelTurn?.();
    this.#cancelTurn = undefined;
  }

  #turn(): void {
    this.#cancelTurn = undefined;
    this.#held = true;
    this.#heldSince = this.now();
    if (this.#timers.first !== undefined && this.#timers.first.deadline <= this.#heldSince) this.#run();
    else this.#hold();
  }

  /** Waits for the first deadline; gives the thread back to the event loop as soon as that has something to do. */
  #hold(): void {
    const first = this.#timers.first;
    const now = this.now();
    if (first !== undefined && operationsUnderWay() === 0) {
      if (first.deadline >= this.#heldSince + MAX_HELD_MS) {
        // The loop would only sleep until the next deadline: turns that it has at once cost half of that.
        if (first.deadline < now + MAX_HELD_MS) return this.#letTurn(now);
      } else if (!this.#wait(Math.max(0, first.deadline - now))) return this.#run();
    }
    this.#held = false;
    this.#askForTurn();
  }

  #letTurn(now: number): void {
    this.#held = false;
    this.#turnAt = now;
    this.#turnAfter(FREE_TURNS);
  }

  #run(): void {
    const now = this.now();
    const due: Timer[] = [];
    for (let first = this.#timers.first; first && first.deadline <= now; first = this.#timers.first) {
      this.#timers.remove(first);
      due.push(first);
    }
    void this.#settle();
    for (const timer of due) {
      if (!timer.cancelled) timer.callback();
    }
  }

  /** Lets promises go on, which need no turn of the loop, before the thread is kept again. */
  async #settle(): Promise<void> {
    // `queueMicrotask` would leave the engine and come back at every step.
    for (let step = 0; step < SETTLING_STEPS; step++) await undefined;
    this.#hold();
  }
}

/** The clock of a program that serves: one that keeps the thread where the system has a way to do so. */
export function programClock(): Clock {
  const wait = findEventWait();
  return wait ? new HeldClock(wait) : systemClock;
}
