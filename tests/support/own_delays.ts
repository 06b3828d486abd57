/** A thread that wakes up later than this did not run, or its machine did not, ms. */
const STANDSTILL_MS = 20;

/** Moments (of `performance.now()`) between which a thread did not run. */
export interface Standstill {
  readonly from: number;
  readonly to: number;
}

/** How late this thread itself wakes up: what is measured on this machine cannot be more even than that. */
export class OwnDelays {
  readonly standstills: Standstill[] = [];
  readonly #delays: number[] = [];
  readonly #timer: ReturnType<typeof setInterval>;

  /** Measures every so many milliseconds until it is stopped. */
  constructor(interval = 10) {
    let due = performance.now() + interval;
    this.#timer = setInterval(() => {
      const now = performance.now();
      this.#delays.push(now - due);
      if (now - due > STANDSTILL_MS) this.standstills.push({ from: due - interval, to: now });
      due = performance.now() + interval;
    }, interval);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** What `part` of the delays stay below, ms. */
  quantile(part: number): number {
    const sorted = this.#delays.toSorted((a, b) => a - b);
    return sorted[Math.floor((sorted.length - 1) * part)] ?? 0;
  }

  toString(): string {
    const [half, most, all] = [0.5, 0.99, 1].map((part) => this.quantile(part).toFixed(1));
    return `half below ${half} ms, 99 of 100 below ${most} ms, longest ${all} ms`;
  }
}

/** What a thread meets that does nothing else, ms: what 99 of 100 delays stay below, and the longest. */
export interface MachineDelays {
  readonly most: number;
  readonly longest: number;
}

/** Measures how late the machine wakes up an idle thread while `work` is done. */
export async function machineDelaysDuring(work: () => Promise<void>): Promise<MachineDelays> {
  const worker = new Worker(new URL("./delays_worker.ts", import.meta.url), { type: "module" });
  const next = <T>() => new Promise<T>((resolve) => worker.onmessage = ({ data }: MessageEvent<T>) => resolve(data));
  try {
    await next();
    await work();
    const told = next<MachineDelays>();
    worker.postMessage("tell");
    return await told;
  } finally {
    worker.terminate();
  }
}
