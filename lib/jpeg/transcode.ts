import type { Bytes } from "../core/bytes.ts";
import { InvalidDataError } from "../core/errors.ts";
import { chromaSteps, resamplePlane } from "./chroma.ts";
import { type CodedPlane, decodeAroundLuma } from "./coded_plane.ts";
import { decodeSequential } from "./coefficients.ts";
import { encodeScan } from "./encode.ts";
import { markerName, SOF0, SOF1, SOF2 } from "./markers.ts";
import { type JpegImage, parseJpeg } from "./parse.ts";
import { mcuGrid, type Plane } from "./planes.ts";
import { decodeProgressive } from "./progressive.ts";
import { recodeScan } from "./recode.ts";
import { commonSteps, MAX_STEP, refineSteps } from "./requantize.ts";
import { resamplePlan, type Scaling } from "./resample.ts";
import {
  describeProcess,
  describeSampling,
  fitRfc2435,
  MAX_RTP_JPEG_SCAN,
  RESTART_TYPES,
  type RtpJpeg,
} from "./rfc2435.ts";
import { rgbToYcc } from "./rgb.ts";
import { ANNEX_K_CHROMINANCE } from "./standard_tables.ts";
import { UnrepresentableError } from "./translation.ts";
import { Workspace } from "./workspace.ts";

/** A JPEG in the form that RFC 2435 carries, and what that cost. */
export interface Transcoded {
  readonly image: RtpJpeg;
  /** What was changed, in words for a person; empty when it was the Huffman coding at most. */
  readonly changes: readonly string[];
  /** Whether every quantized coefficient means what it meant before. */
  readonly lossless: boolean;
}

/** How to transcode. */
export interface TranscodeOptions {
  /** MCUs between restart markers, 0 for none; default: as they are where the order of blocks stays, else none. */
  readonly restartInterval?: number;
}

/** What all pictures are worked on in, one after the other. */
const workspace = new Workspace();

const ANY_SIZE = 65535;
/** What the DRI segment and the restart header of RFC 2435 (section 3.1.7) hold. */
const MAX_RESTART_INTERVAL = 65535;

/**
 * Brings any JPEG into the form that RFC 2435 carries, and keeps its coefficients wherever mathematics allows.
 *
 * Width and height of the result are the true ones, up to 65535. Throws `InvalidDataError` with the reason for damaged
 * data and for arithmetic, 12-bit, lossless, hierarchical and CMYK JPEGs.
 */
export function toRtpJpeg(bytes: Bytes, options: TranscodeOptions = {}): Transcoded {
  const { restartInterval } = options;
  if (restartInterval !== undefined && !(restartInterval >= 0 && restartInterval <= MAX_RESTART_INTERVAL)) {
    throw new RangeError(`Cannot set restart markers: ${restartInterval} is not 0 to ${MAX_RESTART_INTERVAL} MCUs`);
  }
  const image = parseJpeg(bytes);
  if (restartInterval === undefined) {
    const fit = fitRfc2435(image, ANY_SIZE);
    if (fit.fits) return { image: fit.image, changes: [], lossless: true };
  }
  refuseUnsupported(image);
  workspace.clear();
  const transcoded = (restartInterval === undefined ? recode(image) : undefined) ??
    rebuild(image, restartInterval ?? 0);
  if (transcoded.image.scan.length >= MAX_RTP_JPEG_SCAN) throw cannot("its data is 16 MiB or more");
  return transcoded;
}

function refuseUnsupported(image: JpegImage): void {
  const { process, precision, components, colorModel } = image;
  if (process !== SOF0 && process !== SOF1 && process !== SOF2) {
    throw cannot(`it is ${describeProcess(process)} (${markerName(process)})`);
  }
  if (precision !== 8) throw cannot(`it has ${precision} bits a sample (${markerName(process)})`);
  if (colorModel === "CMYK" || colorModel === "unknown") {
    throw cannot(`its colour model is ${colorModel} (${components.length} components in ${markerName(process)})`);
  }
  const { horizontal, vertical } = mcuGrid(image);
  const leading = colorModel === "RGB" ? components : components.slice(0, 1);
  if (leading.some((part) => part.horizontal !== horizontal || part.vertical !== vertical)) {
    throw cannot(`its sampling is ${describeSampling(image)}`);
  }
  if (components.some(({ quantization }) => image.quantization[quantization] === undefined)) {
    throw cannot("a quantization table is missing");
  }
}

