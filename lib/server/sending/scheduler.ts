import type { Clock } from "../../core/clock.ts";
import { DeadlineHeap, type Due } from "../../core/deadline_heap.ts";
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

interface Entry extends Scheduled, Due {
  readonly task: Task;
  /** Which of all tasks came first. */
  readonly order: number;
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
  readonly #heap = new DeadlineHeap<Entry>();
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
    return this.#heap.size;
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
        this.#heap.remove(entry);
        entry.cancelled = true;
      },
    };
    this.#move(entry, deadline);
    return entry;
  }

  /** Ends all tasks; none is called again. */
  close(): void {
    this.#closed = true;
    this.#heap.clear();
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #move(entry: Entry, deadline: number): void {
    if (entry.cancelled || this.#closed) return;
    this.#heap.remove(entry);
    entry.deadline = deadline;
    if (deadline === Infinity) return;
    this.#heap.add(entry);
    if (!this.#ticking) this.#setTimer();
  }

  #callNow(entry: Entry): void {
    const free = !this.#ticking;
    this.#ticking = true;
    this.#move(entry, this.#clock.now());
    if (free) this.#tick();
  }

  #setTimer(): void {
    const first = this.#heap.first;
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
      for (let first = this.#heap.first; first && first.deadline <= now + COALESCE_MS; first = this.#heap.first) {
        this.#heap.remove(first);
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
}
