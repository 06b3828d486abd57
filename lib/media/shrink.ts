import type { Bytes } from "../core/bytes.ts";
import { resamplePlane } from "../jpeg/chroma.ts";
import { decodeSequential, type Plane } from "../jpeg/coefficients.ts";
import { encodeScan } from "../jpeg/encode.ts";
import { parseJpeg } from "../jpeg/parse.ts";
import { resamplePlan, type Scaling } from "../jpeg/resample.ts";
import type { RtpJpeg } from "../jpeg/rfc2435.ts";
import { quantizationForQuality } from "../jpeg/standard_tables.ts";
import { toRtpJpeg } from "../jpeg/transcode.ts";
import { writeJpeg } from "../jpeg/write.ts";

/** Bits a pixel below which a smaller picture looks better than a coarser one. */
const MIN_BITS_PER_PIXEL = 0.5;
/** Qualities that are tried, as in RFC 2435, section 4.2. */
const BEST_QUALITY = 90;
const WORST_QUALITY = 20;
/** Quantization step of pictures on their way from one size to another. */
const FINE_STEP = 2;
/** Sizes that are tried, in eighths of the picture's own. */
const EIGHTHS = [8, 7, 6, 5, 4, 3, 2, 1] as const;

/** A JPEG that was made smaller. */
export interface Shrunk {
  readonly data: Bytes;
  /** What was changed, in words for a person. */
  readonly change: string;
}

/**
 * Makes a JPEG of at most `maxBytes` out of any that can be transcoded: coarser, and scaled down where that is not enough.
 *
 * The size depends on the picture's size alone as long as its content allows, so the frames of a film stay equally
 * large. Throws `InvalidDataError` for what cannot be transcoded, and `RangeError` when nothing is small enough.
 */
export function shrinkJpeg(data: Bytes, maxBytes: number): Promise<Shrunk> {
  // Not an async function, but a promise all the same: the work may move to another thread.
  return new Promise((resolve) => resolve(shrink(data, maxBytes)));
}

function shrink(data: Bytes, maxBytes: number): Shrunk {
  const source = toRtpJpeg(data);
  const whole = writeJpeg(source.image);
  if (whole.length <= maxBytes) return { data: whole, change: source.changes.join(", ") || "re-coded" };
  const { width, height } = source.image;
  const planes = decodeSequential(parseJpeg(whole));
  const fitting = EIGHTHS.filter((part) => maxBytes * 8 >= MIN_BITS_PER_PIXEL * width * height * (part / 8) ** 2);
  for (const part of fitting.length > 0 ? fitting : [1]) {
    const found = bestQuality(rescale(source.image, planes, part), maxBytes);
    if (found) {
      const scaled = part === 8 ? "" : `scaled to ${found.width}x${found.height} and `;
      return { data: found.data, change: `${scaled}re-encoded at quality ${found.quality}` };
    }
  }
  throw new RangeError(`Cannot shrink a JPEG of ${width}x${height} to ${maxBytes} bytes`);
}

/**
 * Any JPEG that can be transcoded, scaled down by eighths of its size until neither width nor height is over `maxSize`
 * pixels. Throws `InvalidDataError` for what cannot be transcoded, and `RangeError` when an eighth is still too large.
 */
export function scaleToFit(data: Bytes, maxSize: number): { image: RtpJpeg; changes: readonly string[] } {
  const source = toRtpJpeg(data);
  const { width, height, quantization } = source.image;
  const part = EIGHTHS.find((part) => scale(width, part) <= maxSize && scale(height, part) <= maxSize);
  if (part === undefined) throw new RangeError(`Cannot scale a JPEG of ${width}x${height} to ${maxSize} pixels`);
  if (part === 8) return source;
  const picture = rescale(source.image, decodeSequential(parseJpeg(writeJpeg(source.image))), part);
  const image = encode(picture, quantization);
  return { image, changes: [...source.changes, `scaled from ${width}x${height} to ${image.width}x${image.height}`] };
}

