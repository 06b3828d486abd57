import { Kept } from "./kept.ts";

/** Plans that are kept: two directions of a few streams' picture sizes. */
const MAX_KEPT = 16;

/** How one dimension of a plane changes its number of samples. */
export interface Scaling {
  /** Samples the plane has. */
  readonly from: number;
  /** Samples it shall have. */
  readonly to: number;
  /** Samples after for `per` samples before, as exact as the sampling factors say: 1 for 2, 2 for 1, 3 for 2. */
  readonly factor: { readonly samples: number; readonly per: number };
}

/** What one old block contributes to one new block: new = matrix x old, along one dimension. */
export interface Contribution {
  /** Which block along the dimension. */
  readonly block: number;
  /** `matrix[old * 8 + new]`: weights between frequencies. */
  readonly matrix: Float64Array;
}

/** How to make new blocks of old ones. */
export interface ResamplePlan {
  /** For each new block the old blocks that it is made of. */
  readonly blocks: readonly (readonly Contribution[])[];
  /** How many of them, from the first on, are each made of two whole blocks by halving. */
  readonly halved: number;
}

/** `DCT[u * 8 + x]`: the orthonormal cosine transform that JPEG uses in each dimension (T.81, A.3.3). */
const DCT = Float64Array.from({ length: 64 }, (_, at) => {
  const u = at >> 3;
  return Math.cos((2 * (at & 7) + 1) * u * Math.PI / 16) * (u === 0 ? Math.SQRT1_2 : 1) / 2;
});

const kept = new Kept<ResamplePlan>(MAX_KEPT);

/**
 * How to resample one dimension without leaving the frequency domain.
 *
 * Fewer samples are means over the samples they cover; more are interpolated between the centres of their neighbours.
 * At the picture's edge the last sample repeats, whatever stands in the filling of the old blocks. All of that is
 * linear, so between two cosine transforms it is a matrix for each pair of an old and a new block.
 */
export function resamplePlan(scaling: Scaling): ResamplePlan {
  const { from, to, factor } = scaling;
  return kept.get([from, to, factor.samples, factor.per].join(), () => makePlan(scaling));
}

function makePlan(scaling: Scaling): ResamplePlan {
  const matrices = new Map<string, Float64Array>();
  const blocks = Array.from({ length: Math.ceil(scaling.to / 8) }, (_, block) => {
    const contributions: Contribution[] = [];
    for (const [old, weights] of blockWeights(scaling, block)) {
      const key = weights.join();
      let matrix = matrices.get(key);
      if (matrix === undefined) matrices.set(key, matrix = frequencyMatrix(weights));
      contributions.push({ block: old, matrix });
    }
    return contributions;
  });
  const { samples, per } = scaling.factor;
  return { blocks, halved: samples * 2 === per ? Math.floor(scaling.from / 16) : 0 };
}

/** For each old block that a new one needs: the weight of its sample x in the new sample j, at `j * 8 + x`. */
function blockWeights(scaling: Scaling, block: number): Map<number, Float64Array> {
  const blocks = new Map<number, Float64Array>();
  for (let j = 0; j < 8; j++) {
    const sample = Math.min(block * 8 + j, scaling.to - 1);
    for (const [position, weight] of sampleWeights(scaling, sample)) {
      const old = Math.max(0, Math.min(position, scaling.from - 1));
      let weights = blocks.get(old >> 3);
      if (weights === undefined) blocks.set(old >> 3, weights = new Float64Array(64));
      weights[j * 8 + (old & 7)]! += weight;
    }
  }
  return blocks;
}

/** Which old samples make a new one, and their weights; positions may lie beyond the edge. */
function sampleWeights({ factor: { samples, per } }: Scaling, sample: number): [number, number][] {
  if (samples >= per) {
    const centre = (sample + 0.5) * per / samples - 0.5;
    const left = Math.floor(centre);
    return centre === left ? [[left, 1]] : [[left, 1 - (centre - left)], [left + 1, centre - left]];
  }
  const start = sample * per / samples;
  const end = (sample + 1) * per / samples;
  const weights: [number, number][] = [];
  for (let old = Math.floor(start); old < end; old++) {
    weights.push([old, (Math.min(old + 1, end) - Math.max(old, start)) * samples / per]);
  }
  return weights;
}

/** Transform, weigh, transform back: DCT x weights x inverse DCT, transposed. */
function frequencyMatrix(weights: Float64Array): Float64Array {
  const matrix = new Float64Array(64);
  for (let u = 0; u < 8; u++) {
    for (let v = 0; v < 8; v++) {
      let sum = 0;
      for (let j = 0; j < 8; j++) {
        for (let x = 0; x < 8; x++) sum += DCT[u * 8 + j]! * weights[j * 8 + x]! * DCT[v * 8 + x]!;
      }
      matrix[v * 8 + u] = sum;
    }
  }
  return matrix;
}
