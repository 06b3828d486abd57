import { InvalidDataError } from "../core/errors.ts";
import { type EntropyBits, unstuff } from "./bit_reader.ts";
import { CoefficientCodes, ENTRY_SHIFT } from "./huffman.ts";
import type { HuffmanTable, JpegComponent, JpegImage, JpegScan } from "./parse.ts";

/** Most pixels whose coefficients are taken into memory: 8192x4096. */
export const MAX_DECODED_PIXELS = 1 << 25;

/** The quantized coefficients of one component. */
export interface Plane {
  /** Blocks that picture samples lie in (T.81, A.2.4). */
  readonly blocksWide: number;
  readonly blocksHigh: number;
  /** Blocks from one row to the next: an interleaved scan fills up the last MCU. */
  readonly stride: number;
  /** Rows of blocks in memory. */
  readonly rows: number;
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
 * Empty planes for all components.
 *
 * Throws `InvalidDataError` for a picture too large, or with fewer bits than blocks, before any memory is taken.
 */
export function makePlanes(image: JpegImage): Plane[] {
  if (image.width * image.height > MAX_DECODED_PIXELS) {
    throw new InvalidDataError(
      `Cannot decode JPEG: ${image.width}x${image.height} is over ${MAX_DECODED_PIXELS} pixels`,
    );
  }
  const grid = mcuGrid(image);
  const sizes = image.components.map((component) => planeSize(image, component, grid));
  const blocks = sizes.reduce((sum, { blocksWide, blocksHigh }) => sum + blocksWide * blocksHigh, 0);
  const bytes = image.scans.reduce((sum, { data }) => sum + data.length, 0);
  if (blocks > 8 * bytes) {
    throw new InvalidDataError(
      `Cannot decode JPEG: ${bytes} bytes of data are too few for ${image.width}x${image.height} pixels`,
    );
  }
  return sizes.map((size) => ({
    ...size,
    coefficients: new Int16Array(size.stride * size.rows * 64),
    masks: new Int32Array(size.stride * size.rows * 2),
  }));
}

function planeSize({ width, height }: JpegImage, component: JpegComponent, grid: ReturnType<typeof mcuGrid>) {
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
export function scanOrder(image: JpegImage, scan: JpegScan, planes: readonly Plane[]): ScanOrder {
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

/** The table, or `InvalidDataError` when the JPEG names one that it does not define. */
export function coefficientCodes(table: HuffmanTable | undefined, isDc: boolean, scan: JpegScan): CoefficientCodes {
  if (table === undefined) throw new InvalidDataError("Cannot decode JPEG: a Huffman table is missing", scan.offset);
  return new CoefficientCodes(table, isDc);
}

/** One component's part in a sequential scan. */
interface ScanPart {
  readonly plane: Plane;
  readonly dc: CoefficientCodes;
  readonly ac: CoefficientCodes;
}

/**
 * Decodes all scans of a baseline or extended sequential JPEG (T.81, F.2).
 *
 * Throws `InvalidDataError` when the data is damaged or ends early.
 */
export function decodeSequential(image: JpegImage): Plane[] {
  const planes = makePlanes(image);
  const seen = new Set<number>();
  for (const scan of image.scans) {
    for (const { component } of scan.components) {
      if (seen.has(component)) {
        throw new InvalidDataError(`Cannot decode JPEG: component ${component + 1} has two scans`, scan.offset);
      }
      seen.add(component);
    }
    decodeScan(image, scan, planes);
  }
  if (seen.size < planes.length) throw new InvalidDataError("Cannot decode JPEG: a component has no scan");
  return planes;
}

function decodeScan(image: JpegImage, scan: JpegScan, planes: readonly Plane[]): void {
  const order = scanOrder(image, scan, planes);
  const parts = scan.components.map(({ component, dc, ac }) => ({
    plane: planes[component]!,
    dc: coefficientCodes(scan.dcTables[dc], true, scan),
    ac: coefficientCodes(scan.acTables[ac], false, scan),
  }));
  const perInterval = scan.restartInterval || order.units;
  const bits = unstuff(scan, Math.ceil(order.units / perInterval));
  for (const interval of bits.starts.keys()) {
    const first = interval * perInterval;
    decodeInterval(bits, interval, order, parts, first, Math.min(order.units, first + perInterval));
  }
}

function decodeInterval(
  bits: EntropyBits,
  interval: number,
  order: ScanOrder,
  parts: readonly ScanPart[],
  first: number,
  end: number,
): void {
  const { view } = bits;
  const { blocks, steps, unitsWide } = order;
  const predictions = new Int32Array(parts.length);
  const lastBit = bits.ends[interval]!;
  let position = bits.starts[interval]!;
  for (let unit = first; unit < end; unit++) {
    const row = Math.floor(unit / unitsWide);
    const column = unit - row * unitsWide;
    for (let i = 0; i < blocks.length; i++) {
      const { part, x, y } = blocks[i]!;
      const { plane, dc, ac } = parts[part]!;
      const step = steps[part]!;
      const block = (row * step.y + y) * plane.stride + column * step.x + x;
      const entry = dc.entries[(view.getUint32(position >>> 3) << (position & 7)) >>> ENTRY_SHIFT] ||
        dc.read(view, position);
      plane.coefficients[block * 64] = predictions[part]! += entry >> 16;
      position = decodeBlock(view, position + (entry & 31), ac, plane, block);
      if (position > lastBit) throw dataEnds(unit, order.units);
    }
  }
}

/** The error for data that ends before its last block. */
export function dataEnds(unit: number, units: number): InvalidDataError {
  return new InvalidDataError(`Cannot decode JPEG: the data ends in unit ${unit + 1} of ${units}`);
}

/** Decodes the AC coefficients of one block; returns the bit position behind them. */
function decodeBlock(
  view: DataView<ArrayBuffer>,
  start: number,
  ac: CoefficientCodes,
  { coefficients, masks }: Plane,
  block: number,
): number {
  const { entries } = ac;
  const base = block * 64;
  let position = start;
  let low = 0;
  let high = 0;
  for (let k = 1; k < 64;) {
    const entry = entries[(view.getUint32(position >>> 3) << (position & 7)) >>> ENTRY_SHIFT] ||
      ac.read(view, position);
    position += entry & 31;
    k += entry >>> 8 & 127;
    const value = entry >> 16;
    if (value === 0) continue;
    if (k > 63) {
      throw new InvalidDataError("Cannot decode the bits of a scan: a block has over 64 coefficients", position >>> 3);
    }
    coefficients[base + k] = value;
    if (k < 32) low |= 1 << (31 - k);
    else high |= 1 << (63 - k);
    k++;
  }
  masks[block * 2] = low;
  masks[block * 2 + 1] = high;
  return position;
}
