import { Halving } from "./halve.ts";
import { makePlane, type Plane } from "./planes.ts";
import type { ResamplePlan } from "./resample.ts";
import { ZIGZAG, ZIGZAG_OF } from "./standard_tables.ts";
import { Workspace } from "./workspace.ts";

/**
 * Largest new quantization step of resampled chroma. Rounding to steps of s costs a mean square error of s * s / 12 at
 * most, so 8 keeps the chroma planes above 40 dB of signal to noise, whatever the picture.
 */
const MAX_STEP = 8;
/** Largest coefficient that baseline coding has. */
const MAX_COEFFICIENT = 1023;

/** How the frequencies of a resampled plane lie to those before: 0.5 when it has half the samples. */
export interface FrequencyScale {
  readonly horizontal: number;
  readonly vertical: number;
}

/**
 * Quantization steps for resampled chroma, in zig-zag order: half of what the same frequency had before, so that
 * little is lost in rounding again, and never over 8.
 */
export function chromaSteps(before: Uint16Array, scale: FrequencyScale): Uint16Array {
  return Uint16Array.from(ZIGZAG, (natural) => {
    const row = Math.min(7, Math.floor((natural >> 3) * scale.vertical));
    const column = Math.min(7, Math.floor((natural & 7) * scale.horizontal));
    const step = before[ZIGZAG_OF[row * 8 + column]!]!;
    return Math.max(1, Math.min(MAX_STEP, step >> 1));
  });
}

/** A plane to resample, and the quantization steps of its coefficients before and after, in zig-zag order. */
export interface ResampleJob {
  readonly plane: Plane;
  readonly before: Uint16Array;
  readonly after: Uint16Array;
  readonly horizontal: ResamplePlan;
  /** Left out when the plane keeps its height. */
  readonly vertical: ResamplePlan | undefined;
}

/** Resamples a plane in the frequency domain; only coefficients that are not 0 cost anything. */
export function resamplePlane(job: ResampleJob, workspace: Workspace = new Workspace()): Plane {
  const { plane, horizontal, vertical } = job;
  const resized = emptyPlane(horizontal.blocks.length, vertical?.blocks.length ?? plane.blocksHigh, workspace);
  if (vertical === undefined) resampleRows(job, resized);
  else resampleBoth(job, vertical, resized);
  return resized;
}

function resampleRows({ plane, before, after, horizontal }: ResampleJob, resized: Plane): void {
  const { blocks, halved } = horizontal;
  const wide = blocks.length;
  const quantizer = new Quantizer(resized, after);
  const halving = new Halving({ plane, before, resized, after, matrix: blocks[0]![0]!.matrix });
  for (let y = 0; y < plane.blocksHigh; y++) {
    for (let x = 0; x < halved; x++) halving.block(y * plane.stride + x * 2, y * wide + x);
    for (let x = halved; x < wide; x++) {
      let rows = 0;
      for (const { block, matrix } of blocks[x]!) {
        rows |= addBlock(plane, y * plane.stride + block, before, matrix, quantizer.sums, 0);
      }
      quantizer.take(y * wide + x, rows);
    }
  }
}

function resampleBoth(
  { plane, before, after, horizontal: { blocks } }: ResampleJob,
  vertical: ResamplePlan,
  resized: Plane,
): void {
  const wide = blocks.length;
  const quantizer = new Quantizer(resized, after);
  const narrowed = new Float64Array(wide * plane.blocksHigh * 64);
  for (let y = 0; y < plane.blocksHigh; y++) {
    for (let x = 0; x < wide; x++) {
      for (const { block, matrix } of blocks[x]!) {
        addBlock(plane, y * plane.stride + block, before, matrix, narrowed, (y * wide + x) * 64);
      }
    }
  }
  for (const [y, contributions] of vertical.blocks.entries()) {
    for (let x = 0; x < wide; x++) {
      for (const { block, matrix } of contributions) addRows(narrowed, (block * wide + x) * 64, matrix, quantizer.sums);
      quantizer.take(y * wide + x, 0xff);
    }
  }
}

