/**
 * The row of 16 blocks along the bottom edge of every frame that says which frame it is.
 *
 *     block   0  1  2 | 3 ... 12                  | 13     | 14 15
 *             1  0  1 | frame number, MSB first   | parity |  0  1
 *
 * 1 is ink (dark), 0 is paper (light). The row is as wide as the picture and 1/24 of its height; all blocks are equally
 * wide. The parity makes the count of ones in number and parity odd. Block 1 stands between two dark ones, so a reader
 * can find it, and with it the width of a block, wherever the picture lies.
 */

/** Blocks in the row. */
export const BLOCK_COUNT = 16;
/** Height of the row as a part of the picture's height. */
export const BLOCK_ROW_HEIGHT = 1 / 24;
/** Bits of the frame number; the largest is 1023. */
export const NUMBER_BITS = 10;

const START = [1, 0, 1];
const STOP = [0, 1];

/** The 16 blocks for a frame number, from left to right. */
export function blocksOf(number: number): number[] {
  if (!Number.isInteger(number) || number < 0 || number >= 1 << NUMBER_BITS) {
    throw new RangeError(`Cannot draw frame number ${number}: it does not fit ${NUMBER_BITS} bits`);
  }
  const bits = Array.from({ length: NUMBER_BITS }, (_, i) => (number >> (NUMBER_BITS - 1 - i)) & 1);
  return [...START, ...bits, parityOf(bits), ...STOP];
}

/** The frame number that 16 blocks say, or undefined if they are no row. */
export function numberOf(blocks: readonly number[]): number | undefined {
  const bits = blocks.slice(START.length, START.length + NUMBER_BITS);
  const expected = [...START, ...bits, parityOf(bits), ...STOP];
  if (blocks.length !== BLOCK_COUNT || !blocks.every((block, i) => block === expected[i])) return undefined;
  return bits.reduce((number, bit) => number * 2 + bit, 0);
}

function parityOf(bits: readonly number[]): number {
  return bits.reduce((parity, bit) => parity ^ bit, 1);
}
