import { InvalidDataError } from "../core/errors.ts";
import { unstuff } from "./bit_reader.ts";
import { type CodeUse, type CoefficientCodes, coefficientCodes, ENDS_BLOCK, ENTRY_SHIFT, entryAt } from "./huffman.ts";
import type { HuffmanTable, JpegComponent, JpegImage, JpegScan, ScanComponent } from "./parse.ts";
import { Workspace } from "./workspace.ts";

/** Most pixels whose coefficients are taken into memory: 8192x4096. */
export const MAX_DECODED_PIXELS = 1 << 25;

/** How the blocks of one component lie. */
export interface PlaneShape {
  /** Blocks that picture samples lie in (T.81, A.2.4). */
  readonly blocksWide: number;
  readonly blocksHigh: number;
  /** Blocks from one row to the next: an interleaved scan fills up the last MCU. */
  readonly stride: number;
  /** Rows of blocks in memory. */
  readonly rows: number;
}

/** The quantized coefficients of one component. */
export interface Plane extends PlaneShape {
  /** 64 numbers a block, in zig-zag order. */
  readonly coefficients: Int16Array;
  /** Two words a block: bit 31 - k of the first, 63 - k of the second is set when AC coefficient k is not 0. */
  readonly masks: Int32Array;
}

/** Size of the interleaved picture in MCUs. */
export interface McuGrid {
  readonly wide: number;
  readonly high: number;
}

/** The largest sampling factors, and how many MCUs the picture has. */
export function mcuGrid(image: JpegImage): McuGrid & { readonly horizontal: number; readonly vertical: number } {
  const horizontal = Math.max(...image.components.map((component) => component.horizontal));
  const vertical = Math.max(...image.components.map((component) => component.vertical));
  const wide = Math.ceil(image.width / (8 * horizontal));
  return { horizontal, vertical, wide, high: Math.ceil(image.height / (8 * vertical)) };
}

/**
 * The shapes of the planes of all components.
 *
 * Throws `InvalidDataError` for a picture too large, or with fewer bits than blocks, before any memory is taken.
 */
export function planeShapes(image: JpegImage): PlaneShape[] {
  if (image.width * image.height > MAX_DECODED_PIXELS) {
    throw new InvalidDataError(
      `Cannot decode JPEG: ${image.width}x${image.height} is over ${MAX_DECODED_PIXELS} pixels`,
    );
  }
  const grid = mcuGrid(image);
  const shapes = image.components.map((component) => planeShape(image, component, grid));
  const blocks = shapes.reduce((sum, { blocksWide, blocksHigh }) => sum + blocksWide * blocksHigh, 0);
  const bytes = image.scans.reduce((sum, { data }) => sum + data.length, 0);
  if (blocks > 8 * bytes) {
    throw new InvalidDataError(
      `Cannot decode JPEG: ${bytes} bytes of data are too few for ${image.width}x${image.height} pixels`,
    );
  }
  return shapes;
}

/** A plane of zeros. */
export function makePlane(shape: PlaneShape, workspace: Workspace): Plane {
  const { blocksWide, blocksHigh, stride, rows } = shape;
  return {
    blocksWide,
    blocksHigh,
    stride,
    rows,
    coefficients: workspace.int16(stride * rows * 64),
    masks: workspace.int32(stride * rows * 2),
  };
}

function planeShape(
  { width, height }: JpegImage,
  component: JpegComponent,
  grid: ReturnType<typeof mcuGrid>,
): PlaneShape {
  return {
    blocksWide: Math.ceil(Math.ceil(width * component.horizontal / grid.horizontal) / 8),
    blocksHigh: Math.ceil(Math.ceil(height * component.vertical / grid.vertical) / 8),
    stride: grid.wide * component.horizontal,
    rows: grid.high * component.vertical,
  };
}

/** The order in which a scan has its blocks (T.81, A.2): for each unit the blocks, as indexes into a plane. */
export interface ScanOrder {
  /** MCUs, or single blocks when the scan has one component. */
  readonly units: number;
  readonly unitsWide: number;
  /** For each block of a unit: which part of the scan, and where, from the unit's first block. */
  readonly blocks: readonly { readonly part: number; readonly x: number; readonly y: number }[];
  /** For each part of the scan: blocks from one unit to the next. */
  readonly steps: readonly { readonly x: number; readonly y: number }[];
}

/** How the blocks of `scan` follow each other. */
export function scanOrder(image: JpegImage, scan: JpegScan, planes: readonly PlaneShape[]): ScanOrder {
  if (scan.components.length === 1) {
    const plane = planes[scan.components[0]!.component]!;
    return {
      units: plane.blocksWide * plane.blocksHigh,
      unitsWide: plane.blocksWide,
      blocks: [{ part: 0, x: 0, y: 0 }],
      steps: [{ x: 1, y: 1 }],
    };
  }
  const { wide, high } = mcuGrid(image);
  const steps = scan.components.map(({ component }) => {
    const { horizontal, vertical } = image.components[component]!;
    return { x: horizontal, y: vertical };
  });
  const blocks = steps.flatMap(({ x: across, y: down }, part) =>
    Array.from({ length: across * down }, (_, i) => ({ part, x: i % across, y: Math.floor(i / across) }))
  );
  return { units: wide * high, unitsWide: wide, blocks, steps };
}

/** The codes of a table, or `InvalidDataError` when the JPEG names one that it does not define. */
export function scanCodes(scan: JpegScan, table: HuffmanTable | undefined, use: CodeUse): CoefficientCodes {
  if (table === undefined) throw new InvalidDataError("Cannot decode JPEG: a Huffman table is missing", scan.offset);
  return coefficientCodes(table, use);
}

/** What takes the blocks of one component out of a sequential scan. */
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

function readScan(
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