/** Exchanges nothing but the Huffman codes, where the order of blocks and the tables allow it. */
function recode(image: JpegImage): Transcoded | undefined {
  const [scan] = image.scans;
  const [luma, ...chroma] = image.components;
  const fitting = image.process !== SOF2 && image.colorModel === "YCbCr" && scan!.components.length === 3 &&
    luma!.horizontal === 2 && luma!.vertical <= 2 &&
    chroma.every(({ horizontal, vertical }) => horizontal === 1 && vertical === 1);
  const steps = stepsOf(image);
  if (!fitting || steps.some((table) => table.some((step) => step > MAX_STEP)) || !sameSteps(steps[1]!, steps[2]!)) {
    return undefined;
  }
  const { wide, high } = mcuGrid(image);
  const blocks = luma!.vertical === 1 ? [0, 0, 1, 2] : [0, 0, 0, 0, 1, 2];
  try {
    const data = recodeScan(scan!, { blocks, count: wide * high }, workspace);
    const restartInterval = scan!.restartMarkers > 0 ? scan!.restartInterval : 0;
    return {
      image: rtpJpeg(image, luma!.vertical === 1 ? 1 : 2, restartInterval, steps[0]!, steps[1]!, data),
      changes: [],
      lossless: true,
    };
  } catch (error) {
    if (error instanceof UnrepresentableError) return undefined;
    throw error;
  }
}

/** What is to be encoded, on its way from the old picture to the new. */
interface Picture {
  readonly planes: readonly (Plane | CodedPlane | undefined)[];
  readonly lumaSteps: Uint16Array;
  readonly chromaSteps: Uint16Array;
  readonly lumaRows: 1 | 2;
  readonly changes: readonly string[];
  readonly lossless: boolean;
}

/** Decodes the coefficients, changes what must be changed, and encodes them. */
function rebuild(image: JpegImage, restartInterval: number): Transcoded {
  const picture = image.colorModel === "RGB"
    ? fromRgb(image)
    : image.colorModel === "grey"
    ? fromGrey(image)
    : fromYcc(image, decodeYcc(image), stepsOf(image));
  const { lumaRows } = picture;
  const grid = { wide: Math.ceil(image.width / 16), high: Math.ceil(image.height / (8 * lumaRows)) };
  const interval = restartInterval < grid.wide * grid.high ? restartInterval : 0;
  const { data, clamped } = encodeScan(
    { planes: picture.planes, lumaRows, grid, restartInterval: interval },
    workspace,
  );
  const changes = [...picture.changes];
  if (clamped > 0) changes.push(`${clamped} coefficients beyond the reach of the standard Huffman tables were clamped`);
  return {
    image: rtpJpeg(image, lumaRows, interval, picture.lumaSteps, picture.chromaSteps, data),
    changes,
    lossless: picture.lossless && clamped === 0,
  };
}

interface Decoded {
  readonly luma: Plane | CodedPlane;
  readonly chroma: readonly Plane[];
}

/** Leaves luma coded when nothing about it has to change but its codes. */
function decodeYcc(image: JpegImage): Decoded {
  if (image.process !== SOF2 && stepsOf(image)[0]!.every((step) => step <= MAX_STEP)) {
    try {
      return decodeAroundLuma(image, workspace);
    } catch (error) {
      if (!(error instanceof UnrepresentableError)) throw error;
    }
  }
  const [luma, ...chroma] = decodePlanes(image);
  return { luma: luma!, chroma };
}

function decodePlanes(image: JpegImage): Plane[] {
  return image.process === SOF2 ? decodeProgressive(image, workspace) : decodeSequential(image, workspace);
}

function fromGrey(image: JpegImage): Picture {
  const { luma } = decodeYcc(image);
  return {
    planes: [luma, undefined, undefined],
    lumaSteps: refineLuma(luma, stepsOf(image)[0]!),
    chromaSteps: Uint16Array.from(ANNEX_K_CHROMINANCE),
    lumaRows: 2,
    changes: ["grey became 4:2:0 with flat chroma"],
    lossless: true,
  };
}

function fromRgb(image: JpegImage): Picture {
  const { planes: [luma, ...chroma], steps } = rgbToYcc({ planes: decodePlanes(image), steps: stepsOf(image) });
  const picture = fromYcc(image, { luma: luma!, chroma }, steps);
  return { ...picture, changes: ["RGB became YCbCr", ...picture.changes], lossless: false };
}

