import type { Bytes } from "../core/bytes.ts";
import { BitWriter } from "./bit_writer.ts";
import type { CodedPlane } from "./coded_plane.ts";
import type { McuGrid, Plane } from "./coefficients.ts";
import { huffmanCodes } from "./huffman.ts";
import { type HuffmanTable, STANDARD_HUFFMAN } from "./standard_tables.ts";
import { Workspace } from "./workspace.ts";

/** Most bytes of one block, stuffing included: 64 symbols of at most 27 bits. */
const MAX_BLOCK_SIZE = 64 * 4 * 2;
/** Largest AC coefficient that the standard tables have a code for (10 bits). */
const MAX_AC = 1023;
/** Largest difference of two DC coefficients that they have a code for (11 bits). */
const MAX_DC_DIFFERENCE = 2047;

const ZERO_RUN = 0xf0;
const END_OF_BLOCK = 0x00;

/** Bits that are copied at once: what `BitWriter.put()` writes at once. */
const COPIED_BITS = 24;

/** Values from here on, positive or negative, are coded step by step; smaller ones with one look into a table. */
const SMALL_VALUE = 64;

/** What codes the blocks of a component: 0 for luma, 1 for chroma. A code stands as `code << 5 | length`. */
const TABLES = STANDARD_HUFFMAN.dc.map((dcTable, kind) => {
  const [dc, ac] = [packed(dcTable), packed(STANDARD_HUFFMAN.ac[kind]!)];
  return {
    /** Differences with their extra bits, at `difference + MAX_DC_DIFFERENCE`. */
    differences: Int32Array.from({ length: 2 * MAX_DC_DIFFERENCE + 1 }, (_, at) => withDifference(dc, at)),
    /** By symbol. */
    ac,
    /** Small values after a run of zeros, with their extra bits, at `run * 128 + value + 64`. */
    small: Int32Array.from(
      { length: 16 * 2 * SMALL_VALUE },
      (_, at) => withValue(ac, at >> 7, (at & 127) - SMALL_VALUE),
    ),
  };
});

/** An interleaved baseline scan. */
export interface EncodedScan {
  readonly data: Bytes;
  /** Coefficients that had to be made smaller because the standard tables do not reach them. */
  readonly clamped: number;
}

/** What to encode. */
export interface EncodeOptions {
  /** Luma, Cb, Cr; a plane smaller than the grid is filled up, and no plane at all is flat. */
  readonly planes: readonly (Plane | CodedPlane | undefined)[];
  /** Rows of luma blocks in an MCU: 1 for 4:2:2, 2 for 4:2:0; there are 2 in a row. */
  readonly lumaRows: 1 | 2;
  readonly grid: McuGrid;
  /** MCUs between restart markers; 0 for none. */
  readonly restartInterval: number;
}

/** Codes coefficients as one interleaved baseline scan with the standard Huffman tables (T.81, F.1.2). */
export function encodeScan(
  { planes, lumaRows, grid, restartInterval }: EncodeOptions,
  workspace: Workspace = new Workspace(),
): EncodedScan {
  const writer = new BitWriter(grid.wide * grid.high * 40, workspace);
  const [luma, cb, cr] = [0, 1, 2].map((component) => new BlockWriter(writer, planes[component], component));
  let mcu = 0;
  const writeRow = (row: number) => {
    for (let column = 0; column < grid.wide; column++, mcu++) {
      if (restartInterval > 0 && mcu > 0 && mcu % restartInterval === 0) {
        writer.restart();
        for (const component of [luma!, cb!, cr!]) component.restart();
      }
      for (let y = row * lumaRows; y < (row + 1) * lumaRows; y++) {
        luma!.write(column * 2, y);
        luma!.write(column * 2 + 1, y);
      }
      cb!.write(column, row);
      cr!.write(column, row);
    }
  };
  for (let row = 0; row < grid.high; row++) writeRow(row);
  return { data: writer.finish(), clamped: luma!.clamped + cb!.clamped + cr!.clamped };
}

/** Codes coefficients likewise, without restart markers, in MCUs of any sampling factors. */
export function encodeSampled(
  planes: readonly Plane[],
  factors: readonly { readonly horizontal: number; readonly vertical: number }[],
  grid: McuGrid,
): EncodedScan {
  const writer = new BitWriter(grid.wide * grid.high * 40, new Workspace());
  const components = factors.map((factor, index) => ({
    ...factor,
    blocks: new BlockWriter(writer, planes[index], index),
  }));
  for (let mcu = 0; mcu < grid.wide * grid.high; mcu++) {
    const row = Math.floor(mcu / grid.wide);
    const column = mcu % grid.wide;
    for (const { blocks, horizontal, vertical } of components) {
      for (let y = row * vertical; y < (row + 1) * vertical; y++) {
        for (let x = column * horizontal; x < (column + 1) * horizontal; x++) blocks.write(x, y);
      }
    }
  }
  return { data: writer.finish(), clamped: components.reduce((sum, { blocks }) => sum + blocks.clamped, 0) };
}

