import { BLOCK_COUNT, numberOf } from "../../media/drawing/block_row.ts";

/** Luma up to which a pixel is ink, and from which it is paper. */
const DARKEST_PAPER = 160;
const LIGHTEST_INK = 100;
/** Narrowest block that is looked for, in pixels. */
const MIN_BLOCK = 4;

/**
 * The number of the film's frame that is seen in a picture, or undefined when there is none.
 *
 * The pixels may be the decoded frame itself or a screenshot that shows it anywhere and at any size with blocks of 4
 * pixels or more. `rgba` holds 4 bytes a pixel, row by row.
 */
export function readBlockRow(rgba: Uint8Array | Uint8ClampedArray, width: number, height: number): number | undefined {
  return locateBlockRow(rgba, width, height)?.number;
}

/**
 * The same with its place, in pixels: the lowest line of the picture on which the row was read, counted from the upper
 * edge, where block 0 begins, and the width of a block.
 */
export function locateBlockRow(
  rgba: Uint8Array | Uint8ClampedArray,
  width: number,
  height: number,
): FoundRow & { readonly line: number } | undefined {
  if (rgba.length < width * height * 4) throw new RangeError(`Cannot read ${rgba.length} bytes as ${width}x${height}`);
  for (let y = height - 1; y >= 0; y--) {
    const line = inkOf(rgba, width, y);
    const found = findRow(line);
    if (found === undefined) continue;
    // The row is as high as it is in the film: what shows the same number only on a single line is something else.
    const above = y - Math.max(1, Math.round(found.block / 4));
    if (above >= 0 && readRow(inkOf(rgba, width, above), found.left, found.block) === found.number) {
      return { ...found, line: y };
    }
  }
  return undefined;
}

/** A number that was read. */
export interface FoundRow {
  readonly number: number;
  /** Where block 0 begins, and the width of a block, in pixels. */
  readonly left: number;
  readonly block: number;
}

/** One line of the picture: 1 for ink, 0 for paper, 2 for anything between. */
function inkOf(rgba: Uint8Array | Uint8ClampedArray, width: number, y: number): Uint8Array {
  const line = new Uint8Array(width);
  for (let x = 0, at = y * width * 4; x < width; x++, at += 4) {
    const luma = 0.299 * rgba[at]! + 0.587 * rgba[at + 1]! + 0.114 * rgba[at + 2]!;
    line[x] = luma <= LIGHTEST_INK ? 1 : luma >= DARKEST_PAPER ? 0 : 2;
  }
  return line;
}

/** Looks for block 1, the light one between two dark ones, and reads the row that it belongs to. */
function findRow(line: Uint8Array): FoundRow | undefined {
  for (let x = 1; x < line.length; x++) {
    if (line[x] !== 0 || line[x - 1] === 0) continue;
    let end = x;
    while (end < line.length && line[end] === 0) end++;
    const light = end - x;
    if (light >= MIN_BLOCK - 2 && end < line.length) {
      const found = readAround(line, (x + end) / 2, light);
      if (found) return found;
    }
    x = end;
  }
  return undefined;
}

/** Tries the widths of a block that fit: its edges are blurred, and 16 blocks multiply every error. */
function readAround(line: Uint8Array, middle: number, light: number): FoundRow | undefined {
  for (let step = 0; step <= 24; step++) {
    const block = light + (step % 2 ? 1 : -1) * Math.ceil(step / 2) / 8 + 0.5;
    if (block < MIN_BLOCK) continue;
    const left = middle - 1.5 * block;
    const number = readRow(line, left, block);
    if (number !== undefined) return { number, left, block };
  }
  return undefined;
}

function readRow(line: Uint8Array, left: number, block: number): number | undefined {
  if (left < -1 || left + BLOCK_COUNT * block > line.length + 1) return undefined;
  const blocks: number[] = [];
  for (let i = 0; i < BLOCK_COUNT; i++) {
    const from = Math.round(left + (i + 0.25) * block);
    const to = Math.round(left + (i + 0.75) * block);
    const ink = line[from]!;
    for (let x = from; x <= to; x++) if (line[x] !== ink) return undefined;
    blocks.push(ink);
  }
  return numberOf(blocks);
}
