import { mcuGrid, type Plane } from "../../lib/jpeg/coefficients.ts";
import type { JpegImage } from "../../lib/jpeg/parse.ts";
import { ZIGZAG } from "../../lib/jpeg/standard_tables.ts";

/** Samples of one plane as exact numbers, 0 for the middle grey. */
export interface Samples {
  readonly width: number;
  readonly height: number;
  readonly values: Float64Array;
}

const COSINES = Array.from({ length: 64 }, (_, at) => {
  const frequency = at >> 3;
  return Math.cos((2 * (at & 7) + 1) * frequency * Math.PI / 16) / (frequency === 0 ? Math.SQRT2 : 1) / 2;
});

/** The inverse transform of T.81 A.3.3 in floating point, written as the formula stands, cut to the true size. */
export function planeSamples(image: JpegImage, index: number, plane: Plane): Samples {
  const component = image.components[index]!;
  const grid = mcuGrid(image);
  const width = Math.ceil(image.width * component.horizontal / grid.horizontal);
  const height = Math.ceil(image.height * component.vertical / grid.vertical);
  const steps = image.quantization[component.quantization]!.values;
  const values = new Float64Array(width * height);
  for (let by = 0; by < plane.blocksHigh; by++) {
    for (let bx = 0; bx < plane.blocksWide; bx++) {
      const block = inverse(plane.coefficients.subarray((by * plane.stride + bx) * 64), steps);
      for (let y = 0; y < 8 && by * 8 + y < height; y++) {
        for (let x = 0; x < 8 && bx * 8 + x < width; x++) values[(by * 8 + y) * width + bx * 8 + x] = block[y * 8 + x]!;
      }
    }
  }
  return { width, height, values };
}

function inverse(coefficients: Int16Array, steps: Uint16Array): Float64Array {
  const rows = new Float64Array(64);
  for (let k = 0; k < 64; k++) {
    const value = coefficients[k]! * steps[k]!;
    if (value === 0) continue;
    const natural = ZIGZAG[k]!;
    for (let x = 0; x < 8; x++) rows[(natural & 56) + x]! += value * COSINES[(natural & 7) * 8 + x]!;
  }
  const block = new Float64Array(64);
  for (let y = 0; y < 8; y++) {
    for (let x = 0; x < 8; x++) {
      for (let v = 0; v < 8; v++) block[y * 8 + x]! += rows[v * 8 + x]! * COSINES[v * 8 + y]!;
    }
  }
  return block;
}

/**
 * The samples at another size, as exactly as can be: means when there are fewer, straight lines between centres when
 * there are more; `per` old samples lie where `samples` new ones come.
 */
export function resampleIdeally(
  source: Samples,
  width: number,
  height: number,
  horizontal: readonly [samples: number, per: number],
  vertical: readonly [samples: number, per: number],
): Samples {
  const narrowed = Array.from(
    { length: source.height },
    (_, y) => resampleLine((x) => source.values[y * source.width + x]!, source.width, width, horizontal),
  );
  const values = new Float64Array(width * height);
  for (let x = 0; x < width; x++) {
    const column = resampleLine((y) => narrowed[y]![x]!, source.height, height, vertical);
    for (let y = 0; y < height; y++) values[y * width + x] = column[y]!;
  }
  return { width, height, values };
}

function resampleLine(
  at: (index: number) => number,
  from: number,
  to: number,
  [samples, per]: readonly [number, number],
): number[] {
  const clipped = (index: number) => at(Math.max(0, Math.min(from - 1, index)));
  return Array.from({ length: to }, (_, index) => {
    if (samples >= per) {
      const centre = (index + 0.5) * per / samples - 0.5;
      const part = centre - Math.floor(centre);
      return clipped(Math.floor(centre)) * (1 - part) + clipped(Math.floor(centre) + 1) * part;
    }
    // Fine enough that every sampling factor of JPEG (1 to 4) divides it.
    const parts = 12 * per;
    let sum = 0;
    for (let part = 0; part < parts; part++) sum += clipped(Math.floor((index + (part + 0.5) / parts) * per / samples));
    return sum / parts;
  });
}

/** Peak signal to noise of `actual` against `expected`, in dB; Infinity when they are equal. */
export function psnr(actual: Samples, expected: Samples): number {
  const squares = actual.values.reduce((sum, value, at) => sum + (clip(value) - clip(expected.values[at]!)) ** 2, 0);
  return 10 * Math.log10(255 * 255 / (squares / actual.values.length));
}

function clip(value: number): number {
  return Math.max(-128, Math.min(127, value));
}

/** The masks that the coefficients call for. */
export function masksOf({ coefficients, masks }: Plane): Int32Array {
  const made = new Int32Array(masks.length);
  for (const [at, value] of coefficients.entries()) {
    const k = at & 63;
    if (k > 0 && value !== 0) made[(at >> 6) * 2 + (k >> 5)]! |= 1 << (31 - (k & 31));
  }
  return made;
}
