import type { Clock } from "../../core/clock.ts";
import { underWay } from "../../core/operations.ts";
import type { PictureResult, PictureTask } from "./picture_work.ts";

/** Threads at most: more than so many films are rarely transcoded at a time. */
const MAX_THREADS = 4;
/** Pictures that wait, at which nobody should bring more; and at which more are refused. */
const FULL_AT = 32;
const MAX_WAITING = 1024;
/** A picture that takes longer, ms, is given up together with its thread. */
const TASK_TIMEOUT_MS = 10_000;

/** What the pool needs of a thread. */
export interface TranscodeThread {
  onmessage: ((event: MessageEvent<PictureResult>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  postMessage(task: PictureTask, transfer: ArrayBuffer[]): void;
  terminate(): void;
}

/** How a pool works; everything has a default but the clock. */
export interface TranscodePoolOptions {
  readonly clock: Clock;
  /** Threads; one less than the machine has cores by default. */
  readonly size?: number;
  readonly startThread?: () => TranscodeThread;
}

interface Job {
  readonly task: PictureTask;
  readonly resolve: (result: PictureResult) => void;
  readonly reject: (reason: Error) => void;
}

interface Busy {
  readonly job: Job;
  readonly cancelTimeout: () => void;
}

/**
 * Threads that transcode pictures, so that the event loop never waits for it. They are started when they are first
 * needed; one that fails or hangs takes only its own picture with it and is replaced.
 */
export class TranscodePool {
  readonly #clock: Clock;
  readonly #size: number;
  readonly #startThread: () => TranscodeThread;
  readonly #idle: TranscodeThread[] = [];
  readonly #busy = new Map<TranscodeThread, Busy>();
  readonly #urgent: Job[] = [];
  readonly #later: Job[] = [];
  #roomWanted: (() => void)[] = [];
  #closed = false;

  constructor({ clock, size = defaultSize(), startThread = startWorker }: TranscodePoolOptions) {
    this.#clock = clock;
    this.#size = size;
    this.#startThread = startThread;
  }

  /** Threads that run. */
  get threads(): number {
    return this.#idle.length + this.#busy.size;
  }

  /** Pictures that wait for a thread. */
  get waiting(): number {
    return this.#urgent.length + this.#later.length;
  }

  /** Whether a picture that nobody waits for yet may be brought. */
  get hasRoom(): boolean {
    return this.waiting < FULL_AT;
  }

  /** Resolves as soon as there is room: who waits here holds no picture. */
  async room(): Promise<void> {
    while (!this.hasRoom && !this.#closed) await new Promise<void>((resolve) => this.#roomWanted.push(resolve));
  }

  /** Works on a picture, before those that are not urgent. Rejects when its thread fails, and after `close()`. */
  run(task: PictureTask, urgent = true): Promise<PictureResult> {
    if (this.#closed) return Promise.reject(new Error("the transcoder was closed"));
    if (this.waiting >= MAX_WAITING) {
      return Promise.reject(new Error(`${MAX_WAITING} pictures wait to be transcoded already`));
    }
    return underWay(
      new Promise((resolve, reject) => {
        (urgent ? this.#urgent : this.#later).push({ task, resolve, reject });
        this.#startNext();
      }),
    );
  }

  /** Ends all threads; what is under way is rejected. */
  close(): void {
    this.#closed = true;
    for (const thread of this.#idle.splice(0)) thread.terminate();
    for (const thread of [...this.#busy.keys()]) this.#drop(thread, "the transcoder was closed");
    for (const { reject } of [...this.#urgent.splice(0), ...this.#later.splice(0)]) {
      reject(new Error("the transcoder was closed"));
    }
    this.#tellRoom();
  }

  #startNext(): void {
    if (this.#closed || this.waiting === 0) return;
    const thread = this.#idle.pop() ?? (this.threads < this.#size ? this.#start() : undefined);
    if (!thread) return;
    const job = (this.#urgent.shift() ?? this.#later.shift())!;
    const cancelTimeout = this.#clock.at(this.#clock.now() + TASK_TIMEOUT_MS, () => {
      this.#drop(thread, `transcoding took more than ${TASK_TIMEOUT_MS / 1000} s`);
    });
    this.#busy.set(thread, { job, cancelTimeout });
    // A copy of its own: what the picture is a part of stays here, and may be long.
    const data = job.task.data.slice();
    thread.postMessage({ ...job.task, data }, [data.buffer]);
    this.#tellRoom();
  }

  #start(): TranscodeThread {
    const thread = this.#startThread();
    thread.onmessage = ({ data }) => {
      this.#release(thread)?.resolve(data);
      if (!this.#closed) this.#idle.push(thread);
      this.#startNext();
    };
    thread.onerror = (event) => {
      event.preventDefault();
      this.#drop(thread, `the transcoder failed: ${event.message}`);
    };
    return thread;
  }

  /** Gives up a thread and the picture it works on. */
  #drop(thread: TranscodeThread, reason: string): void {
    thread.terminate();
    const index = this.#idle.indexOf(thread);
    if (index >= 0) this.#idle.splice(index, 1);
    this.#release(thread)?.reject(new Error(reason));
    this.#startNext();
  }

  #release(thread: TranscodeThread): Job | undefined {
    const busy = this.#busy.get(thread);
    this.#busy.delete(thread);
    busy?.cancelTimeout();
    return busy?.job;
  }

  #tellRoom(): void {
    if (!this.hasRoom && !this.#closed) return;
    for (const resolve of this.#roomWanted.splice(0)) resolve();
  }
}

function defaultSize(): number {
  return Math.max(1, Math.min(MAX_THREADS, navigator.hardwareConcurrency - 1));
}

/** A thread without any permission: what a stranger's picture makes it do stays in there. */
function startWorker(): TranscodeThread {
  return new Worker(new URL("./transcode_worker.ts", import.meta.url).href, {
    type: "module",
    name: "transcoder",
    deno: { permissions: "none" },
  });
}
