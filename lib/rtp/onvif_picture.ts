import { type Bytes, concatBytes } from "../core/bytes.ts";
import { InvalidDataError } from "../core/errors.ts";
import { findJpegEnd } from "../jpeg/boundary.ts";
import { decodeSequential } from "../jpeg/coefficients.ts";
import { DHT, DQT, DRI, EOI, isStartOfFrame, SOF0, SOF2, SOI, SOS } from "../jpeg/markers.ts";
import { parseJpeg } from "../jpeg/parse.ts";
import { decodeProgressive } from "../jpeg/progressive.ts";
import { type Segment, walkEntropy } from "../jpeg/segments.ts";
import type { PictureSize } from "./jpeg_frame.ts";
import { headerFault, type JpegFault, type JpegHeader, SAME_TABLES_Q } from "./jpeg_header.ts";
import type { OnvifPart } from "./onvif_parts.ts";
import {
  merged,
  quantizationOf,
  sameTables,
  segmentsIn,
  STANDARD_TABLES,
  type Tables,
  tableSegment,
  tablesIn,
} from "./onvif_tables.ts";
import type { TableFault } from "./quantization_cache.ts";

/** Bytes of a frame header's data before its components (T.81, B.2.2). */
const FRAME_HEAD = 6;
const FILL = 0xff;

/** A picture put together from header extensions and a scan. */
export interface OnvifPicture {
  /** One whole JPEG. */
  readonly data: Bytes;
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
}

/** Why extensions make no picture; few and fixed, so that drops can be counted by them. */
export type OnvifFault =
  | "header extension unreadable"
  | "size of the picture unknown"
  | "scan broken by a marker"
  | "tables of a lost frame"
  | JpegFault
  | TableFault;

/** One frame whose first packet has the extension. */
export interface OnvifFrame {
  /** Of all packets, in order. */
  readonly parts: readonly OnvifPart[];
  readonly header: JpegHeader;
  /** The quantization tables by RFC 2435, 128 bytes, or why there are none. */
  readonly tables: Bytes | TableFault | undefined;
  /** The picture's size by RFC 2435, if it is known. */
  readonly size: PictureSize | undefined;
  /** The scan without what the extensions hold of it. */
  readonly scan: Bytes;
  /** RTP sequence number of the last packet. */
  readonly last: number;
}

/** What a frame leaves for the next one, which may name only what is different. */
interface Known {
  readonly quantization: Tables;
  readonly huffman: Tables;
  /** The start-of-frame segment, marker and all. */
  readonly frame: Bytes;
  /** RTP sequence number of the packet behind it. */
  readonly next: number;
}

/** What of a picture may come from the frame before. */
type Part = "quantization" | "huffman" | "frame";

/**
 * Puts pictures together by ONVIF's Streaming Specification, "JPEG over RTP": what the extensions name counts, then what
 * RFC 2435 says, and where neither does, what the frame before had.
 */
export class OnvifPictures {
  #known: Known | undefined;
  /** Whether this source has ever changed its quantization: then a frame that was lost may have changed it too. */
  #stepsHaveChanged = false;

  /** Forgets what was before: another source sends. */
  clear(): void {
    this.#known = undefined;
    this.#stepsHaveChanged = false;
  }