/** Writes the blocks of one component. */
class BlockWriter {
  /** Coefficients that had to be made smaller. */
  clamped = 0;
  #prediction = 0;
  readonly #plane: Plane | CodedPlane | undefined;
  readonly #differences: Int32Array;
  readonly #ac: Int32Array;
  readonly #small: Int32Array;

  constructor(private readonly writer: BitWriter, plane: Plane | CodedPlane | undefined, component: number) {
    this.#plane = plane;
    const { differences, ac, small } = TABLES[component === 0 ? 0 : 1]!;
    this.#differences = differences;
    this.#ac = ac;
    this.#small = small;
  }

  /** Begins a restart interval. */
  restart(): void {
    this.#prediction = 0;
  }

  /** Writes the block at this place, or one that looks like the last when the plane does not reach there. */
  write(x: number, y: number): void {
    const plane = this.#plane;
    this.writer.reserve(MAX_BLOCK_SIZE);
    if (plane === undefined || x >= plane.stride || y >= plane.rows) {
      this.#dc(this.#prediction);
      this.#put(this.#ac[END_OF_BLOCK]!);
      return;
    }
    const block = y * plane.stride + x;
    if ("bits" in plane) {
      this.#dc(plane.dc[block]!);
      this.#copy(plane, block);
      return;
    }
    this.#dc(plane.coefficients[block * 64]!);
    const next = this.#half(plane, block, 0, 1);
    if (this.#half(plane, block, 1, next) < 64) this.#put(this.#ac[END_OF_BLOCK]!);
  }

  #dc(value: number): void {
    let difference = value - this.#prediction;
    if (difference > MAX_DC_DIFFERENCE || difference < -MAX_DC_DIFFERENCE) {
      difference = difference > 0 ? MAX_DC_DIFFERENCE : -MAX_DC_DIFFERENCE;
      this.clamped++;
    }
    this.#prediction += difference;
    this.#put(this.#differences[difference + MAX_DC_DIFFERENCE]!);
  }

  /** Puts the codes that stand ready. */
  #copy({ bits, starts, lengths }: CodedPlane, block: number): void {
    const { writer } = this;
    let position = starts[block]!;
    let left = lengths[block]!;
    if (left === 0) this.#put(this.#ac[END_OF_BLOCK]!);
    for (; left > COPIED_BITS; left -= COPIED_BITS, position += COPIED_BITS) {
      writer.put((bits.getUint32(position >>> 3) << (position & 7)) >>> (32 - COPIED_BITS), COPIED_BITS);
    }
    if (left > 0) writer.put((bits.getUint32(position >>> 3) << (position & 7)) >>> (32 - left), left);
  }

  /** Codes one half of a block's AC coefficients; `next` is the first that is not coded yet, before and after. */
  #half({ coefficients, masks }: Plane, block: number, half: number, next: number): number {
    const small = this.#small;
    const base = block * 64;
    let from = next;
    for (let mask = masks[block * 2 + half]!; mask !== 0;) {
      const bit = Math.clz32(mask);
      mask &= ~(-0x80000000 >>> bit);
      const k = half * 32 + bit;
      let run = k - from;
      for (; run > 15; run -= 16) this.#put(this.#ac[ZERO_RUN]!);
      const value = coefficients[base + k]!;
      if (value < SMALL_VALUE && value >= -SMALL_VALUE) this.#put(small[run << 7 | value + SMALL_VALUE]!);
      else this.#large(run, value);
      from = k + 1;
    }
    return from;
  }

  #large(run: number, value: number): void {
    let clamped = value;
    if (value > MAX_AC || value < -MAX_AC) {
      clamped = value > 0 ? MAX_AC : -MAX_AC;
      this.clamped++;
    }
    this.#put(withValue(this.#ac, run, clamped));
  }

  #put(code: number): void {
    this.writer.put(code >>> 5, code & 31);
  }
}

/** Code and extra bits of a difference of DC coefficients, by its place in `differences`. */
function withDifference(codes: Int32Array, at: number): number {
  const difference = at - MAX_DC_DIFFERENCE;
  return withExtra(codes[sizeOf(difference)]!, difference);
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

function packed(table: HuffmanTable): Int32Array {
  const { codes, lengths } = huffmanCodes(table);
  return codes.map((code, symbol) => code << 5 | lengths[symbol]!);
}
