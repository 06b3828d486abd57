import type { Bytes } from "../core/bytes.ts";

/** How often each code length from 1 to 16 is used (16 numbers), and the symbols in order of their codes. */
export interface HuffmanTable {
  /** 16 numbers: how many codes have 1, 2 ... 16 bits. */
  readonly counts: Uint8Array;
  /** Symbols in order of their codes. */
  readonly symbols: Uint8Array;
}

/** Zig-zag position to natural (row by row) position in an 8x8 block (T.81, figure A.6). */
export const ZIGZAG: Uint8Array = Uint8Array.of(
  ...[0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21],
  ...[28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61],
  ...[54, 47, 55, 62, 63],
);

/** Zig-zag position of each natural one. */
export const ZIGZAG_OF: Uint8Array = Uint8Array.from({ length: 64 }, (_, natural) => ZIGZAG.indexOf(natural));

/** Quantization of luminance, T.81 table K.1, in zig-zag order. */
export const ANNEX_K_LUMINANCE: Bytes = Uint8Array.of(
  ...[16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58, 51],
  ...[61, 60, 57, 51, 56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87, 95, 98, 103, 104, 103, 62, 77],
  ...[113, 121, 112, 100, 120, 92, 101, 103, 99],
);

/** Quantization of chrominance, T.81 table K.2, in zig-zag order. */
export const ANNEX_K_CHROMINANCE: Bytes = Uint8Array.of(
  ...[17, 18, 18, 24, 21, 24, 47, 26, 26, 47, 99, 66, 56, 66],
  ...new Array<number>(50).fill(99),
);

/** The Huffman tables of T.81 K.3 to K.6, luminance first: the ones RFC 2435 implies and AVI files leave out. */
export const STANDARD_HUFFMAN: {
  readonly dc: readonly [HuffmanTable, HuffmanTable];
  readonly ac: readonly [HuffmanTable, HuffmanTable];
} = {
  dc: [
    table("00010501010101010100000000000000", "000102030405060708090a0b"),
    table("00030101010101010101010000000000", "000102030405060708090a0b"),
  ],
  ac: [
    table(
      "0002010303020403050504040000017d",
      "0102030004110512213141061351610722711432819" +
        "1a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a43444546" +
        "4748494a535455565758595a636465666768696a737475767778797a838485868788898a92939495" +
        "969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9" +
        "dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa",
    ),
    table(
      "00020102040403040705040400010277",
      "0001020311040521310612415107617113223281" +
        "08144291a1b1c109233352f0156272d10a162434e125f11718191a262728292a35363738393a4344" +
        "45464748494a535455565758595a636465666768696a737475767778797a82838485868788898a92" +
        "939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6" +
        "d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9fa",
    ),
  ],
};

/** Whether both tables give the same codes to the same symbols. */
export function equalHuffman(a: HuffmanTable, b: HuffmanTable): boolean {
  return a === b || (sameNumbers(a.counts, b.counts) && sameNumbers(a.symbols, b.symbols));
}

/**
 * Both quantization tables for a Q of 1 to 99 (RFC 2435, section 4.2): 64 numbers for luminance, then 64 for
 * chrominance, in zig-zag order. Throws `RangeError` for another Q.
 */
export function quantizationForQuality(quality: number): Bytes {
  if (!Number.isInteger(quality) || quality < 1 || quality > 99) {
    throw new RangeError(`Cannot scale quantization tables: Q is ${quality}, not 1 to 99`);
  }
  const factor = quality < 50 ? Math.floor(5000 / quality) : 200 - quality * 2;
  return Uint8Array.from(
    [...ANNEX_K_LUMINANCE, ...ANNEX_K_CHROMINANCE],
    (value) => Math.min(255, Math.max(1, Math.floor((value * factor + 50) / 100))),
  );
}

function table(counts: string, symbols: string): HuffmanTable {
  return { counts: hex(counts), symbols: hex(symbols) };
}

function hex(digits: string): Uint8Array {
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) => parseInt(digits.slice(i * 2, i * 2 + 2), 16));
}

function sameNumbers(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