  /** The picture of a frame, or why there is none. */
  join(frame: OnvifFrame): OnvifPicture | OnvifFault {
    const { initial, later } = splitParts(frame.parts);
    const named = readSegments(initial);
    if (named === undefined) return "header extension unreadable";
    const tables = this.#tablesOf(frame, initial, named);
    if (typeof tables === "string") return tables;
    const sof = this.#frameOf(frame, initial, named);
    if (typeof sof === "string") return sof;
    const parts = [...componentsOf(sof.bytes)];
    const missing = parts.some(({ quantization }) => !tables.quantization.has(quantization));
    if (missing) return typeof frame.tables === "string" ? frame.tables : "quantization tables never sent";
    const head = concatBytes([
      Uint8Array.of(FILL, SOI),
      tableSegment(DQT, tables.quantization),
      tableSegment(DHT, tables.huffman),
      ...restartOf(frame.header, initial, named),
      sof.bytes,
      scanHeader(initial, named, parts.map(({ id }) => id)),
    ]);
    const ownScan = named.at(-1)?.code === SOS ? initial.subarray(named.at(-1)!.end) : new Uint8Array(0);
    const data = finishJpeg(head, ownScan, later, frame.scan);
    if (typeof data === "string") return data;
    const carried = this.#carriedOverGap(frame, named, sof.isCarried);
    if (!isReadable(data, carried.size > 0)) {
      return carried.size > 0 ? "tables of a lost frame" : "header extension unreadable";
    }
    if (carried.has("quantization") && this.#stepsHaveChanged) return "tables of a lost frame";
    this.#note({ ...tables, frame: sof.bytes, next: (frame.last + 1) & 0xffff });
    return { data, ...sizeOf(sof.bytes) };
  }

  /** Takes note of a frame between others that has no extension. */
  passPlain(tables: Bytes, last: number): void {
    if (this.#known === undefined) return;
    const quantization = quantizationOf(tables);
    this.#note({ ...this.#known, quantization, huffman: STANDARD_TABLES, next: (last + 1) & 0xffff });
  }

  #tablesOf({ header, tables }: OnvifFrame, initial: Bytes, named: readonly Segment[]) {
    const quantization = tablesIn(initial, named, DQT);
    const huffman = tablesIn(initial, named, DHT);
    if (!quantization || !huffman) return "header extension unreadable";
    const before = header.q === SAME_TABLES_Q
      ? this.#known?.quantization
      : tables instanceof Uint8Array
      ? quantizationOf(tables)
      : undefined;
    return {
      quantization: merged(before ?? new Map(), quantization),
      huffman: merged(this.#known?.huffman ?? STANDARD_TABLES, huffman),
    };
  }

  /** The start-of-frame segment: named, the one before where the headers tell no size, or RFC 2435's. */
  #frameOf({ header, size }: OnvifFrame, initial: Bytes, named: readonly Segment[]) {
    const own = named.find(({ code }) => isStartOfFrame(code));
    if (own) {
      const bytes = initial.slice(own.offset, own.end);
      const { width, height } = sizeOf(bytes);
      return width > 0 && height > 0 ? { bytes, isCarried: false } : "size of the picture unknown";
    }
    if (header.width === 0 && header.height === 0 && this.#known) return { bytes: this.#known.frame, isCarried: true };
    if (size === undefined) return "size of the picture unknown";
    const fault = headerFault({ ...header, q: 1 });
    return fault ?? { bytes: standardFrame(header.type, size), isCarried: false };
  }

  /** What comes from the frame before though frames were lost in between, or though this is the first one to come. */
  #carriedOverGap({ parts, header }: OnvifFrame, named: readonly Segment[], frameIsCarried: boolean): Set<Part> {
    const carried = new Set<Part>();
    if (this.#known?.next === parts[0]?.sequence) return carried;
    const has = (code: number) => named.some((segment) => segment.code === code);
    if (header.q === SAME_TABLES_Q && !has(DQT)) carried.add("quantization");
    if (!has(DHT)) carried.add("huffman");
    if (frameIsCarried) carried.add("frame");
    return carried;
  }

  #note(known: Known): void {
    const before = this.#known;
    this.#known = known;
    if (before && !sameTables(before.quantization, known.quantization)) this.#stepsHaveChanged = true;
  }
}

/** The extensions up to the first piece of scan, joined; those behind it stand inside the scan. */
function splitParts(parts: readonly OnvifPart[]): { readonly initial: Bytes; readonly later: readonly OnvifPart[] } {
  const scanBegins = parts.findIndex(({ length }) => length > 0);
  const count = scanBegins < 0 ? parts.length : scanBegins + 1;
  const initial = concatBytes(parts.slice(0, count).map(({ extension }) => extension));
  return { initial, later: parts.slice(count).filter(({ extension }) => extension.length > 0) };
}

/** The segments up to SOS; undefined if one is broken or cut off. */
function readSegments(initial: Bytes): Segment[] | undefined {
  try {
    const segments = segmentsIn(initial, 0, SOS);
    const end = segments.at(-1)?.end ?? 0;
    const isCut = segments.at(-1)?.code !== SOS && hasMarker(initial.subarray(end));
    const isShort = segments.some(({ code, start, end }) => isStartOfFrame(code) && end - start < FRAME_HEAD);
    return isCut || isShort ? undefined : segments;
  } catch (error) {
    if (error instanceof InvalidDataError) return undefined;
    throw error;
  }
}

function hasMarker(bytes: Bytes): boolean {
  return bytes.some((byte, at) =>
    byte === FILL && at + 1 < bytes.length && bytes[at + 1] !== 0 && bytes[at + 1] !== FILL
  );
}

/** The last restart interval that is named, or else the headers'; never that of a frame before. */
function restartOf({ restart }: JpegHeader, initial: Bytes, named: readonly Segment[]): Uint8Array[] {
  const own = named.findLast(({ code }) => code === DRI);
  if (own) return [initial.subarray(own.offset, own.end)];
  return restart ? [Uint8Array.of(FILL, DRI, 0, 4, restart.interval >> 8, restart.interval & 255)] : [];
}

/** SOS as it is named, or with these components and RFC 2435's choice of tables: the first has those of luma. */
function scanHeader(initial: Bytes, named: readonly Segment[], ids: readonly number[]): Uint8Array {
  const own = named.at(-1);
  if (own?.code === SOS) return initial.subarray(own.offset, own.end);
  const components = ids.flatMap((id, index) => [id, index === 0 ? 0 : 0x11]);
  return Uint8Array.of(FILL, SOS, 0, 6 + components.length, ids.length, ...components, 0, 63, 0);
}

/** RFC 2435's start of frame (appendix B). */
function standardFrame(type: number, { width, height }: PictureSize): Bytes {
  const luma = type % 2 === 0 ? 0x21 : 0x22;
  const size = [height >> 8, height & 255, width >> 8, width & 255];
  return Uint8Array.of(FILL, SOF0, 0, 17, 8, ...size, 3, 1, luma, 0, 2, 0x11, 1, 3, 0x11, 1);
}

function* componentsOf(frame: Bytes): Generator<{ readonly id: number; readonly quantization: number }> {
  for (let at = 4 + FRAME_HEAD; at + 3 <= frame.length; at += 3) {
    yield { id: frame[at]!, quantization: frame[at + 2]! };
  }
}

function sizeOf(frame: Bytes): PictureSize {
  return { width: (frame[7]! << 8) | frame[8]!, height: (frame[5]! << 8) | frame[6]! };
}

/** Head and scan, with what extensions hold of the scan in its places, up to the first EOI. */
function finishJpeg(head: Bytes, ownScan: Bytes, later: readonly OnvifPart[], scan: Bytes): Bytes | OnvifFault {
  const end = Uint8Array.of(FILL, EOI);
  if (ownScan.length === 0 && later.length === 0) {
    const whole = withoutEnd(scan);
    return whole === undefined ? "scan broken by a marker" : concatBytes([head, whole, end]);
  }
  const pieces: Bytes[] = [head, ownScan];
  let at = 0;
  for (const { offset = at, extension } of later) {
    const place = Math.max(at, Math.min(offset, scan.length));
    pieces.push(scan.subarray(at, place), extension);
    at = place;
  }
  const data = concatBytes([...pieces, scan.subarray(at), end]);
  try {
    return data.slice(0, findJpegEnd(data, 0));
  } catch (error) {
    if (error instanceof InvalidDataError) return "header extension unreadable";
    throw error;
  }
}

/**
 * Whether what was put together is a JPEG: another sender's segments are not ours to trust. `thoroughly`: whether its
 * scan can be decoded too, which with other Huffman tables or another size than its own it hardly ever can.
 */
function isReadable(data: Bytes, thoroughly: boolean): boolean {
  try {
    const image = parseJpeg(data);
    if (thoroughly && image.process === SOF2) decodeProgressive(image);
    else if (thoroughly) decodeSequential(image);
    return true;
  } catch (error) {
    if (error instanceof InvalidDataError) return false;
    throw error;
  }
}

/** The scan without EOI and what follows it; undefined if another marker breaks it. */
function withoutEnd(bytes: Bytes): Bytes | undefined {
  const { end, strayMarker } = walkEntropy(bytes, 0);
  if (strayMarker !== undefined) return undefined;
  if (end === undefined) return bytes;
  let code = end + 1;
  while (bytes[code] === FILL) code++;
  return bytes[code] === EOI ? bytes.subarray(0, end) : undefined;
}
