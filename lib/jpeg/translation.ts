import { InvalidDataError } from "../core/errors.ts";
import { CodeFinder, huffmanCodes, tableKey } from "./huffman.ts";
import { Kept } from "./kept.ts";
import { type HuffmanTable, STANDARD_HUFFMAN } from "./standard_tables.ts";

/** Bits of input that one look into a table covers: more cost more to learn than they save in a small picture. */
const INDEX_BITS = 9;
/** Shifts a window of 32 bits so that the index is left. */
export const INDEX_SHIFT = 32 - INDEX_BITS;
const INDEX_MASK = (1 << INDEX_BITS) - 1;
/** Most bits that one step of several symbols puts: what `BitWriter.put()` writes at once. */
const MAX_OUTPUT = 24;
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

/** The symbols of a standard table, as parts of a step. */
class Target {
  /** By symbol: bits 10 and up of its step, as in `Steps`; 0 for a symbol that has no code. */
  readonly tails = new Int32Array(256);
  /** By symbol: its code, shifted to leave room for its extra bits. */
  readonly codes = new Int32Array(256);

  constructor(table: HuffmanTable, isDc: boolean) {
    const { codes, lengths } = huffmanCodes(table);
    for (const symbol of table.symbols) {
      const extra = isDc ? symbol : symbol & 15;
      const ends = !isDc && symbol === 0;
      const advance = isDc ? 1 : ends ? 0 : (symbol >>> 4) + 1;
      this.tails[symbol] = extra << 10 | (lengths[symbol]! + extra) << 14 | advance << 19 | (ends ? ENDS_BLOCK : 0);
      this.codes[symbol] = codes[symbol]! << extra;
    }
  }
}

const TARGETS = {
  dc: STANDARD_HUFFMAN.dc.map((table) => new Target(table, true)),
  ac: STANDARD_HUFFMAN.ac.map((table) => new Target(table, false)),
};

/**
 * From the symbols of one DC or AC table to the codes of a standard one, several symbols in one step.
 *
 * Tables are indexed by the next bits and filled when an index is met for the first time. A step says
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
  readonly #finder: CodeFinder;
  /** By index: `symbol << 5 | length` of the code it begins with; 0 when that is longer. */
  readonly symbols: Int32Array;

  /** AC steps, or, with those given as `next`, DC steps that go over into them. */
  constructor(from: HuffmanTable, private readonly target: Target, next?: Steps) {
    this.#finder = new CodeFinder(from);
    this.symbols = shortCodes(from);
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
    const found = this.symbols[index]! || this.#finder.find(window);
    if (found < 0) {
      throw new InvalidDataError("Cannot decode the bits of a scan: a code is in no Huffman table", position >>> 3);
    }
    const symbol = found >>> 5;
    const tail = this.target.tails[symbol]!;
    if (tail === 0) throw new UnrepresentableError(symbol);
    const length = found & 31;
    this.step = length | length + (tail >>> 10 & 15) << 5 | tail;
    this.code = this.target.codes[symbol]!;
  }

  /** Fills in the entry for an index with all symbols that are complete in it, or whose code is. */
  #learn(index: number): void {
    let symbols = this.symbols;
    let { tails, codes } = this.target;
    let taken = 0;
    let open = 0;
    let put = 0;
    let advance = 0;
    let code = 0;
    let ends = 0;
    while (taken < INDEX_BITS && open === 0 && ends === 0) {
      const rest = index << taken & INDEX_MASK;
      const found = symbols[rest]!;
      const length = found & 31;
      const tail = tails[found >>> 5]!;
      put += tail >>> 14 & 31;
      advance += tail >>> 19 & 63;
      if (found === 0 || tail === 0 || taken + length > INDEX_BITS || put > MAX_OUTPUT || advance > MAX_ADVANCE) {
        put -= tail >>> 14 & 31;
        advance -= tail >>> 19 & 63;
        break;
      }
      const extra = tail >>> 10 & 15;
      code = code << (tail >>> 14 & 31) | codes[found >>> 5]!;
      ends = tail & ENDS_BLOCK;
      taken += length;
      if (taken + extra > INDEX_BITS) {
        open = extra;
      } else {
        code |= (rest << length & INDEX_MASK) >>> (INDEX_BITS - extra);
        taken += extra;
      }
      symbols = this.next.symbols;
      ({ tails, codes } = this.next.target);
    }
    this.steps[index] = taken | taken + open << 5 | open << 10 | put << 14 | advance << 19 | ends;
    this.codes[index] = code;
  }
}

/** For each index that begins with a code short enough `symbol << 5 | length`, else 0. */
function shortCodes({ counts, symbols }: HuffmanTable): Int32Array {
  const found = new Int32Array(1 << INDEX_BITS);
  let at = 0;
  let next = 0;
  for (let length = 1; length <= INDEX_BITS; length++) {
    const span = 1 << (INDEX_BITS - length);
    for (let left = counts[length - 1]!; left > 0; left--, at += span) {
      found.fill(symbols[next++]! << 5 | length, at, at + span);
    }
  }
  return found;
}

const kept = new Kept<Steps>(MAX_KEPT);

/** The steps from a pair of tables to the standard pair (0: luminance, 1: chrominance); they begin with DC. */
export function stepsToStandard(dc: HuffmanTable, ac: HuffmanTable, standard: 0 | 1): Steps {
  return kept.get(
    standard + tableKey(dc) + tableKey(ac),
    () => new Steps(dc, TARGETS.dc[standard]!, new Steps(ac, TARGETS.ac[standard]!)),
  );
}