/** A picture as coefficients, with the quantization steps of each plane. */
interface Picture {
  readonly width: number;
  readonly height: number;
  readonly lumaRows: 1 | 2;
  readonly planes: readonly Plane[];
  readonly steps: readonly Uint16Array[];
}

interface Found {
  readonly data: Bytes;
  readonly quality: number;
  readonly width: number;
  readonly height: number;
}

/** The picture at the best quality that fits, by bisection; undefined when not even the worst one does. */
function bestQuality(picture: Picture, maxBytes: number): Found | undefined {
  const { width, height } = picture;
  let best: Found | undefined;
  for (let low = WORST_QUALITY, high = BEST_QUALITY; low <= high;) {
    const quality = Math.floor((low + high) / 2);
    const data = writeJpeg(encode(picture, quantizationForQuality(quality)));
    if (data.length <= maxBytes) {
      best = { data, quality, width, height };
      low = quality + 1;
    } else {
      high = quality - 1;
    }
  }
  return best;
}

function encode({ width, height, lumaRows, planes, steps }: Picture, quantization: Bytes): RtpJpeg {
  const coarser = planes.map((plane, i) => requantize(plane, steps[i]!, tableOf(quantization, i)));
  const grid = { wide: Math.ceil(width / 16), high: Math.ceil(height / (8 * lumaRows)) };
  const { data: scan } = encodeScan({ planes: coarser, lumaRows, grid, restartInterval: 0 });
  return { type: lumaRows - 1, width, height, restartInterval: 0, quantization, scan };
}

/** The same coefficients in other steps, rounded. */
function requantize(plane: Plane, before: Uint16Array, after: Uint16Array): Plane {
  const coefficients = new Int16Array(plane.coefficients.length);
  const masks = new Int32Array(plane.masks.length);
  const factors = Float64Array.from(before, (step, k) => step / after[k]!);
  for (let block = 0; block < coefficients.length / 64; block++) {
    coefficients[block * 64] = Math.round(plane.coefficients[block * 64]! * factors[0]!);
    for (let half = 0; half < 2; half++) {
      let kept = 0;
      for (let mask = plane.masks[block * 2 + half]!; mask !== 0;) {
        const bit = Math.clz32(mask);
        const flag = -0x80000000 >>> bit;
        mask &= ~flag;
        const at = block * 64 + half * 32 + bit;
        const value = Math.round(plane.coefficients[at]! * factors[half * 32 + bit]!);
        if (value === 0) continue;
        coefficients[at] = value;
        kept |= flag;
      }
      masks[block * 2 + half] = kept;
    }
  }
  return { ...plane, coefficients, masks };
}

/** The picture in `part` eighths of its size; its steps are then so fine that nothing is lost twice. */
function rescale(image: RtpJpeg, planes: readonly Plane[], part: number): Picture {
  const lumaRows = image.type % 2 === 0 ? 1 : 2;
  const steps = planes.map((_, component) => tableOf(image.quantization, component));
  if (part === 8) return { width: image.width, height: image.height, lumaRows, planes, steps };
  const [width, height] = [scale(image.width, part), scale(image.height, part)];
  const fine = new Uint16Array(64).fill(FINE_STEP);
  const rescaled = planes.map((plane, component) =>
    resamplePlane({
      plane,
      before: steps[component]!,
      after: fine,
      horizontal: resamplePlan(scaling(image.width, width, component === 0 ? 1 : 2, part)),
      vertical: resamplePlan(scaling(image.height, height, component === 0 ? 1 : lumaRows, part)),
    })
  );
  return { width, height, lumaRows, planes: rescaled, steps: planes.map(() => fine) };
}

function scaling(from: number, to: number, divisor: number, part: number): Scaling {
  return { from: Math.ceil(from / divisor), to: Math.ceil(to / divisor), factor: { samples: part, per: 8 } };
}

function tableOf(quantization: Uint8Array, component: number): Uint16Array {
  return Uint16Array.from(component === 0 ? quantization.subarray(0, 64) : quantization.subarray(64));
}

function scale(size: number, part: number): number {
  return Math.max(1, Math.ceil(size * part / 8));
}
