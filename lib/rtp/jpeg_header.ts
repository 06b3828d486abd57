import { ByteReader, type Bytes } from "../core/bytes.ts";
import { MAX_RTP_JPEG_SIZE, RESTART_TYPES } from "../jpeg/rfc2435.ts";

/** Bytes of the main header (RFC 2435 section 3.1). */
export const JPEG_HEADER_SIZE = 8;
/** Bytes of the restart header (RFC 2435 section 3.1.7). */
export const RESTART_HEADER_SIZE = 4;
/** Bytes of the quantization table header before the tables (RFC 2435 section 3.1.8). */
export const TABLE_HEADER_SIZE = 4;

/** From this Q on the tables travel with the stream; below 100 they follow from Q (RFC 2435 section 4.2). */
export const FIRST_TABLE_Q = 128;
/** The Q whose tables are in every frame. */
export const EVERY_FRAME_Q = 255;
const LAST_SCALED_Q = 99;
/** The Q with which ONVIF's header extension says: the tables are those of the frame before. */
export const SAME_TABLES_Q = 0;
/**
 * First of the types that something outside of RFC 2435 gives a meaning (section 3.1.3); the one under which a picture
 * goes out that only ONVIF's header extension can describe.
 */
export const DYNAMIC_TYPE = 128;

/** The restart count that says: the packet is not aligned to restart intervals. */
export const UNALIGNED_RESTART_COUNT = 0x3fff;
const FIRST_FLAG = 0x8000;
const LAST_FLAG = 0x4000;

/** The restart header, present in every packet of types 64 to 127. */
export interface RestartHeader {
  /** MCUs between two restart markers; never 0. */
  readonly interval: number;
  /** F: the packet begins with the first, L: ends with the last byte of a run of whole intervals. */
  readonly first: boolean;
  readonly last: boolean;
  /** Position of the packet's first interval in the frame, 14 bits. */
  readonly count: number;
}

/** The quantization table header, present with Q 128 to 255 in the packet at offset 0. */
export interface TableHeader {
  /** Bit n: table n has 16-bit entries. */
  readonly precision: number;
  /** The tables one after the other in zig-zag order; empty to go on with those sent earlier. */
  readonly tables: Bytes;
}

/** The headers in front of a piece of scan (RFC 2435 section 3). */
export interface JpegHeader {
  /** How to display: 0 for progressively scanned video, the only meaning that types 0 and 1 share with everyone. */
  readonly typeSpecific: number;
  /** Where the piece lies in the scan, 24 bits. */
  readonly fragmentOffset: number;
  /** 0: 4:2:2, 1: 4:2:0; 64 and 65: the same with restart markers. Others only beside ONVIF's header extension. */
  readonly type: number;
  /** How to get the quantization tables; 0 only beside ONVIF's header extension. */
  readonly q: number;
  /** Pixels, a multiple of 8 up to 2040; 0 when it is said elsewhere. */
  readonly width: number;
  readonly height: number;
  readonly restart?: RestartHeader;
  readonly table?: TableHeader;
}

/** An RTP payload taken apart. */
export interface JpegPayload {
  readonly header: JpegHeader;
  /** The piece of scan, a view. */
  readonly data: Bytes;
}

/** Why a payload cannot be used; few and fixed, so that drops can be counted by them. */
export type JpegFault =
  | "shorter than its JPEG headers"
  | "JPEG type not supported"
  | "reserved Q"
  | "restart interval of 0";

/**
 * Reads the headers of a payload, or says what is wrong with them. The contents of the table header are for the caller
 * to judge, who knows what was sent earlier. `extended`: ONVIF's header extension may say what type and Q do not.
 *
 *      0                   1                   2                   3
 *     | Type-specific |              Fragment Offset                  |
 *     |      Type     |       Q       |     Width     |     Height    |
 *     |       Restart Interval        |F|L|       Restart Count       |   types 64 to 127
 *     |      MBZ      |   Precision   |             Length            |   Q from 128, offset 0
 */
