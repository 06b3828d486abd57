import { InvalidDataError } from "../core/errors.ts";
import { unstuff } from "./bit_reader.ts";
import { type BlockReader, dataEnds, overread, readScan, scanCodes } from "./coefficients.ts";
import { type CoefficientCodes, END_OF_BAND, ENDS_BLOCK, entryAt } from "./huffman.ts";
import type { JpegImage, JpegScan, ScanComponent } from "./parse.ts";
import { makePlane, type Plane, planeShapes, scanOrder } from "./planes.ts";
import { Workspace } from "./workspace.ts";

/** Largest shift of a coefficient (T.81, B.2.3). */
const MAX_APPROXIMATION = 13;
/** What a component's approximation level is before its first scan. */
const NOT_SENT = -1;

/**
 * Decodes all scans of a progressive JPEG (T.81, annex G) to the coefficients that a sequential one would have.
 *
 * Coefficients whose scans are missing stay 0. Throws `InvalidDataError` when the data is damaged or ends early, or
 * when the scans do not build on each other.
 */
export function decodeProgressive(image: JpegImage, workspace: Workspace = new Workspace()): Plane[] {
  const planes = planeShapes(image).map((shape) => makePlane(shape, workspace));
  const levels = planes.map(() => new Int8Array(64).fill(NOT_SENT));
  for (const scan of image.scans) {
    checkProgression(scan, levels);
    decodeScan(image, scan, planes, workspace);
  }
  if (levels.some((level) => level[0] === NOT_SENT)) {
    throw new InvalidDataError("Cannot decode JPEG: a component has no scan");
  }
  return planes;
}

/** Checks the scan header against what earlier scans have sent (T.81, G.1.1.1), and notes what this one sends. */
function checkProgression(scan: JpegScan, levels: readonly Int8Array[]): void {
  const { spectralStart, spectralEnd, approximationHigh, approximationLow, offset } = scan;
  const isDc = spectralStart === 0;
  if (
    spectralEnd < spectralStart || spectralEnd > 63 || (isDc && spectralEnd > 0) ||
    (!isDc && scan.components.length > 1) || approximationLow > MAX_APPROXIMATION ||
    (approximationHigh > 0 && approximationLow !== approximationHigh - 1)
  ) {
    throw new InvalidDataError("Cannot decode JPEG: a progressive scan has an impossible header", offset);
  }
  for (const { component } of scan.components) {
    const level = levels[component]!;
    for (let k = spectralStart; k <= spectralEnd; k++) {
      if (level[k] !== (approximationHigh === 0 ? NOT_SENT : approximationHigh)) {
        throw new InvalidDataError("Cannot decode JPEG: progressive scans do not build on each other", offset);
      }
      level[k] = approximationLow;
    }
  }
}

function decodeScan(image: JpegImage, scan: JpegScan, planes: readonly Plane[], workspace: Workspace): void {
  const isFirst = scan.approximationHigh === 0;
  if (scan.spectralStart === 0) {
    const readers = scan.components.map((part) => {
      const plane = planes[part.component]!;
      return isFirst ? new DcReader(plane, part, scan) : new RefiningDcReader(plane, scan);
    });
    readScan(image, scan, planes, workspace, readers);
    return;
  }
  const plane = planes[scan.components[0]!.component]!;
  const codes = scanCodes(scan, scan.acTables[scan.components[0]!.ac], isFirst ? "AC" : "refinement");
  const { units } = scanOrder(image, scan, planes);
  const perInterval = scan.restartInterval || units;
  const { view, starts, ends } = unstuff(scan, Math.ceil(units / perInterval), workspace);
  const decoder = isFirst
    ? new FirstBandDecoder(plane, codes, scan, view)
    : new RefiningBandDecoder(plane, codes, scan, view);
  for (const [interval, start] of starts.entries()) {
    const first = interval * perInterval;
    decoder.decode(first, Math.min(units, first + perInterval), start, ends[interval]!);
  }
}

/** The first scan of DC coefficients: differences. */
class DcReader implements BlockReader {
  readonly #codes: CoefficientCodes;
  #prediction = 0;

  constructor(private readonly plane: Plane, { dc }: ScanComponent, private readonly scan: JpegScan) {
    this.#codes = scanCodes(scan, scan.dcTables[dc], "DC");
  }

  restart(): void {
    this.#prediction = 0;
  }

