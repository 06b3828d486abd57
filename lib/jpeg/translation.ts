import { InvalidDataError } from "../core/errors.ts";
import { CodeFinder, type HuffmanCodes, huffmanCodes } from "./huffman.ts";
import { type HuffmanTable, STANDARD_HUFFMAN } from "./standard_tables.ts";

/** Bits of input that one look into a table covers. */
const INDEX_BITS = 12;
/** Shifts a window of 32 bits so that the index is left. */
export const INDEX_SHIFT = 32 - INDEX_BITS;
/** Most bits that one step puts: what `BitWriter.put()` takes. */
const MAX_OUTPUT = 31;
/** Most coefficients that one step covers: what its field holds. */
const MAX_ADVANCE = 63;
/** Pairs of tables whose translation is kept, because a camera uses the same ones in every frame. */
const MAX_KEPT = 8;

/** Flag of a step: "end of block" is its last symbol. */
export const ENDS_BLOCK = 1 << 25;

/** Thrown when the data holds a symbol that the standard tables have no code for. */
export class UnrepresentableError extends Error {
  override readonly name = "UnrepresentableError";

  constructor(symbol: number) {
    super(`Cannot re-code symbol 0x${symbol.toString(16)}: the standard Huffman tables lack it`);
  }
}

/**
 * From the symbols of one DC or AC table to the codes of a standard one, several symbols in one step.
 *
 * Tables are indexed by the next 12 bits and filled when an index is met for the first time. A step says
 * - bits 0-4: how many bits to take up to the last symbol's extra bits
 * - bits 5-9: how many with them
 * - bits 10-13: how many those extra bits are
 * - bits 14-18: how many bits to put
 * - bits 19-24: how many coefficients that covers
 * - bit 25: `ENDS_BLOCK`
 * and `codes` has the bits to put, shifted to leave room for the extra bits. A step of 0 is not known yet.
 */
export class Steps {
  readonly steps = new Int32Array(1 << INDEX_BITS);
  readonly codes = new Int32Array(1 << INDEX_BITS);
  /** The steps for what follows: those of the AC table. */
  readonly next: Steps;
  /** What `find()` found. */
  step = 0;
  /** What `find()` found. */
  code = 0;
  readonly #from: CodeFinder;
  readonly #to: HuffmanCodes;
  readonly #isDc: boolean;

  /** AC steps, or, with those given as `next`, DC steps that go over into them. */
  constructor(from: HuffmanTable, to: HuffmanTable, next?: Steps) {
    this.#from = new CodeFinder(from);
    this.#to = huffmanCodes(to);
    this.#isDc = next !== undefined;
    this.next = next ?? this;
  }

  /**
   * Sets `step` and `code` to those of the single symbol at the top of `window`, read at bit `position`.
   *
   * Throws `InvalidDataError` for a code that is in no table, `UnrepresentableError` for a symbol without a code.
   */
  find(window: number, position: number): void {
    const index = window >>> INDEX_SHIFT;
    if (this.steps[index] === 0) this.#learn(index);
    const symbol = this.#symbol(window);
    if (symbol === undefined) {
      throw new InvalidDataError("Cannot decode JPEG: a code is in no Huffman table", position >>> 3);
    }
    if (symbol.codeLength === 0) throw new UnrepresentableError(symbol.value);
    this.step = packStep(symbol.length, symbol.extra, symbol.codeLength + symbol.extra, symbol.advance, symbol.ends);
    this.code = symbol.code << symbol.extra;
  }

  #symbol(window: number): SymbolCode | undefined {
    const found = this.#from.find(window);
    if (found < 0) return undefined;
    const value = found >>> 5;
    const ends = !this.#isDc && value === 0;
    return {
      value,
      length: found & 31,
      extra: this.#isDc ? value : value & 15,
      advance: this.#isDc ? 1 : ends ? 0 : (value >>> 4) + 1,
      ends,
      code: this.#to.codes[value]!,
      codeLength: this.#to.lengths[value]!,
    };
  }

  /** Fills in the entry for these 12 bits with all symbols that are complete in them, or whose code is. */
  #learn(index: number): void {
    const entry = { prefix: 0, extra: 0, put: 0, advance: 0, ends: false, code: 0 };
    let symbol = this.#symbol(index << INDEX_SHIFT);
    while (symbol !== undefined && fits(entry, symbol)) {
      append(entry, symbol, index);
      const isFull = entry.ends || entry.extra > 0 || entry.prefix >= INDEX_BITS;
      symbol = isFull ? undefined : this.next.#symbol(index << (INDEX_SHIFT + entry.prefix));
    }
    const { prefix, extra, put, advance, ends } = entry;
    this.steps[index] = packStep(prefix, extra, put, advance, ends);
    this.codes[index] = entry.code;
  }
}

/** An entry of the tables of `Steps` while it is put together. */
interface Entry {
  prefix: number;
  extra: number;
  put: number;
  advance: number;
  ends: boolean;
  code: number;
}

function fits(entry: Entry, symbol: SymbolCode): boolean {
  return symbol.codeLength > 0 && entry.prefix + symbol.length <= INDEX_BITS &&
    entry.put + symbol.codeLength + symbol.extra <= MAX_OUTPUT && entry.advance + symbol.advance <= MAX_ADVANCE;
}

/** Adds a symbol; when the bits that follow its code are in the index too, they become part of the entry's code. */
function append(entry: Entry, symbol: SymbolCode, index: number): void {
  entry.code = ((entry.code << symbol.codeLength) | symbol.code) << symbol.extra;
  entry.put += symbol.codeLength + symbol.extra;
  entry.advance += symbol.advance;
  entry.ends = symbol.ends;
  entry.prefix += symbol.length;
  entry.extra = symbol.extra;
  if (entry.prefix + symbol.extra <= INDEX_BITS) {
    entry.code |= ((index << (INDEX_SHIFT + entry.prefix)) >>> 1) >>> (31 - symbol.extra);
    entry.prefix += symbol.extra;
    entry.extra = 0;
  }
}

/** A symbol of the old table and its code in the new one. */
interface SymbolCode {
  readonly value: number;
  /** Bits of its old code. */
  readonly length: number;
  /** Bits of the number that follows the code. */
  readonly extra: number;
  /** Coefficients it covers. */
  readonly advance: number;
  readonly ends: boolean;
  readonly code: number;
  /** Bits of its new code; 0 when there is none. */
  readonly codeLength: number;
}

function packStep(prefix: number, extra: number, put: number, advance: number, ends: boolean): number {
  return prefix | (prefix + extra) << 5 | extra << 10 | put << 14 | advance << 19 | (ends ? ENDS_BLOCK : 0);
}

const kept = new Map<string, Steps>();

/** The steps from a pair of tables to the standard pair (0: luminance, 1: chrominance); they begin with DC. */
export function stepsToStandard(dc: HuffmanTable, ac: HuffmanTable, standard: 0 | 1): Steps {
  const key = String.fromCharCode(standard, ...dc.counts, ...dc.symbols, ...ac.counts, ...ac.symbols);
  let steps = kept.get(key);
  if (steps === undefined) {
    steps = new Steps(dc, STANDARD_HUFFMAN.dc[standard], new Steps(ac, STANDARD_HUFFMAN.ac[standard]));
    if (kept.size >= MAX_KEPT) kept.delete(kept.keys().next().value!);
  } else {
    kept.delete(key);
  }
  kept.set(key, steps);
  return steps;
}
