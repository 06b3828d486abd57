/** The only door to time. Tests hand in one that they move by hand. */
export interface Clock {
  /** Monotonic milliseconds from an arbitrary zero, with fractions. */
  now(): number;
  /** Unix time in milliseconds; may jump when the machine's clock is set. */
  wallTime(): number;
  /** Calls `callback` once, as soon as `now()` has reached `deadline`. Returns a function that cancels it. */
  at(deadline: number, callback: () => void): () => void;
}

// The page's type check, which reads this file for its types, knows browsers alone, and they have neither.
declare function setImmediate(callback: () => void): unknown;
declare function clearImmediate(turn: unknown): void;

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wallTime: () => Date.now(),
  at(deadline, callback) {
    const left = deadline - performance.now();
    if (left <= 0) {
      // What is due has its turn after the events that wait: the shortest timer would take two milliseconds.
      const turn = setImmediate(callback);
      return () => clearImmediate(turn);
    }
    const timer = setTimeout(callback, left);
    return () => clearTimeout(timer);
  },
};

/** Resolves `milliseconds` from now, or at once when `signal` aborts. */
export function sleep(clock: Clock, milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const stop = () => {
      cancel();
      resolve();
    };
    const cancel = clock.at(clock.now() + milliseconds, () => {
      signal?.removeEventListener("abort", stop);
      resolve();
    });
    signal?.addEventListener("abort", stop, { once: true });
  });
}
