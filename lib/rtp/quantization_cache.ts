import type { Bytes } from "../core/bytes.ts";
import { quantizationForQuality } from "../jpeg/standard_tables.ts";
import { EVERY_FRAME_Q, FIRST_TABLE_Q, type JpegHeader } from "./jpeg_header.ts";

/** Bytes of one table with 8-bit entries. */
const TABLE_SIZE = 64;

/** Why a frame has no quantization tables. */
export type TableFault =
  | "quantization tables of 16 bits"
  | "quantization tables of an odd length"
  | "quantization step of 0"
  | "quantization tables never sent";

/** Knows the quantization tables of a stream: for Q 1-99 by rule, for Q 128-254 from the last time they were sent. */
export class QuantizationCache {
  readonly #sent = new Map<number, Bytes>();
  #scaled: { readonly q: number; readonly tables: Bytes } | undefined;

  /** The 128 bytes (luma, chroma) for a frame, from the header of its first packet (RFC 2435 section 4.2). */
  resolve({ q, table }: JpegHeader): Bytes | TableFault {
    if (q < FIRST_TABLE_Q) return this.#scale(q);
    if (table === undefined || table.tables.length === 0) {
      return this.#sent.get(q) ?? "quantization tables never sent";
    }
    if (table.precision !== 0) return "quantization tables of 16 bits";
    const tables = bothTables(table.tables);
    if (tables === undefined) return "quantization tables of an odd length";
    if (tables.includes(0)) return "quantization step of 0";
    if (q !== EVERY_FRAME_Q) this.#sent.set(q, tables);
    return tables;
  }

  /** Forgets what was sent: another source has other tables. */
  clear(): void {
    this.#sent.clear();
  }

  #scale(q: number): Bytes {
    if (this.#scaled?.q !== q) this.#scaled = { q, tables: quantizationForQuality(q) };
    return this.#scaled.tables;
  }
}

/** A copy of the two tables; a single one, as some cameras send, serves for both. */
function bothTables(tables: Bytes): Bytes | undefined {
  if (tables.length === 2 * TABLE_SIZE) return tables.slice();
  if (tables.length !== TABLE_SIZE) return undefined;
  const both = new Uint8Array(2 * TABLE_SIZE);
  both.set(tables);
  both.set(tables, TABLE_SIZE);
  return both;
}