export function readJpegPayload(bytes: Bytes, extended = false): JpegPayload | JpegFault {
  if (bytes.length < JPEG_HEADER_SIZE) return "shorter than its JPEG headers";
  const reader = new ByteReader(bytes, "RTP/JPEG payload");
  const typeSpecific = reader.u8();
  const fragmentOffset = reader.u24();
  const type = reader.u8();
  const q = reader.u8();
  const width = reader.u8() * 8;
  const height = reader.u8() * 8;
  const fault = extended ? isReservedQ(q) && q !== SAME_TABLES_Q ? "reserved Q" : undefined : headerFault({ type, q });
  if (fault !== undefined) return fault;

  let restart: RestartHeader | undefined;
  if (hasRestartHeader(type)) {
    if (reader.remaining < RESTART_HEADER_SIZE) return "shorter than its JPEG headers";
    restart = readRestartHeader(reader);
    if (restart.interval === 0) return "restart interval of 0";
  }
  let table: TableHeader | undefined;
  if (q >= FIRST_TABLE_Q && fragmentOffset === 0) {
    table = readTableHeader(reader);
    if (table === undefined) return "shorter than its JPEG headers";
  }
  const header = { typeSpecific, fragmentOffset, type, q, width, height, ...(restart && { restart }) };
  return { header: table ? { ...header, table } : header, data: reader.rest() };
}

/** Why RFC 2435 gives these fields no meaning; undefined if it does. */
export function headerFault({ type, q }: Pick<JpegHeader, "type" | "q">): JpegFault | undefined {
  if (!isSupportedType(type)) return "JPEG type not supported";
  return isReservedQ(q) ? "reserved Q" : undefined;
}

function isReservedQ(q: number): boolean {
  return q === SAME_TABLES_Q || (q > LAST_SCALED_Q && q < FIRST_TABLE_Q);
}

/** Whether packets of this type have a restart header (RFC 2435 section 3.1.7). */
export function hasRestartHeader(type: number): boolean {
  return type >= RESTART_TYPES && type < DYNAMIC_TYPE;
}

/** Whether RFC 2435 gives the type a meaning; 2 to 63 and their restart forms were never defined. */
function isSupportedType(type: number): boolean {
  return type < 2 * RESTART_TYPES && (type & ~RESTART_TYPES) <= 1;
}

function readRestartHeader(reader: ByteReader): RestartHeader {
  const interval = reader.u16();
  const flags = reader.u16();
  return {
    interval,
    first: (flags & FIRST_FLAG) !== 0,
    last: (flags & LAST_FLAG) !== 0,
    count: flags & UNALIGNED_RESTART_COUNT,
  };
}

function readTableHeader(reader: ByteReader): TableHeader | undefined {
  if (reader.remaining < TABLE_HEADER_SIZE) return undefined;
  reader.skip(1);
  const precision = reader.u8();
  const length = reader.u16();
  return length > reader.remaining ? undefined : { precision, tables: reader.take(length) };
}

/** How many bytes `writeJpegHeader()` writes. */
export function jpegHeaderSize(header: Pick<JpegHeader, "restart" | "table">): number {
  return JPEG_HEADER_SIZE + (header.restart ? RESTART_HEADER_SIZE : 0) +
    (header.table ? TABLE_HEADER_SIZE + header.table.tables.length : 0);
}

/**
 * Writes the headers at `offset` of `target` and returns how many bytes they take; the caller has made the room.
 *
 * Width and height are rounded up to whole blocks of 8; when one of them is over 2040 both are written as 0, because the
 * size must be said elsewhere then.
 */
export function writeJpegHeader(target: Uint8Array, offset: number, header: JpegHeader): number {
  const { fragmentOffset, restart, table } = header;
  const fits = header.width <= MAX_RTP_JPEG_SIZE && header.height <= MAX_RTP_JPEG_SIZE;
  let at = offset;
  target[at++] = header.typeSpecific;
  target[at++] = fragmentOffset >>> 16;
  target[at++] = fragmentOffset >>> 8;
  target[at++] = fragmentOffset;
  target[at++] = header.type;
  target[at++] = header.q;
  target[at++] = fits ? Math.ceil(header.width / 8) : 0;
  target[at++] = fits ? Math.ceil(header.height / 8) : 0;
  if (restart) {
    const flags = (restart.first ? FIRST_FLAG : 0) | (restart.last ? LAST_FLAG : 0) | restart.count;
    at = writeUint16(target, at, restart.interval);
    at = writeUint16(target, at, flags);
  }
  if (table) {
    target[at++] = 0;
    target[at++] = table.precision;
    at = writeUint16(target, at, table.tables.length);
    target.set(table.tables, at);
    at += table.tables.length;
  }
  return at - offset;
}

function writeUint16(target: Uint8Array, at: number, value: number): number {
  target[at] = value >>> 8;
  target[at + 1] = value;
  return at + 2;
}
