import { InvalidDataError } from "../core/errors.ts";
import { unstuff } from "./bit_reader.ts";
import { type CodeUse, type CoefficientCodes, coefficientCodes, ENDS_BLOCK, ENTRY_SHIFT, entryAt } from "./huffman.ts";
import type { HuffmanTable, JpegImage, JpegScan, ScanComponent } from "./parse.ts";
import { makePlane, type Plane, type PlaneShape, planeShapes, scanOrder } from "./planes.ts";
import { Workspace } from "./workspace.ts";

export { type McuGrid, mcuGrid, type Plane } from "./planes.ts";

/** The codes of a table, or `InvalidDataError` when the JPEG names one that it does not define. */
export function scanCodes(scan: JpegScan, table: HuffmanTable | undefined, use: CodeUse): CoefficientCodes {
  if (table === undefined) throw new InvalidDataError("Cannot decode JPEG: a Huffman table is missing", scan.offset);
  return coefficientCodes(table, use);
}

/** What takes the blocks of one component out of a scan that has them whole, one after the other. */
export interface BlockReader {
  /** Begins a restart interval. */
  restart(): void;
  /** Reads the block with this index from `position` on; returns the bit position behind it. */
  read(view: DataView<ArrayBuffer>, position: number, block: number): number;
}

/**
 * Decodes all scans of a baseline or extended sequential JPEG (T.81, F.2).
 *
 * Throws `InvalidDataError` when the data is damaged or ends early.
 */
export function decodeSequential(image: JpegImage, workspace: Workspace = new Workspace()): Plane[] {
  const planes = planeShapes(image).map((shape) => makePlane(shape, workspace));
  readScans(image, planes, workspace, (part, scan) => new PlaneReader(planes[part.component]!, part, scan));
  return planes;
}

/** Reads all scans of a sequential JPEG; `makeReader` says what reads the blocks of a component of a scan. */
export function readScans(
  image: JpegImage,
  shapes: readonly PlaneShape[],
  workspace: Workspace,
  makeReader: (part: ScanComponent, scan: JpegScan) => BlockReader,
): void {
  const seen = new Set<number>();
  for (const scan of image.scans) {
    for (const { component } of scan.components) {
      if (seen.has(component)) {
        throw new InvalidDataError(`Cannot decode JPEG: component ${component + 1} has two scans`, scan.offset);
      }
      seen.add(component);
    }
    readScan(image, scan, shapes, workspace, scan.components.map((part) => makeReader(part, scan)));
  }
  if (seen.size < shapes.length) throw new InvalidDataError("Cannot decode JPEG: a component has no scan");
}

/** Reads one scan, with a reader for each of its components. */
export function readScan(
  image: JpegImage,
  scan: JpegScan,
  shapes: readonly PlaneShape[],
  workspace: Workspace,
  readers: readonly BlockReader[],
): void {
  const { units, unitsWide, blocks, steps } = scanOrder(image, scan, shapes);
  const strides = scan.components.map(({ component }) => shapes[component]!.stride);
  const unit = blocks.map(({ part, x, y }) => ({
    reader: readers[part]!,
    start: y * strides[part]! + x,
    across: steps[part]!.x,
    down: steps[part]!.y * strides[part]!,
  }));
  const perInterval = scan.restartInterval || units;
  const { view, starts, ends } = unstuff(scan, Math.ceil(units / perInterval), workspace);
  for (const [interval, start] of starts.entries()) {
    for (const reader of readers) reader.restart();
    const end = Math.min(units, (interval + 1) * perInterval);
    let position = start;
    for (let at = interval * perInterval; at < end;) {
      const row = Math.floor(at / unitsWide);
      const stop = Math.min(end, (row + 1) * unitsWide);
      const run = { row, column: at - row * unitsWide, count: stop - at, lastBit: ends[interval]! };
      position = readRun(view, position, unit, run);
      if (position > run.lastBit) throw dataEnds(stop - 1, units);
      at = stop;
    }
  }
}

/** A block of a unit: what reads it, and the indexes that it has in its plane. */
interface UnitBlock {
  readonly reader: BlockReader;
  /** In the first unit. */
  readonly start: number;
  /** From one unit to the next. */
  readonly across: number;
  /** From one row of units to the next. */
  readonly down: number;
}

/** Units beside each other. */
interface UnitRun {
  readonly row: number;
  /** Of the first one. */
  readonly column: number;
  readonly count: number;
  /** Where the bits end. */
  readonly lastBit: number;
}

/** Reads units; returns the bit position behind them, or one behind `lastBit` as soon as the bits have ended. */
function readRun(
  view: DataView<ArrayBuffer>,
  start: number,
  unit: readonly UnitBlock[],
  { row, column, count, lastBit }: UnitRun,
): number {
  let position = start;
  for (let at = column; at < column + count && position <= lastBit; at++) {
    for (let i = 0; i < unit.length; i++) {
      const { reader, start, across, down } = unit[i]!;
      position = reader.read(view, position, start + row * down + at * across);
    }
  }
  return position;
}

/** The error for data that ends before its last block. */
export function dataEnds(unit: number, units: number): InvalidDataError {
  return new InvalidDataError(`Cannot decode JPEG: the data ends in unit ${unit + 1} of ${units}`);
}

/** Decodes blocks to coefficients. */
export class PlaneReader implements BlockReader {
  readonly #dc: CoefficientCodes;
  readonly #ac: CoefficientCodes;
  #prediction = 0;

  /** With the tables that `scan` has for `part`; throws `InvalidDataError` when one is missing. */
  constructor(private readonly plane: Plane, { dc, ac }: ScanComponent, scan: JpegScan) {
    this.#dc = scanCodes(scan, scan.dcTables[dc], "DC");
    this.#ac = scanCodes(scan, scan.acTables[ac], "AC");
  }

  restart(): void {
    this.#prediction = 0;
  }

  read(view: DataView<ArrayBuffer>, start: number, block: number): number {
    const { coefficients, masks } = this.plane;
    const ac = this.#ac;
    const { entries } = ac;
    const base = block * 64;
    const dc = entryAt(view, start, this.#dc);
    coefficients[base] = this.#prediction += dc >> 16;
    let position = start + (dc & 31);
    let low = 0;
    let high = 0;
    for (let k = 1; k < 64;) {
      const entry = entries[(view.getUint32(position >>> 3) << (position & 7)) >>> ENTRY_SHIFT] ||
        ac.read(view, position);
      position += entry & 31;
      k += entry >>> 8 & 127;
      const value = entry >> 16;
      if (value === 0) continue;
      if (k > 62) position -= overread(k, 63, entry, ac, position);
      coefficients[base + k] = value;
      // Without a branch, as which half it is cannot be foretold.
      const flag = -0x80000000 >>> k;
      low |= flag & (k - 32) >> 31;
      high |= flag & (31 - k) >> 31;
      k += 1 + (entry & ENDS_BLOCK);
    }
    masks[block * 2] = low;
    masks[block * 2 + 1] = high;
    return position;
  }
}

/**
 * The bits that an entry for coefficient `k` took too many when it is not before `last`: an end of block has no place
 * there. Throws `InvalidDataError` when it is behind it.
 */
export function overread(k: number, last: number, entry: number, codes: CoefficientCodes, position: number): number {
  if (k > last) {
    throw new InvalidDataError(`Cannot decode the bits of a scan: coefficient ${k} is over ${last}`, position >>> 3);
  }
  return (entry & ENDS_BLOCK) === 0 ? 0 : codes.endOfBlock;
}
