import { type Bytes, concatBytes, equalBytes } from "../core/bytes.ts";
import { DHT, DQT } from "../jpeg/markers.ts";
import { readSegment, type Segment } from "../jpeg/segments.ts";
import { RESTART_TYPES } from "../jpeg/rfc2435.ts";
import { writeJpeg } from "../jpeg/write.ts";

/** Segments that are read from one run of bytes. */
const MAX_SEGMENTS = 64;
const FILL = 0xff;

/** Tables by the byte that names them in their segment, each with that byte in front. */
export type Tables = ReadonlyMap<number, Bytes>;

/** The segments in `bytes` from `at` on, up to SOS (`code`) or the end. Throws `InvalidDataError` for a broken one. */
export function segmentsIn(bytes: Bytes, at: number, last: number): Segment[] {
  const segments: Segment[] = [];
  while (segments.length < MAX_SEGMENTS) {
    const segment = readSegment(bytes, at);
    if (segment === undefined) break;
    segments.push(segment);
    at = segment.end;
    if (segment.code === last) break;
  }
  return segments;
}

/** The tables in the DQT or DHT segments among `segments`; undefined if one is cut off. */
export function tablesIn(bytes: Bytes, segments: readonly Segment[], code: number): Tables | undefined {
  const tables = new Map<number, Bytes>();
  for (const { start, end } of segments.filter((segment) => segment.code === code)) {
    for (let at = start; at < end;) {
      const size = code === DQT ? quantizationSize(bytes[at]!) : huffmanSize(bytes.subarray(at, end));
      if (size === undefined || at + size > end) return undefined;
      // A table of 16 bits takes the place of one of 8.
      tables.set(code === DQT ? bytes[at]! & 15 : bytes[at]!, bytes.slice(at, at + size));
      at += size;
    }
  }
  return tables;
}

function quantizationSize(head: number): number {
  return 1 + (head >> 4 ? 128 : 64);
}

/** A head, how many codes there are of each length, and as many symbols (T.81, B.2.4.2). */
function huffmanSize(table: Bytes): number | undefined {
  if (table.length < 17) return undefined;
  return 17 + table.subarray(1, 17).reduce((sum, count) => sum + count, 0);
}

/** The tables of both, those of `over` where both have one. */
export function merged(under: Tables, over: Tables): Tables {
  return new Map([...under, ...over]);
}

/** Whether both have the same tables. */
export function sameTables(a: Tables, b: Tables): boolean {
  return a.size === b.size && [...a].every(([key, table]) => {
    const other = b.get(key);
    return other !== undefined && equalBytes(table, other);
  });
}

/** One segment with all tables. */
export function tableSegment(code: number, tables: Tables): Bytes {
  const parts = [...tables.values()];
  const length = 2 + parts.reduce((sum, part) => sum + part.length, 0);
  return concatBytes([Uint8Array.of(FILL, code, length >> 8, length & 255), ...parts]);
}

/** RFC 2435's two quantization tables (128 bytes). */
export function quantizationOf(tables: Bytes): Tables {
  return new Map([0, 1].map((id) => [id, concatBytes([Uint8Array.of(id), tables.subarray(id * 64, id * 64 + 64)])]));
}

/** The Huffman tables that RFC 2435 takes for granted. */
export const STANDARD_TABLES: Tables = standardTables();

function standardTables(): Tables {
  const scan = new Uint8Array(0);
  const quantization = new Uint8Array(128).fill(1);
  const jpeg = writeJpeg({ type: RESTART_TYPES, width: 8, height: 8, restartInterval: 1, quantization, scan });
  return tablesIn(jpeg, segmentsIn(jpeg, 2, DHT), DHT)!;
}
