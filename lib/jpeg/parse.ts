import { ByteReader, type Bytes } from "../core/bytes.ts";
import { InvalidDataError } from "../core/errors.ts";
import { APP0, APP14, DHP, DHT, DNL, DQT, DRI, EOI, EXP, isStartOfFrame, markerName, SOI, SOS } from "./markers.ts";
import { readSegment, type Segment, walkEntropy } from "./segments.ts";
import { type HuffmanTable, STANDARD_HUFFMAN } from "./standard_tables.ts";

export type { HuffmanTable } from "./standard_tables.ts";

/** Most scans that are read from one JPEG: a progressive one needs about ten, an attacker sends thousands. */
export const MAX_SCANS = 256;
/** Components of the largest colour model, CMYK. */
const MAX_COMPONENTS = 4;

/** One colour plane, from the frame header (T.81, B.2.2). */
export interface JpegComponent {
  /** The identifier by which scans name it. */
  readonly id: number;
  /** Sampling factor, 1 to 4. */
  readonly horizontal: number;
  /** Sampling factor, 1 to 4. */
  readonly vertical: number;
  /** Selector of the quantization table, 0 to 3. */
  readonly quantization: number;
}

/** 64 quantization steps in zig-zag order, each of 8 or 16 bits in the file. */
export interface QuantizationTable {
  /** Bits of each step as written in the file. */
  readonly bits: 8 | 16;
  /** 64 steps in zig-zag order. */
  readonly values: Uint16Array;
}

/** Which Huffman tables (selectors 0 to 3) a component uses in a scan. */
export interface ScanComponent {
  /** Index into `JpegImage.components`. */
  readonly component: number;
  /** Selector of its DC table. */
  readonly dc: number;
  /** Selector of its AC table. */
  readonly ac: number;
}

/** One scan: its header (T.81, B.2.3), the tables in force at it, and its entropy-coded data. */
export interface JpegScan {
  /** The components it holds, in the order of their blocks. */
  readonly components: readonly ScanComponent[];
  /** First coefficient in zig-zag order: 0 but in progressive scans. */
  readonly spectralStart: number;
  /** Last coefficient in zig-zag order: 63 but in progressive scans. */
  readonly spectralEnd: number;
  /** Bits below which earlier scans have sent the coefficients; 0 in a first scan. */
  readonly approximationHigh: number;
  /** Bits below which this scan leaves the coefficients. */
  readonly approximationLow: number;
  /** Entropy-coded bytes with stuffed zeros and restart markers, a view into the JPEG. */
  readonly data: Bytes;
  /** Where `data` begins in the JPEG. */
  readonly offset: number;
  /** MCUs between two restart markers; 0 when there are none. */
  readonly restartInterval: number;
  /** How many restart markers stand in `data`. */
  readonly restartMarkers: number;
  /** Whether they count RST0, RST1 ... RST7, RST0 ... */
  readonly restartsInOrder: boolean;
  /** Where in the JPEG a marker stands that cannot be inside a scan: the data is damaged. */
  readonly strayMarker: number | undefined;
  /** DC tables by selector. */
  readonly dcTables: readonly (HuffmanTable | undefined)[];
  /** AC tables by selector. */
  readonly acTables: readonly (HuffmanTable | undefined)[];
}

/** What the components mean, by the rules that libjpeg goes by. */
export type ColorModel = "grey" | "YCbCr" | "RGB" | "CMYK" | "unknown";

/** All that the marker segments of one JPEG say. */
export interface JpegImage {
  /** The whole JPEG. */
  readonly bytes: Bytes;
  /** The start-of-frame marker's code: 0xC0 baseline, 0xC2 progressive ... */
  readonly process: number;
  /** Bits a sample. */
  readonly precision: number;
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
  /** Colour planes in the order of the frame header. */
  readonly components: readonly JpegComponent[];
  /** What the planes mean. */
  readonly colorModel: ColorModel;
  /** By selector. */
  readonly quantization: readonly (QuantizationTable | undefined)[];
  /** Scans in file order; at least one. */
  readonly scans: readonly JpegScan[];
  /** False for JPEGs out of AVI files: the standard tables are meant. */
  readonly hasHuffmanTables: boolean;
  /** Whether the EOI marker is there. */
  readonly hasEnd: boolean;
}

/**
 * Reads the marker segments of a JPEG; the entropy-coded data is only walked over.
 *
 * Bytes after EOI are ignored, a missing EOI is accepted, and missing Huffman tables are taken for the standard ones.
 * Throws `InvalidDataError` with the offset where the bytes make no sense.
 */
export function parseJpeg(bytes: Bytes): JpegImage {
  if (bytes[0] !== 0xff || bytes[1] !== SOI) {
    throw new InvalidDataError("Cannot read JPEG: it does not begin with SOI", 0);
  }
  return new JpegParser(bytes).parse();
}