  read(view: DataView<ArrayBuffer>, position: number, block: number): number {
    const entry = entryAt(view, position, this.#codes);
    this.plane.coefficients[block * 64] = (this.#prediction += entry >> 16) << this.scan.approximationLow;
    return position + (entry & 31);
  }
}

/** A scan that adds one bit to each DC coefficient. */
class RefiningDcReader implements BlockReader {
  constructor(private readonly plane: Plane, private readonly scan: JpegScan) {}

  restart(): void {}

  read(view: DataView<ArrayBuffer>, position: number, block: number): number {
    this.plane.coefficients[block * 64]! |= bitAt(view, position) << this.scan.approximationLow;
    return position + 1;
  }
}

/** What both kinds of AC scan share: one component, and runs of blocks that have nothing in this band. */
abstract class BandDecoder {
  /** The next bit. */
  protected position = 0;
  /** Blocks still to come that have nothing new in this band (EOBRUN). */
  protected run = 0;
  protected readonly low: number;
  protected readonly high: number;
  protected readonly shift: number;

  constructor(
    protected readonly plane: Plane,
    protected readonly codes: CoefficientCodes,
    scan: JpegScan,
    protected readonly view: DataView<ArrayBuffer>,
  ) {
    this.low = scan.spectralStart;
    this.high = scan.spectralEnd;
    this.shift = scan.approximationLow;
  }

  /** Decodes the blocks `first` to `end`, as the picture has them, from the bits `start` to `lastBit`. */
  decode(first: number, end: number, start: number, lastBit: number): void {
    const { blocksWide, stride } = this.plane;
    const filling = stride - blocksWide;
    this.position = start;
    this.run = 0;
    for (let unit = first; unit < end; unit++) {
      if (this.run > 0 && this.skipsRuns) {
        const skipped = Math.min(this.run, end - unit);
        this.run -= skipped;
        unit += skipped - 1;
        continue;
      }
      this.block(filling === 0 ? unit : unit + Math.floor(unit / blocksWide) * filling);
      if (this.position > lastBit) throw dataEnds(unit, end);
    }
  }

  /** Whether blocks of a run need no look at all. */
  protected abstract readonly skipsRuns: boolean;

  /** Decodes the band in one block. */
  protected abstract block(block: number): void;

  /** Reads how many blocks, this one included, have nothing more in this band; `position` is behind the code. */
  protected readRun(position: number, exponent: number): void {
    const bits = (this.view.getUint32(position >>> 3) << (position & 7)) >>> 1 >>> (31 - exponent);
    this.run = (1 << exponent) + bits;
    this.position = position + exponent;
  }
}

/** The first scan of a band of AC coefficients (T.81, G.1.2.2). */
class FirstBandDecoder extends BandDecoder {
  protected override readonly skipsRuns = true;

  protected override block(block: number): void {
    const { view, codes, high, shift } = this;
    const { coefficients, masks } = this.plane;
    let position = this.position;
    for (let k = this.low; k <= high; k++) {
      const entry = entryAt(view, position, codes);
      position += entry & 31;
      if ((entry & END_OF_BAND) !== 0) {
        this.readRun(position, entry >> 16);
        this.run--;
        return;
      }
      k += entry >>> 8 & 127;
      const value = entry >> 16;
      if (value === 0) {
        k--;
        continue;
      }
      if (k >= high) position -= overread(k, high, entry, codes, position);
      coefficients[block * 64 + k] = value << shift;
      masks[block * 2 + (k >>> 5)]! |= 1 << (31 - (k & 31));
      k += entry & ENDS_BLOCK;
    }
    this.position = position;
  }
}

/** A scan that adds one bit to each coefficient of a band and brings in new ones (T.81, G.1.2.3). */
class RefiningBandDecoder extends BandDecoder {
  protected override readonly skipsRuns = false;

  protected override block(block: number): void {
    let k = this.low;
    while (this.run === 0 && k <= this.high) {
      const entry = entryAt(this.view, this.position, this.codes);
      this.position += entry & 31;
      if ((entry & END_OF_BAND) !== 0) {
        this.readRun(this.position, entry >> 16);
        break;
      }
      k = this.#symbol(block, k, entry);
    }
    if (this.run > 0) {
      this.#refine(block, k, 64);
      this.run--;
    }
  }

  /** Passes the zero coefficients that the symbol counts, puts its value, if any; returns what comes next. */
  #symbol(block: number, from: number, entry: number): number {
    const value = entry >> 16;
    if (value < -1 || value > 1) throw beyondBand(this.position);
    const k = this.#refine(block, from, value === 0 ? 15 : entry >>> 8 & 127);
    if (value === 0) return k + 1;
    if (k > this.high) throw beyondBand(this.position);
    this.plane.coefficients[block * 64 + k] = value << this.shift;
    this.plane.masks[block * 2 + (k >>> 5)]! |= 1 << (31 - (k & 31));
    return k + 1;
  }

  /** Refines coefficients from `from` on, up to the zero that comes after `zeros` others; returns its place. */
  #refine(block: number, from: number, zeros: number): number {
    const { view, high, shift } = this;
    const { coefficients, masks } = this.plane;
    let k = from;
    let left = zeros;
    while (k <= high) {
      const next = nextCoefficient(masks, block, k);
      if (left < next - k) return k + left;
      if (next > high) return high + 1;
      left -= next - k;
      if (bitAt(view, this.position++) !== 0) {
        const at = block * 64 + next;
        coefficients[at]! += (coefficients[at]! > 0 ? 1 : -1) << shift;
      }
      k = next + 1;
    }
    return k;
  }
}

/** The first AC coefficient from `k` on that is not 0, or 64. */
function nextCoefficient(masks: Int32Array, block: number, k: number): number {
  if (k < 32) {
    const low = masks[block * 2]! & (-1 >>> k);
    if (low !== 0) return Math.clz32(low);
    return 32 + Math.clz32(masks[block * 2 + 1]!);
  }
  return 32 + Math.clz32(masks[block * 2 + 1]! & (-1 >>> (k - 32)));
}

function bitAt(view: DataView<ArrayBuffer>, position: number): number {
  return view.getUint8(position >>> 3) >>> (7 - (position & 7)) & 1;
}

function beyondBand(position: number): InvalidDataError {
  return new InvalidDataError("Cannot decode the bits of a scan: a coefficient lies outside its band", position >>> 3);
}
