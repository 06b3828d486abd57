import type { Plane } from "./planes.ts";
import { ZIGZAG, ZIGZAG_OF } from "./standard_tables.ts";

/** Largest coefficient that baseline coding has. */
const MAX_COEFFICIENT = 1023;
/** Makes a number positive before its fraction is cut off, so that it is rounded to the nearest. */
const OFFSET = 1 << 20;

/** By zig-zag position: the place, `row * 4 + column`, where a frequency folds to. */
const PLACES = Uint8Array.from(ZIGZAG, (natural) => (natural >> 3) * 4 + Math.min(natural & 7, 8 - (natural & 7)) % 4);
/** By natural position: the flag of a coefficient in the first and in the second mask of its block. */
const LOW_FLAGS = Int32Array.from(ZIGZAG_OF, (k) => k > 0 && k < 32 ? 1 << (31 - k) : 0);
const HIGH_FLAGS = Int32Array.from(ZIGZAG_OF, (k) => k < 32 ? 0 : 1 << (63 - k));

/** What to halve. */
export interface HalvingJob {
  readonly plane: Plane;
  /** Quantization steps of `plane`, in zig-zag order. */
  readonly before: Uint16Array;
  /** A plane half as wide, whose blocks are still zero. */
  readonly resized: Plane;
  /** Quantization steps of `resized`, in zig-zag order. */
  readonly after: Uint16Array;
  /** What the left one of two blocks contributes, as in `Contribution`. */
  readonly matrix: Float64Array;
}

/**
 * Makes one block of two beside each other, each sample the mean of two, without leaving the frequency domain.
 *
 * Means of the samples of a block are a cosine transform of 4 samples: frequency v above 4 folds onto 8 - v, and
 * frequency 4 is lost. Two of these make one of 8 samples. As the right half of a cosine mirrors its left half, even
 * frequencies come from the sums of the two and odd ones from their differences; of the sums only one counts in each.
 */
export class Halving {
  readonly #job: HalvingJob;
  /** 4 columns a row, the odd ones of the right block with their signs changed. */
  readonly #sums = new Float64Array(32);
  readonly #differences = new Float64Array(32);
  /** By zig-zag position: the quantization step and what folding does, for the left and the right block. */
  readonly #weights: readonly [Float64Array, Float64Array];
  /** By natural position: from a sum, or a mixture of differences, to a coefficient before rounding. */
  readonly #scale: Float64Array;
  /** `mixture[i * 4 + column]`: what a difference contributes to frequency 2i + 1. */
  readonly #mixture: Float64Array;

  constructor(job: HalvingJob) {
    this.#job = job;
    const { before, after, matrix } = job;
    const weight = (k: number, isRight: boolean) => {
      const column = ZIGZAG[k]! & 7;
      const folded = column < 4 ? 1 : column === 4 ? 0 : -Math.tan((8 - column) * Math.PI / 16);
      return (isRight && column % 2 === 1 ? -folded : folded) * before[k]!;
    };
    this.#weights = [
      Float64Array.from(before, (_, k) => weight(k, false)),
      Float64Array.from(before, (_, k) => weight(k, true)),
    ];
    this.#scale = Float64Array.from(ZIGZAG_OF, (k, natural) => {
      const u = natural & 7;
      return (u % 2 === 0 ? matrix[u / 2 * 8 + u]! : 1) / after[k]!;
    });
    this.#mixture = Float64Array.from({ length: 16 }, (_, at) => matrix[(at & 3) * 8 + (at >> 2) * 2 + 1]!);
  }

  /** Makes block `to` of the block `left` and the one behind it. */
  block(left: number, to: number): void {
    const { plane, resized: { coefficients, masks } } = this.#job;
    const [leftWeights, rightWeights] = this.#weights;
    const rows = this.#fold(plane, left, leftWeights, 1) | this.#fold(plane, left + 1, rightWeights, -1);
    const sums = this.#sums;
    const differences = this.#differences;
    const scale = this.#scale;
    const mixture = this.#mixture;
    let low = 0;
    let high = 0;
    for (let rest = rows; rest !== 0; rest &= rest - 1) {
      const from = (31 - Math.clz32(rest & -rest)) * 4;
      const d0 = differences[from]!;
      const d1 = differences[from + 1]!;
      const d2 = differences[from + 2]!;
      const d3 = differences[from + 3]!;
      for (let i = 0; i < 4; i++) {
        const at = (from + i) * 2;
        const even = rounded(sums[from + i]! * scale[at]!);
        const mixed = mixture[i * 4]! * d0 + mixture[i * 4 + 1]! * d1 +
          mixture[i * 4 + 2]! * d2 + mixture[i * 4 + 3]! * d3;
        const odd = rounded(mixed * scale[at + 1]!);
        coefficients[to * 64 + ZIGZAG_OF[at]!] = even;
        coefficients[to * 64 + ZIGZAG_OF[at + 1]!] = odd;
        low |= LOW_FLAGS[at]! & unlessZero(even) | LOW_FLAGS[at + 1]! & unlessZero(odd);
        high |= HIGH_FLAGS[at]! & unlessZero(even) | HIGH_FLAGS[at + 1]! & unlessZero(odd);
        sums[from + i] = 0;
        differences[from + i] = 0;
      }
    }
    masks[to * 2] = low;
    masks[to * 2 + 1] = high;
  }

  /** Adds a block to the sums, and with this sign to the differences; returns which rows, bit 0 for the first. */
  #fold({ coefficients, masks }: Plane, block: number, weights: Float64Array, sign: 1 | -1): number {
    const sums = this.#sums;
    const differences = this.#differences;
    const base = block * 64;
    const dc = coefficients[base]! * weights[0]!;
    sums[0]! += dc;
    differences[0]! += sign * dc;
    let rows = 1;
    for (let half = 0; half < 2; half++) {
      for (let mask = masks[block * 2 + half]!; mask !== 0;) {
        const bit = Math.clz32(mask);
        mask &= ~(-0x80000000 >>> bit);
        const k = half * 32 + bit;
        const place = PLACES[k]!;
        const value = coefficients[base + k]! * weights[k]!;
        rows |= 1 << (place >> 2);
        sums[place]! += value;
        differences[place]! += sign * value;
      }
    }
    return rows;
  }
}

/** To the nearest whole number that baseline coding has. */
function rounded(value: number): number {
  return Math.max(-MAX_COEFFICIENT, Math.min(MAX_COEFFICIENT, (value + OFFSET + 0.5 | 0) - OFFSET));
}

/** All bits, or none for 0; written without a branch, which could not be foretold. */
function unlessZero(value: number): number {
  return (value | -value) >> 31;
}