/** Gives luma steps of 8 bits; returns them. */
function refineLuma(luma: Plane | CodedPlane, before: Uint16Array): Uint16Array {
  const after = commonSteps([before]);
  if ("coefficients" in luma) refineSteps(luma, before, after);
  return after;
}

function fromYcc(image: JpegImage, { luma, chroma }: Decoded, steps: readonly Uint16Array[]): Picture {
  const lumaSteps = refineLuma(luma, steps[0]!);
  const { vertical } = mcuGrid(image);
  const lumaRows = image.components.slice(1).every((part) => part.vertical * 2 <= vertical) ? 2 : 1;
  const scalings = image.components.slice(1).map((_, index) => chromaScaling(image, index + 1, lumaRows));
  if (scalings.every(keepsSize)) {
    const shared = commonSteps(steps.slice(1));
    for (const [index, plane] of chroma.entries()) refineSteps(plane, steps[index + 1]!, shared);
    return { planes: [luma, ...chroma], lumaSteps, chromaSteps: shared, lumaRows, changes: [], lossless: true };
  }
  const resampled = resampleChroma(chroma, steps.slice(1), scalings);
  return {
    planes: [luma, ...resampled.planes],
    lumaSteps,
    chromaSteps: resampled.steps,
    lumaRows,
    changes: [`chroma was resampled from ${describeSampling(image)} to ${lumaRows === 1 ? "4:2:2" : "4:2:0"}`],
    lossless: false,
  };
}

interface PlaneScaling {
  readonly horizontal: Scaling;
  readonly vertical: Scaling;
}

/** From the sampling of a component to half the width and 1 / `lumaRows` of the height of luma. */
function chromaScaling(image: JpegImage, index: number, lumaRows: number): PlaneScaling {
  const grid = mcuGrid(image);
  const component = image.components[index]!;
  const scaling = (size: number, sampling: number, largest: number, divisor: number): Scaling => ({
    from: Math.ceil(size * sampling / largest),
    to: Math.ceil(size / divisor),
    factor: { samples: largest, per: sampling * divisor },
  });
  return {
    horizontal: scaling(image.width, component.horizontal, grid.horizontal, 2),
    vertical: scaling(image.height, component.vertical, grid.vertical, lumaRows),
  };
}

function keepsSize({ horizontal, vertical }: PlaneScaling): boolean {
  return horizontal.factor.samples === horizontal.factor.per && vertical.factor.samples === vertical.factor.per;
}

function resampleChroma(planes: readonly Plane[], before: readonly Uint16Array[], scalings: readonly PlaneScaling[]) {
  const ratio = ({ factor }: Scaling) => factor.samples / factor.per;
  const wanted = scalings.map(({ horizontal, vertical }, index) =>
    chromaSteps(before[index]!, { horizontal: ratio(horizontal), vertical: ratio(vertical) })
  );
  const steps = wanted[0]!.map((step, k) => Math.min(step, wanted[1]![k]!));
  const resampled = planes.map((plane, index) => {
    const { horizontal, vertical } = scalings[index]!;
    return resamplePlane({
      plane,
      before: before[index]!,
      after: steps,
      horizontal: resamplePlan(horizontal),
      vertical: vertical.factor.samples === vertical.factor.per ? undefined : resamplePlan(vertical),
    }, workspace);
  });
  return { planes: resampled, steps };
}

function stepsOf(image: JpegImage): Uint16Array[] {
  return image.components.map(({ quantization }) => image.quantization[quantization]!.values);
}

function sameSteps(a: Uint16Array, b: Uint16Array): boolean {
  return a === b || a.every((step, k) => step === b[k]);
}

function rtpJpeg(
  { width, height }: JpegImage,
  lumaRows: 1 | 2,
  restartInterval: number,
  lumaSteps: Uint16Array,
  chromaSteps: Uint16Array,
  scan: Bytes,
): RtpJpeg {
  const quantization = new Uint8Array(128);
  quantization.set(lumaSteps);
  quantization.set(chromaSteps, 64);
  const type = lumaRows - 1 + (restartInterval > 0 ? RESTART_TYPES : 0);
  return { type, width, height, restartInterval, quantization, scan };
}

function cannot(reason: string): InvalidDataError {
  return new InvalidDataError(`Cannot transcode JPEG: ${reason}`);
}
