import { emptyPlane, Quantizer } from "./chroma.ts";
import type { Plane } from "./planes.ts";
import { ZIGZAG } from "./standard_tables.ts";

/** Largest new quantization step of luma: above 46 dB of signal to noise. */
const MAX_LUMA_STEP = 4;

/** Y, Cb and Cr from R, G and B (JFIF 1.02), which holds for frequencies as for samples. */
const WEIGHTS = [
  [0.299, 0.587, 0.114],
  [-0.299 / 1.772, -0.587 / 1.772, 0.5],
  [0.5, -0.587 / 1.402, -0.114 / 1.402],
] as const;

/** Planes and their quantization steps in zig-zag order. */
export interface QuantizedPlanes {
  readonly planes: readonly Plane[];
  readonly steps: readonly Uint16Array[];
}

/**
 * Turns three planes of equal size from RGB into YCbCr.
 *
 * Luma gets half of the finest step before, at most 4; chroma, which is to be resampled, gets steps of 1.
 */
export function rgbToYcc({ planes, steps }: QuantizedPlanes): QuantizedPlanes {
  const { blocksWide, blocksHigh } = planes[0]!;
  const finest = steps[0]!.map((step, k) => Math.min(step, steps[1]![k]!, steps[2]![k]!));
  const fine = new Uint16Array(64).fill(1);
  const after = [finest.map((step) => Math.max(1, Math.min(MAX_LUMA_STEP, step >> 1))), fine, fine];
  const converted = after.map(() => emptyPlane(blocksWide, blocksHigh));
  for (const [index, plane] of converted.entries()) {
    const quantizer = new Quantizer(plane, after[index]!);
    for (let block = 0; block < blocksWide * blocksHigh; block++) {
      const x = block % blocksWide;
      const y = Math.floor(block / blocksWide);
      for (const [from, { coefficients, stride }] of planes.entries()) {
        const weight = WEIGHTS[index]![from]!;
        const base = (y * stride + x) * 64;
        for (let k = 0; k < 64; k++) {
          quantizer.sums[ZIGZAG[k]!]! += coefficients[base + k]! * steps[from]![k]! * weight;
        }
      }
      quantizer.take(block, 0xff);
    }
  }
  return { planes: converted, steps: after };
}
