import { InvalidDataError } from "../core/errors.ts";
import { Kept } from "./kept.ts";
import type { HuffmanTable } from "./standard_tables.ts";

/** Bits that one look into `CoefficientCodes.entries` covers. */
const INDEX_BITS = 11;
/** Shifts a window of 32 bits so that the index into `CoefficientCodes.entries` is left. */
export const ENTRY_SHIFT = 32 - INDEX_BITS;
/** Flag of an entry of `CoefficientCodes`: an end of band, its value is the exponent of the run (T.81, G.1.2.2). */
export const END_OF_BAND = 1 << 5;
/**
 * Flag of an entry of `CoefficientCodes`: an end of block follows its value, and is taken with it. Behind the last
 * coefficient of a block or band none is to be taken.
 */
export const ENDS_BLOCK = 1 << 6;
/** How far an end of block advances: from any coefficient to beyond the block. */
const TO_END = 64;

/** Tables whose entries are kept: those of a few films, all but progressive ones have up to four. */
const MAX_KEPT = 16;

/** The code of each symbol; length 0 for a symbol without one. */
export interface HuffmanCodes {
  /** By symbol. */
  readonly codes: Int32Array;
  /** By symbol, in bits. */
  readonly lengths: Uint8Array;
}

/** Codes in their canonical order (T.81, annex C). */
export function huffmanCodes({ counts, symbols }: HuffmanTable): HuffmanCodes {
  const codes = new Int32Array(256);
  const lengths = new Uint8Array(256);
  let code = 0;
  let index = 0;
  for (let length = 1; length <= 16; length++) {
    for (let left = counts[length - 1]!; left > 0; left--) {
      const symbol = symbols[index++]!;
      codes[symbol] = code++;
      lengths[symbol] = length;
    }
    code <<= 1;
  }
  return { codes, lengths };
}

/** Finds the symbol of a code, one comparison for each bit: for building faster tables, and for long codes. */
export class CodeFinder {
  /** For each length the first code, left-aligned in 16 bits, that is longer. */
  readonly #limits = new Int32Array(17);
  /** What to add to a code of a length to have the index of its symbol. */
  readonly #offsets = new Int32Array(17);
  readonly #symbols: Uint8Array;

  constructor({ counts, symbols }: HuffmanTable) {
    this.#symbols = symbols;
    let code = 0;
    let index = 0;
    for (let length = 1; length <= 16; length++) {
      const count = counts[length - 1]!;
      this.#offsets[length] = index - code;
      code += count;
      index += count;
      this.#limits[length] = code << (16 - length);
      code <<= 1;
    }
  }

  /** The code at the top of a window of 32 bits as `symbol << 5 | length`; -1 when the table has no such code. */
  find(window: number): number {
    const bits = window >>> 16;
    for (let length = 1; length <= 16; length++) {
      if (bits < this.#limits[length]!) {
        return this.#symbols[(bits >>> (16 - length)) + this.#offsets[length]!]! << 5 | length;
      }
    }
    return -1;
  }
}

/**
 * What a table is for: DC coefficients, AC coefficients, or AC coefficients in a progressive scan that refines them,
 * where other bits may stand between two symbols.
 */
export type CodeUse = "DC" | "AC" | "refinement";

/**
 * Decodes symbols together with the number that follows them.
 *
 * `entries` is indexed by the next 11 bits and filled when an index is met for the first time. An entry says
 * - bits 0-4: how many bits to take, all included (for an end of band: without the bits of its run)
 * - bit 5: `END_OF_BAND`
 * - bit 6: `ENDS_BLOCK`
 * - bits 8-14: zero coefficients to pass; 64 for an end of block
 * - bits 16-31: the signed value; 0 when there is none
 * and 0 for "ask `read()`".
 */
export class CoefficientCodes {
  readonly entries = new Int32Array(1 << INDEX_BITS);
  /** Length of the code for an end of block, 0 if there is none: what to give back where no block can end so. */
  readonly endOfBlock: number;
  readonly #finder: CodeFinder;

  constructor(table: HuffmanTable, private readonly use: CodeUse) {
    this.#finder = new CodeFinder(table);
    this.endOfBlock = huffmanCodes(table).lengths[0]!;
  }

  /** The entry for the bits at `position`. Throws `InvalidDataError` when they are no code or an impossible one. */
  read(view: DataView<ArrayBuffer>, position: number): number {
    const window = view.getUint32(position >>> 3) << (position & 7);
    const found = this.#finder.find(window);
    if (found < 0) {
      throw new InvalidDataError("Cannot decode the bits of a scan: a code is in no Huffman table", position >>> 3);
    }
    const entry = this.#entry(view, position, found >>> 5, found & 31);
    if ((entry & 31) <= INDEX_BITS) this.entries[window >>> ENTRY_SHIFT] = entry;
    return entry;
  }

  #entry(view: DataView<ArrayBuffer>, position: number, symbol: number, length: number): number {
    const size = this.use === "DC" ? symbol : symbol & 15;
    if (size > 15) {
      throw new InvalidDataError(`Cannot decode the bits of a scan: a DC value has ${size} bits`, position >>> 3);
    }
    const run = this.use === "DC" ? 0 : symbol >>> 4;
    if (size > 0) {
      const taken = length + size;
      const end = this.use === "AC" ? this.#endOfBlock(view, position + taken, INDEX_BITS - taken) : 0;
      const value = readValue(view, position + length, size);
      return taken + end | (end > 0 ? ENDS_BLOCK : 0) | run << 8 | value << 16;
    }
    if (this.use === "DC") return length;
    return run === 15 ? length | 16 << 8 : length | END_OF_BAND | TO_END << 8 | run << 16;
  }

  /** Length of the code at `position` if it is an end of block of at most `limit` bits, else 0. */
  #endOfBlock(view: DataView<ArrayBuffer>, position: number, limit: number): number {
    const found = this.#finder.find(view.getUint32(position >>> 3) << (position & 7));
    return found === this.endOfBlock && found <= limit ? found : 0;
  }
}

const kept = new Kept<CoefficientCodes>(MAX_KEPT);

/** The codes of a table, with the entries that earlier pictures have filled. */
export function coefficientCodes(table: HuffmanTable, use: CodeUse): CoefficientCodes {
  return kept.get(use + tableKey(table), () => new CoefficientCodes(table, use));
}

/** A text that is the same for equal tables and different for others. */
export function tableKey({ counts, symbols }: HuffmanTable): string {
  return String.fromCharCode(...counts, ...symbols);
}

/** The entry of `codes` for the bits at `position`. Throws `InvalidDataError` when there is none. */
export function entryAt(view: DataView<ArrayBuffer>, position: number, codes: CoefficientCodes): number {
  return codes.entries[(view.getUint32(position >>> 3) << (position & 7)) >>> ENTRY_SHIFT] ||
    codes.read(view, position);
}

/** The number of `size` bits at `position`, negative when its first bit is 0 (T.81, F.2.2.1). */
function readValue(view: DataView<ArrayBuffer>, position: number, size: number): number {
  const bits = (view.getUint32(position >>> 3) << (position & 7)) >>> (32 - size);
  return bits < 1 << (size - 1) ? bits - (1 << size) + 1 : bits;
}