/** An all-zero plane of this many blocks. */
export function emptyPlane(blocksWide: number, blocksHigh: number, workspace: Workspace = new Workspace()): Plane {
  return makePlane({ blocksWide, blocksHigh, stride: blocksWide, rows: blocksHigh }, workspace);
}

/** Adds what a block contributes along its rows; returns which rows, bit 0 for the first. */
function addBlock(
  { coefficients, masks }: Plane,
  block: number,
  steps: Uint16Array,
  matrix: Float64Array,
  sums: Float64Array,
  offset: number,
): number {
  const base = block * 64;
  const dc = coefficients[base]! * steps[0]!;
  if (dc !== 0) addCoefficient(sums, offset, matrix, 0, dc);
  let rows = 1;
  for (let half = 0; half < 2; half++) {
    for (let mask = masks[block * 2 + half]!; mask !== 0;) {
      const bit = Math.clz32(mask);
      mask &= ~(-0x80000000 >>> bit);
      const k = half * 32 + bit;
      const natural = ZIGZAG[k]!;
      rows |= 1 << (natural >> 3);
      addCoefficient(sums, offset + (natural & 56), matrix, (natural & 7) * 8, coefficients[base + k]! * steps[k]!);
    }
  }
  return rows;
}

/** Written out, because this is where resampling spends its time. */
function addCoefficient(sums: Float64Array, to: number, matrix: Float64Array, from: number, value: number): void {
  sums[to]! += matrix[from]! * value;
  sums[to + 1]! += matrix[from + 1]! * value;
  sums[to + 2]! += matrix[from + 2]! * value;
  sums[to + 3]! += matrix[from + 3]! * value;
  sums[to + 4]! += matrix[from + 4]! * value;
  sums[to + 5]! += matrix[from + 5]! * value;
  sums[to + 6]! += matrix[from + 6]! * value;
  sums[to + 7]! += matrix[from + 7]! * value;
}

/** Adds what a block of sums contributes along its columns. */
function addRows(from: Float64Array, offset: number, matrix: Float64Array, sums: Float64Array): void {
  for (let row = 0; row < 8; row++) {
    for (let u = 0; u < 8; u++) {
      const value = from[offset + row * 8 + u]!;
      if (value === 0) continue;
      for (let to = 0; to < 8; to++) sums[to * 8 + u]! += matrix[row * 8 + to]! * value;
    }
  }
}

/** Rounds blocks of sums, in natural order, to the coefficients of a plane. */
export class Quantizer {
  /** The block's coefficients before rounding; `take()` sets them to 0. */
  readonly sums = new Float64Array(64);
  readonly #inverse: Float64Array;

  /** `steps` are in zig-zag order. */
  constructor(private readonly plane: Plane, steps: Uint16Array) {
    this.#inverse = Float64Array.from({ length: 64 }, (_, natural) => 1 / steps[ZIGZAG_OF[natural]!]!);
  }

  /** Rounds those `rows` of the sums (bit 0 for the first), which hold all that is not 0, into a block. */
  take(block: number, rows: number): void {
    const { sums } = this;
    const inverse = this.#inverse;
    for (let left = rows; left !== 0; left &= left - 1) {
      const start = (31 - Math.clz32(left & -left)) * 8;
      for (let at = start; at < start + 8; at++) {
        const scaled = sums[at]! * inverse[at]!;
        sums[at] = 0;
        if (scaled >= 0.5 || scaled <= -0.5) this.#put(block, ZIGZAG_OF[at]!, scaled);
      }
    }
  }

  #put(block: number, k: number, scaled: number): void {
    const { coefficients, masks } = this.plane;
    const rounded = Math.max(-MAX_COEFFICIENT, Math.min(MAX_COEFFICIENT, (scaled + (scaled < 0 ? -0.5 : 0.5)) | 0));
    coefficients[block * 64 + k] = rounded;
    if (k > 0 && rounded !== 0) masks[block * 2 + (k >>> 5)]! |= 1 << (31 - (k & 31));
  }
}