interface FrameHeader {
  readonly process: number;
  readonly precision: number;
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
  /** Colour planes in the order of the frame header. */
  readonly components: readonly JpegComponent[];
}

class JpegParser {
  #frame: FrameHeader | undefined;
  readonly #quantization: (QuantizationTable | undefined)[] = [undefined, undefined, undefined, undefined];
  #dcTables: (HuffmanTable | undefined)[] = [...STANDARD_HUFFMAN.dc, undefined, undefined];
  #acTables: (HuffmanTable | undefined)[] = [...STANDARD_HUFFMAN.ac, undefined, undefined];
  #hasHuffmanTables = false;
  #hasJfif = false;
  #adobeTransform: number | undefined;
  #restartInterval = 0;
  readonly #scans: JpegScan[] = [];

  constructor(private readonly bytes: Bytes) {}

  parse(): JpegImage {
    let at = 2;
    let hasEnd = false;
    while (!hasEnd) {
      const segment = readSegment(this.bytes, at);
      if (segment === undefined || segment.code === SOI) break;
      hasEnd = segment.code === EOI;
      at = segment.code === SOS ? this.#scan(segment) : segment.end;
      if (segment.end > segment.start && segment.code !== SOS) this.#segment(segment);
    }
    const frame = this.#frame;
    if (frame === undefined || this.#scans.length === 0) {
      const missing = frame === undefined ? "no frame header (SOF)" : "no scan (SOS)";
      throw new InvalidDataError(`Cannot read JPEG: there is ${missing}`, at);
    }
    return {
      bytes: this.bytes,
      ...frame,
      colorModel: colorModel(frame.components, this.#hasJfif, this.#adobeTransform),
      quantization: this.#quantization,
      scans: this.#scans,
      hasHuffmanTables: this.#hasHuffmanTables,
      hasEnd,
    };
  }

  #segment(segment: Segment): void {
    const { code } = segment;
    if (code === DQT) this.#quantizationTables(segment);
    else if (code === DHT) this.#huffmanTables(segment);
    else if (code === DRI) this.#restartInterval = this.#reader(segment).u16();
    else if (code === APP0) this.#hasJfif ||= this.#startsWith(segment, "JFIF\0");
    else if (code === APP14) this.#adobe(segment);
    else if (isStartOfFrame(code)) this.#frameHeader(segment);
    else if (code === DHP || code === EXP || (code === DNL && this.#frame?.height === 0)) {
      throw new InvalidDataError(`Cannot read JPEG: ${markerName(code)} is not supported`, segment.offset);
    }
  }

  #reader(segment: Segment): ByteReader {
    const reader = new ByteReader(this.bytes.subarray(0, segment.end), markerName(segment.code));
    reader.skip(segment.start);
    return reader;
  }

