import type { Bytes } from "../core/bytes.ts";
import { BitWriter } from "./bit_writer.ts";
import type { McuGrid, Plane } from "./coefficients.ts";
import { huffmanCodes } from "./huffman.ts";
import { type HuffmanTable, STANDARD_HUFFMAN } from "./standard_tables.ts";

/** Most bytes of one block, stuffing included: 64 symbols of at most 27 bits. */
const MAX_BLOCK_SIZE = 64 * 4 * 2;
/** Largest AC coefficient that the standard tables have a code for (10 bits). */
const MAX_AC = 1023;
/** Largest difference of two DC coefficients that they have a code for (11 bits). */
const MAX_DC_DIFFERENCE = 2047;

const ZERO_RUN = 0xf0;
const END_OF_BLOCK = 0x00;

/** Values from here on, positive or negative, are coded step by step; smaller ones with one look into a table. */
const SMALL_VALUE = 64;

/** Code and length of each symbol in one number: `code << 5 | length`. */
const CODES = {
  dc: STANDARD_HUFFMAN.dc.map(packed),
  ac: STANDARD_HUFFMAN.ac.map(packed),
};
/** The same for a run and the small value after it, extra bits included, at `run * 128 + value + 64`. */
const SMALL_CODES = CODES.ac.map((codes) =>
  Int32Array.from({ length: 16 * 2 * SMALL_VALUE }, (_, at) => withValue(codes, at >> 7, (at & 127) - SMALL_VALUE))
);

/** An interleaved baseline scan. */
export interface EncodedScan {
  readonly data: Bytes;
  /** Coefficients that had to be made smaller because the standard tables do not reach them. */
  readonly clamped: number;
}

/** What to encode. */
export interface EncodeOptions {
  /** Luma, Cb, Cr; a plane smaller than the grid is filled up, and no plane at all is flat. */
  readonly planes: readonly (Plane | undefined)[];
  /** Rows of luma blocks in an MCU: 1 for 4:2:2, 2 for 4:2:0; there are 2 in a row. */
  readonly lumaRows: 1 | 2;
  readonly grid: McuGrid;
  /** MCUs between restart markers; 0 for none. */
  readonly restartInterval: number;
}

/** Codes coefficients as one interleaved baseline scan with the standard Huffman tables (T.81, F.1.2). */
export function encodeScan({ planes, lumaRows, grid, restartInterval }: EncodeOptions): EncodedScan {
  const encoder = new ScanEncoder(grid.wide * grid.high * 40);
  let mcu = 0;
  for (let row = 0; row < grid.high; row++) {
    for (let column = 0; column < grid.wide; column++, mcu++) {
      if (restartInterval > 0 && mcu > 0 && mcu % restartInterval === 0) encoder.restart(mcu / restartInterval - 1);
      for (let y = row * lumaRows; y < (row + 1) * lumaRows; y++) {
        encoder.block(0, planes[0], column * 2, y);
        encoder.block(0, planes[0], column * 2 + 1, y);
      }
      encoder.block(1, planes[1], column, row);
      encoder.block(2, planes[2], column, row);
    }
  }
  return { data: encoder.writer.finish(), clamped: encoder.clamped };
}

class ScanEncoder {
  readonly writer: BitWriter;
  readonly #predictions = new Int32Array(3);
  clamped = 0;

  constructor(size: number) {
    this.writer = new BitWriter(size);
  }

  restart(number: number): void {
    this.writer.restart(number);
    this.#predictions.fill(0);
  }

  /** Writes the block at this place, or one that looks like the last when the plane does not reach there. */
  block(component: number, plane: Plane | undefined, x: number, y: number): void {
    const { writer } = this;
    writer.reserve(MAX_BLOCK_SIZE);
    const kind = component === 0 ? 0 : 1;
    if (plane === undefined || x >= plane.stride || y >= plane.rows) {
      put(writer, CODES.dc[kind]![0]!);
      put(writer, CODES.ac[kind]![END_OF_BLOCK]!);
      return;
    }
    const block = y * plane.stride + x;
    this.#dc(component, plane.coefficients[block * 64]!, CODES.dc[kind]!);
    const next = this.#ac(plane, block, 0, 1, kind);
    if (this.#ac(plane, block, 1, next, kind) < 64) put(writer, CODES.ac[kind]![END_OF_BLOCK]!);
  }

  #dc(component: number, value: number, codes: Int32Array): void {
    let difference = value - this.#predictions[component]!;
    if (difference > MAX_DC_DIFFERENCE || difference < -MAX_DC_DIFFERENCE) {
      difference = difference > 0 ? MAX_DC_DIFFERENCE : -MAX_DC_DIFFERENCE;
      this.clamped++;
    }
    this.#predictions[component]! += difference;
    put(this.writer, withExtra(codes[sizeOf(difference)]!, difference));
  }

  /** Codes one half of a block's AC coefficients; `next` is the first that is not coded yet, before and after. */
  #ac({ coefficients, masks }: Plane, block: number, half: number, next: number, kind: 0 | 1): number {
    const { writer } = this;
    const small = SMALL_CODES[kind]!;
    const base = block * 64;
    let from = next;
    for (let mask = masks[block * 2 + half]!; mask !== 0;) {
      const bit = Math.clz32(mask);
      mask &= ~(-0x80000000 >>> bit);
      const k = half * 32 + bit;
      let run = k - from;
      for (; run > 15; run -= 16) put(writer, CODES.ac[kind]![ZERO_RUN]!);
      const value = coefficients[base + k]!;
      if (value < SMALL_VALUE && value >= -SMALL_VALUE) put(writer, small[run << 7 | value + SMALL_VALUE]!);
      else this.#large(run, value, CODES.ac[kind]!);
      from = k + 1;
    }
    return from;
  }

  #large(run: number, value: number, codes: Int32Array): void {
    let clamped = value;
    if (value > MAX_AC || value < -MAX_AC) {
      clamped = value > 0 ? MAX_AC : -MAX_AC;
      this.clamped++;
    }
    put(this.writer, withValue(codes, run, clamped));
  }
}

/** Code and extra bits of an AC coefficient after a run of zeros. */
function withValue(codes: Int32Array, run: number, value: number): number {
  return withExtra(codes[run << 4 | sizeOf(value)]!, value);
}

/** A packed code with the bits of its number behind it (T.81, F.1.2.1). */
function withExtra(code: number, value: number): number {
  const size = sizeOf(value);
  const extra = value < 0 ? value + (1 << size) - 1 : value;
  return ((code >>> 5) << size | extra) << 5 | (code & 31) + size;
}

/** How many bits a number takes, without its sign. */
function sizeOf(value: number): number {
  return 32 - Math.clz32(value < 0 ? -value : value);
}

function put(writer: BitWriter, code: number): void {
  writer.put(code >>> 5, code & 31);
}

function packed(table: HuffmanTable): Int32Array {
  const { codes, lengths } = huffmanCodes(table);
  return codes.map((code, symbol) => code << 5 | lengths[symbol]!);
}
