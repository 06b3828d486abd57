import type { Standstill } from "./own_delays.ts";

/** How evenly pictures came, in milliseconds. */
export interface GapFigures {
  readonly pictures: number;
  readonly median: number;
  /** What 99 of 100 gaps stay below; the longest one. */
  readonly p99: number;
  readonly longest: number;
  /** Distance from the promised gap that 99 of 100 gaps stay within, by those gaps in which the machine did not stand still. */
  readonly p99Deviation: number;
}

/** Measures the gaps between moments of arrival (ms) against the `promised` one. */
export function measureGaps(
  arrivals: readonly number[],
  promised: number,
  standstills: readonly Standstill[] = [],
): GapFigures {
  const gaps = arrivals.slice(1).map((at, index) => at - arrivals[index]!);
  const sorted = gaps.toSorted((a, b) => a - b);
  const deviations = gaps
    .filter((_, index) => !standstills.some((still) => disturbs(still, arrivals[index]!, arrivals[index + 1]!)))
    .map((gap) => Math.abs(gap - promised)).sort((a, b) => a - b);
  return {
    pictures: arrivals.length,
    median: quantile(sorted, 0.5),
    p99: quantile(sorted, 0.99),
    longest: sorted.at(-1) ?? NaN,
    p99Deviation: quantile(deviations, 0.99),
  };
}

/** Whether something came late between these moments, or made up for it: a sender catches up with pauses half as long. */
function disturbs({ from, to }: Standstill, since: number, until: number): boolean {
  return until >= from && since <= to + (to - from);
}

function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)] ?? NaN;
}
