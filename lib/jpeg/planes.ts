import { InvalidDataError } from "../core/errors.ts";
import type { JpegComponent, JpegImage, JpegScan } from "./parse.ts";
import type { Workspace } from "./workspace.ts";

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
