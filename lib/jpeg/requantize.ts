import type { Plane } from "./planes.ts";

/** Largest step of an 8-bit quantization table, which is all that RFC 2435 carries. */
export const MAX_STEP = 255;
const MAX_INT16 = 32767;

/**
 * Steps of 8 bits of which every step of `tables` is a multiple: coefficients of all of them can be written with these
 * and lose nothing.
 */
export function commonSteps(tables: readonly Uint16Array[]): Uint16Array {
  const [first, ...others] = tables;
  return first!.map((step, k) => largestDivisor(others.reduce((divisor, table) => gcd(divisor, table[k]!), step)));
}

/** Brings the coefficients of a plane from `before` to `after`, whose steps divide them. */
export function refineSteps(plane: Plane, before: Uint16Array, after: Uint16Array): void {
  const { coefficients } = plane;
  for (let k = 0; k < 64; k++) {
    const factor = before[k]! / after[k]!;
    if (factor === 1) continue;
    for (let at = k; at < coefficients.length; at += 64) {
      coefficients[at] = Math.max(-MAX_INT16, Math.min(MAX_INT16, coefficients[at]! * factor));
    }
  }
}

function gcd(a: number, b: number): number {
  while (b > 0) [a, b] = [b, a % b];
  return a;
}

/** The largest divisor that an 8-bit table can hold. */
function largestDivisor(step: number): number {
  if (step <= MAX_STEP) return step;
  for (let divisor = MAX_STEP; divisor > 1; divisor--) if (step % divisor === 0) return divisor;
  return 1;
}
