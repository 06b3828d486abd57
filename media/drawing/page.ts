import { BLOCK_COUNT, BLOCK_ROW_HEIGHT, blocksOf } from "./block_row.ts";
import { box, curve, placed, type Point, shape } from "./svg.ts";

/** The page's own colours. */
export const PAPER = "#fdfaf1";
export const INK = "#1d1b22";

/** Strokes of each digit on a field of 6 by 10. */
const DIGITS: readonly (readonly (readonly Point[])[])[] = [
  [[[3, 0], [0.4, 2.4], [0.4, 7.6], [3, 10], [5.6, 7.6], [5.6, 2.4], [3, 0]]],
  [[[1, 2.2], [3.4, 0], [3.4, 10]]],
  [[[0.5, 2.4], [2.8, 0], [5.4, 2.4], [4.2, 5.4], [0.3, 9.9]], [[0.3, 9.9], [5.7, 9.9]]],
  [[[0.6, 1.2], [3, 0], [5.2, 2.3], [2.6, 4.6]], [[2.6, 4.6], [5.7, 7], [3, 10], [0.3, 8.6]]],
  [[[4.2, 10], [4.2, 0]], [[4.2, 0], [0.2, 7]], [[0.2, 7], [5.9, 7]]],
  [[[5.2, 0.1], [1.1, 0.1]], [[1.1, 0.1], [0.8, 4.6]], [[0.8, 4.6], [3.4, 3.8], [5.6, 6.7], [3.2, 10], [0.3, 8.8]]],
  [[[4.8, 0.2], [1.6, 3.2], [0.5, 7.2], [3, 10], [5.6, 7.2], [3.2, 4.6], [0.6, 6.8]]],
  [[[0.3, 0.1], [5.7, 0.1]], [[5.7, 0.1], [2, 10]]],
  [[[3, 4.5], [0.8, 2.3], [3, 0], [5.2, 2.3], [3, 4.5], [0.4, 7.3], [3, 10], [5.6, 7.3], [3, 4.5]]],
  [[[5.4, 3.2], [3, 5.4], [0.5, 2.8], [3, 0], [5.5, 2.8], [4.6, 7.2], [1.6, 10]]],
];

/** JPEG costs least where an edge lies between two of its 8x8 blocks. */
const GRID = 8;

/** The paper around a picture of this size: margins, the page's number below on the right, the block row. */
export function page(number: number, width: number, height: number): string {
  const margin = Math.round(width / 48 / GRID) * GRID;
  const rowHeight = height * BLOCK_ROW_HEIGHT;
  const bottom = Math.floor((height - rowHeight - height / 13) / GRID) * GRID;
  const outer = box(-2, -2, width + 4, height + 4);
  const inner = roundBox(margin, margin, width - margin, bottom, margin * 0.6);
  const digitHeight = height / 26;
  return `<path d="${outer}${inner}" fill="${PAPER}" fill-rule="evenodd"/>` +
    digits(number, [width - margin, (bottom + height - rowHeight - digitHeight) / 2], digitHeight) +
    blockRow(number, width, height, rowHeight);
}

function roundBox(left: number, top: number, right: number, bottom: number, radius: number): string {
  const corner = (dx: number, dy: number) => `a${radius} ${radius} 0 0 1 ${dx * radius} ${dy * radius}`;
  return `M${left + radius} ${top}H${right - radius}${corner(1, 1)}V${bottom - radius}${corner(-1, 1)}` +
    `H${left + radius}${corner(-1, -1)}V${top + radius}${corner(1, -1)}Z`;
}

/** Three digits that end at `right`. */
function digits(number: number, [right, top]: Point, height: number): string {
  const scale = height / 10;
  const text = String(number).padStart(3, "0");
  return [...text].map((digit, i) => {
    const strokes = DIGITS[Number(digit)]!.map((points) => shape(curve(points), { stroke: INK, width: 1.3 }));
    return placed(strokes.join(""), [right - (text.length - i) * 9 * scale + 3 * scale, top], { scale });
  }).join("");
}

function blockRow(number: number, width: number, height: number, rowHeight: number): string {
  const blockWidth = width / BLOCK_COUNT;
  const dark = blocksOf(number).flatMap((block, i) =>
    block ? [box(i * blockWidth, height - rowHeight, blockWidth, rowHeight)] : []
  );
  return shape(dark.join(""), { fill: INK });
}