  #startsWith({ start, end }: Segment, text: string): boolean {
    if (end - start < text.length) return false;
    for (let i = 0; i < text.length; i++) if (this.bytes[start + i] !== text.charCodeAt(i)) return false;
    return true;
  }

  #adobe(segment: Segment): void {
    if (this.#startsWith(segment, "Adobe") && segment.end - segment.start >= 12) {
      this.#adobeTransform = this.bytes[segment.start + 11];
    }
  }

  #quantizationTables(segment: Segment): void {
    const reader = this.#reader(segment);
    while (reader.remaining > 0) {
      const at = reader.position;
      const head = reader.u8();
      const bits = head >> 4 === 0 ? 8 : 16;
      if (head >> 4 > 1 || (head & 15) > 3) throw invalid(`DQT names precision and table 0x${head.toString(16)}`, at);
      const values = Uint16Array.from({ length: 64 }, () => bits === 8 ? reader.u8() : reader.u16());
      if (values.includes(0)) throw invalid("a quantization step is 0", at);
      const before = this.#quantization[head & 15];
      if (this.#scans.length > 0 && before !== undefined && before.values.some((value, i) => value !== values[i])) {
        throw invalid("a quantization table changes between scans", at);
      }
      this.#quantization[head & 15] = { bits, values };
    }
  }

  #huffmanTables(segment: Segment): void {
    const reader = this.#reader(segment);
    this.#dcTables = [...this.#dcTables];
    this.#acTables = [...this.#acTables];
    this.#hasHuffmanTables = true;
    while (reader.remaining > 0) {
      const at = reader.position;
      const head = reader.u8();
      if (head >> 4 > 1 || (head & 15) > 3) throw invalid(`DHT names class and table 0x${head.toString(16)}`, at);
      const counts = reader.take(16);
      const symbols = reader.take(checkCodeLengths(counts, at));
      (head >> 4 === 0 ? this.#dcTables : this.#acTables)[head & 15] = { counts, symbols };
    }
  }

  #frameHeader(segment: Segment): void {
    if (this.#frame !== undefined) throw invalid("there are two frame headers", segment.offset);
    const reader = this.#reader(segment);
    const precision = reader.u8();
    const height = reader.u16();
    const width = reader.u16();
    const count = reader.u8();
    if (width === 0) throw invalid("its width is 0", segment.offset);
    if (height === 0) throw invalid("its height is 0 (given later by DNL, which is not supported)", segment.offset);
    if (count < 1 || count > MAX_COMPONENTS) throw invalid(`it has ${count} components`, segment.offset);
    const components = Array.from({ length: count }, () => readComponent(reader));
    if (new Set(components.map(({ id }) => id)).size < count) {
      throw invalid("two components have the same id", segment.offset);
    }
    this.#frame = { process: segment.code, precision, width, height, components };
  }

  /** Reads the scan header and walks over the data; returns where the next marker stands. */
  #scan(segment: Segment): number {
    const frame = this.#frame;
    if (frame === undefined) throw invalid("a scan (SOS) comes before the frame header (SOF)", segment.offset);
    if (this.#scans.length >= MAX_SCANS) throw invalid(`it has more than ${MAX_SCANS} scans`, segment.offset);
    const reader = this.#reader(segment);
    const count = reader.u8();
    if (count < 1 || count > frame.components.length) throw invalid(`SOS names ${count} components`, segment.offset);
    const components = Array.from({ length: count }, () => readScanComponent(reader, frame.components));
    if (components.some((part, i) => i > 0 && part.component <= components[i - 1]!.component)) {
      throw invalid("SOS names components out of order", segment.offset);
    }
    const spectralStart = reader.u8();
    const spectralEnd = reader.u8();
    const approximation = reader.u8();
    const run = walkEntropy(this.bytes, segment.end);
    const end = run.end ?? withoutTrailingFill(this.bytes, segment.end);
    this.#scans.push({
      components,
      spectralStart,
      spectralEnd,
      approximationHigh: approximation >> 4,
      approximationLow: approximation & 15,
      data: this.bytes.subarray(segment.end, end),
      offset: segment.end,
      restartInterval: this.#restartInterval,
      restartMarkers: run.restarts,
      restartsInOrder: run.restartsInOrder,
      strayMarker: run.strayMarker,
      dcTables: this.#dcTables,
      acTables: this.#acTables,
    });
    return end;
  }
}

function readComponent(reader: ByteReader): JpegComponent {
  const at = reader.position;
  const id = reader.u8();
  const sampling = reader.u8();
  const quantization = reader.u8();
  const horizontal = sampling >> 4;
  const vertical = sampling & 15;
  if (horizontal < 1 || horizontal > 4 || vertical < 1 || vertical > 4) {
    throw invalid(`component ${id} has sampling factors ${horizontal}x${vertical}`, at);
  }
  if (quantization > 3) throw invalid(`component ${id} uses quantization table ${quantization}`, at);
  return { id, horizontal, vertical, quantization };
}

function readScanComponent(reader: ByteReader, components: readonly JpegComponent[]): ScanComponent {
  const at = reader.position;
  const id = reader.u8();
  const tables = reader.u8();
  const component = components.findIndex((candidate) => candidate.id === id);
  if (component < 0) throw invalid(`SOS names component ${id}, which the frame header does not have`, at);
  if (tables >> 4 > 3 || (tables & 15) > 3) throw invalid(`SOS names Huffman tables 0x${tables.toString(16)}`, at);
  return { component, dc: tables >> 4, ac: tables & 15 };
}

/** Checks that the counts describe a prefix code (T.81, annex C); returns how many symbols follow. */
function checkCodeLengths(counts: Uint8Array, at: number): number {
  let free = 1;
  let total = 0;
  for (let i = 0; i < 16; i++) {
    free = free * 2 - counts[i]!;
    total += counts[i]!;
    if (free < 0) throw invalid(`a Huffman table has too many codes of ${i + 1} bits`, at);
  }
  if (total > 256) throw invalid(`a Huffman table has ${total} codes`, at);
  return total;
}

function withoutTrailingFill(bytes: Uint8Array, from: number): number {
  let end = bytes.length;
  while (end > from && bytes[end - 1] === 0xff) end--;
  return end;
}

function colorModel(
  components: readonly JpegComponent[],
  hasJfif: boolean,
  adobeTransform: number | undefined,
): ColorModel {
  if (components.length === 1) return "grey";
  if (components.length === 4) return "CMYK";
  if (components.length !== 3) return "unknown";
  if (hasJfif) return "YCbCr";
  if (adobeTransform !== undefined) return adobeTransform === 0 ? "RGB" : "YCbCr";
  return String.fromCharCode(...components.map(({ id }) => id)) === "RGB" ? "RGB" : "YCbCr";
}

function invalid(found: string, offset: number): InvalidDataError {
  return new InvalidDataError(`Cannot read JPEG: ${found}`, offset);
}
