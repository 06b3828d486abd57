import type { Clock } from "../../core/clock.ts";
import { StartSlots } from "./start_slots.ts";

/** What falls due up to so many milliseconds after a tick is done in that tick: one wake-up serves many viewers. */
const COALESCE_MS = 1;
/** Longest timer set, ms: the system's timers hold 31 bits. */
const MAX_TIMER_MS = 60_000;

/** Work that is due again and again. */
export interface Task {
  /** Does what is due at `now` (clock ms) and returns when it wants to be called next; Infinity: not by itself. */
  step(now: number): number;
  /** Told when `step` threw; the task is then not called again. */
  failed(thrown: unknown): void;
}

/** A task in the scheduler. */
export interface Scheduled {
  /** Calls the task at `deadline` instead of when it last asked for. */
  moveTo(deadline: number): void;
  /** Calls the task now, with all else that is due; in a tick that is under way, as its next tick. */
  callNow(): void;
  /** The task is not called any more. */
  cancel(): void;
}

interface Entry extends Scheduled {
  readonly task: Task;
  /** Which of all tasks came first. */
  readonly order: number;
  deadline: number;
  /** Place in the heap; -1: not in it. */
  place: number;
  cancelled: boolean;
}

/**
 * All deadlines of the server in one heap, with one timer for the earliest. Deadlines are absolute: a late tick does not
 * move the next one.
 */
export class Scheduler {
  /** Called at the end of every tick, after all tasks that were due: what they queued is sent together. */
  onTickEnd: (() => void) | undefined;
  /** Where viewers begin, so that their deadlines coincide. */
  readonly slots = new StartSlots();
  readonly #clock: Clock;
  readonly #heap: Entry[] = [];
  #added = 0;
  #cancelTimer: (() => void) | undefined;
  #timerAt = Infinity;
  #ticking = false;
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Tasks that wait for a deadline. */
  get waiting(): number {
    return this.#heap.length;
  }

  /** Takes in a task whose first deadline is `deadline` (clock ms; Infinity: none yet). */
  add(task: Task, deadline: number): Scheduled {
    const entry: Entry = {
      task,
      order: this.#added++,
      deadline: Infinity,
      place: -1,
      cancelled: false,
      moveTo: (next) => this.#move(entry, next),
      callNow: () => this.#callNow(entry),
      cancel: () => {
        this.#take(entry);
        entry.cancelled = true;
      },
    };
    this.#move(entry, deadline);
    return entry;
  }

  /** Ends all tasks; none is called again. */
  close(): void {
    this.#closed = true;
    this.#heap.length = 0;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #move(entry: Entry, deadline: number): void {
    if (entry.cancelled || this.#closed) return;
    this.#take(entry);
    entry.deadline = deadline;
    if (deadline === Infinity) return;
    entry.place = this.#heap.length;
    this.#heap.push(entry);
    this.#rise(entry);
    if (!this.#ticking) this.#setTimer();
  }

  #callNow(entry: Entry): void {
    const free = !this.#ticking;
    this.#ticking = true;
    this.#move(entry, this.#clock.now());
    if (free) this.#tick();
  }

  #setTimer(): void {
    const first = this.#heap[0];
    if (!first || this.#closed) return;
    const at = Math.min(first.deadline, this.#clock.now() + MAX_TIMER_MS);
    if (this.#cancelTimer && this.#timerAt <= at) return;
    this.#cancelTimer?.();
    this.#timerAt = at;
    this.#cancelTimer = this.#clock.at(at, () => {
      this.#cancelTimer = undefined;
      this.#tick();
    });
  }

  #tick(): void {
    const now = this.#clock.now();
    this.#ticking = true;
    try {
      const due: Entry[] = [];
      for (let first = this.#heap[0]; first && first.deadline <= now + COALESCE_MS; first = this.#heap[0]) {
        this.#take(first);
        due.push(first);
      }
      // Who has the same place in every tick gets its frames evenly: a tick for hundreds lasts some milliseconds.
      due.sort((a, b) => a.order - b.order);
      for (const entry of due) this.#step(entry, now);
      this.onTickEnd?.();
    } finally {
      this.#ticking = false;
      this.#setTimer();
    }
  }

  #step(entry: Entry, now: number): void {
    // An earlier task of this tick may have cancelled or moved this one.
    if (entry.cancelled || entry.place >= 0) return;
    try {
      const next = entry.task.step(Math.max(now, entry.deadline));
      if (entry.place < 0) this.#move(entry, next);
    } catch (thrown) {
      entry.cancelled = true;
      entry.task.failed(thrown);
    }
  }

  #take(entry: Entry): void {
    const { place } = entry;
    if (place < 0) return;
    entry.place = -1;
    const last = this.#heap.pop()!;
    if (last === entry) return;
    last.place = place;
    this.#heap[place] = last;
    this.#rise(last);
    this.#sink(last);
  }

  #rise(entry: Entry): void {
    while (entry.place > 0) {
      const parent = this.#heap[(entry.place - 1) >> 1]!;
      if (parent.deadline <= entry.deadline) return;
      this.#swap(parent, entry);
    }
  }

  #sink(entry: Entry): void {
    while (true) {
      const left = this.#heap[2 * entry.place + 1];
      const right = this.#heap[2 * entry.place + 2];
      const least = right && right.deadline < left!.deadline ? right : left;
      if (!least || least.deadline >= entry.deadline) return;
      this.#swap(entry, least);
    }
  }

  #swap(upper: Entry, lower: Entry): void {
    [upper.place, lower.place] = [lower.place, upper.place];
    this.#heap[upper.place] = upper;
    this.#heap[lower.place] = lower;
  }
}
