/** How long a row of a table is measured, ms. */
const TIME_PER_ROW = Deno.env.has("BENCH_QUICK") ? 50 : 300;
/** Calls between two looks at the clock. */
const BATCH = 20;

/** Microseconds for each call of `body`, after a tenth of the time to warm up. */
export function microsecondsOf(body: () => void): number {
  const run = (milliseconds: number) => {
    const start = performance.now();
    let calls = 0;
    for (; performance.now() - start < milliseconds; calls += BATCH) for (let call = 0; call < BATCH; call++) body();
    return (performance.now() - start) * 1000 / calls;
  };
  run(TIME_PER_ROW / 10);
  return run(TIME_PER_ROW);
}

/** One line of a table: what was done, and the microseconds it took each time. */
export interface BenchRow {
  readonly what: string;
  readonly microseconds: number;
}

/** Measures `body`, which does `what` as often as `times` says. */
export function measure(what: string, body: () => void, times = 1): BenchRow {
  return { what, microseconds: microsecondsOf(body) / times };
}
