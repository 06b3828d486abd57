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

/** What falls due in the same millisecond, in the order in which it was asked for. */
interface Moment extends Due {
  /** The millisecond, of the clock. */
  readonly key: number;
  /** Undefined in the places of those that have moved on or were cancelled meanwhile. */
  readonly entries: (Entry | undefined)[];
  /** How many are left. */
  waiting: number;
}

interface Entry extends Scheduled {
  readonly task: Task;
  deadline: number;
  moment: Moment | undefined;
  /** Place in the moment. */
  place: number;
  cancelled: boolean;
}

/**
 * All deadlines of the server, with one timer for the earliest. Deadlines are absolute: a late tick does not move the next
 * one. Those of many viewers fall into few moments, so that they cost one place in the heap together, and have their turns
 * in the same order every time: a tick for hundreds lasts some milliseconds, and each gets its frames evenly.
 */
export class Scheduler {
  /** Called at the end of every tick, after all tasks that were due: what they queued is sent together. */
  onTickEnd: (() => void) | undefined;
  /** Where viewers begin, so that their deadlines coincide. */
  readonly slots = new StartSlots();
  readonly #clock: Clock;
  readonly #heap = new DeadlineHeap<Moment>();
  readonly #moments = new Map<number, Moment>();
  /** The one that was last put into: most viewers of a tick share the next one. */
  #newest: Moment | undefined;
  #waiting = 0;
  #cancelTimer: (() => void) | undefined;
  #timerAt = Infinity;
  #ticking = false;
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Tasks that wait for a deadline. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Takes in a task whose first deadline is `deadline` (clock ms; Infinity: none yet). */
  add(task: Task, deadline: number): Scheduled {
    const entry: Entry = {
      task,
      deadline: Infinity,
      moment: undefined,
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
    this.#heap.clear();
    this.#moments.clear();
    this.#newest = undefined;
    this.#waiting = 0;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #move(entry: Entry, deadline: number): void {
    if (entry.cancelled || this.#closed) return;
    this.#take(entry);
    entry.deadline = deadline;
    if (deadline === Infinity) return;
    this.#put(entry);
    if (!this.#ticking) this.#setTimer();
  }

  #put(entry: Entry): void {
    const { deadline } = entry;
    const key = Math.floor(deadline);
    let moment = this.#newest?.key === key ? this.#newest : this.#moments.get(key);
    if (!moment) {
      moment = { key, deadline, place: -1, entries: [], waiting: 0 };
      this.#moments.set(key, moment);
      this.#heap.add(moment);
    } else if (deadline < moment.deadline) {
      this.#heap.remove(moment);
      moment.deadline = deadline;
      this.#heap.add(moment);
    }
    this.#newest = moment;
    entry.moment = moment;
    entry.place = moment.entries.push(entry) - 1;
    moment.waiting++;
    this.#waiting++;
  }

  #take(entry: Entry): void {
    const { moment } = entry;
    if (!moment) return;
    moment.entries[entry.place] = undefined;
    entry.moment = undefined;
    this.#waiting--;
    if (--moment.waiting === 0) this.#forget(moment);
  }

  #forget(moment: Moment): void {
    this.#heap.remove(moment);
    if (this.#newest === moment) this.#newest = undefined;
    if (this.#moments.get(moment.key) === moment) this.#moments.delete(moment.key);
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
      const moments: Moment[] = [];
      for (let first = this.#heap.first; first && first.deadline <= now + COALESCE_MS; first = this.#heap.first) {
        this.#forget(first);
        moments.push(first);
      }
      for (const moment of moments) this.#stepAll(moment, now);
      this.onTickEnd?.();
    } finally {
      this.#ticking = false;
      this.#setTimer();
    }
  }

  #stepAll(moment: Moment, now: number): void {
    // Those that an earlier task of this tick cancels or moves are not in it any more when it is their turn.
    for (const entry of moment.entries) {
      if (!entry || this.#closed) continue;
      entry.moment = undefined;
      this.#waiting--;
      if (entry.deadline > now + COALESCE_MS) this.#put(entry);
      else this.#step(entry, now);
    }
  }

  #step(entry: Entry, now: number): void {
    try {
      const next = entry.task.step(Math.max(now, entry.deadline));
      if (!entry.moment) this.#move(entry, next);
    } catch (thrown) {
      entry.cancelled = true;
      entry.task.failed(thrown);
    }
  }
}
