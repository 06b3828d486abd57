import type { Bytes } from "../../core/bytes.ts";
import type { FrameRate } from "./frame_rate.ts";
import { chunk, list, littleEndian } from "./little_endian.ts";

/** Index chunks that a file may have; each stands for one part of at most about 1 GB. */
export const MAX_PARTS = 256;
/** avih flags: there is an idx1. */
const HAS_INDEX = 0x10;
const INDEX_OF_INDEXES = 0;
const INDEX_OF_CHUNKS = 1;
/** 16-bit words of an entry: 4 in the index of indexes, 2 in an index of chunks. */
const WORDS_OF_INDEX = 4;
const WORDS_OF_CHUNK = 2;
const BITS_OF_JPEG = 24;

/** What the header of a film tells; it is written anew as the film grows. */
export interface AviFacts {
  readonly width: number;
  readonly height: number;
  readonly frameRate: FrameRate;
  /** Pictures in the whole file, and in its first part. */
  readonly frames: number;
  readonly firstFrames: number;
  /** Bytes of the largest picture. */
  readonly largest: number;
  /** Bytes of the first part behind its length, and of its list of pictures. */
  readonly riffSize: number;
  readonly moviSize: number;
  /** The indexes of the parts that are complete; as long as one is missing players look for the pictures themselves. */
  readonly parts: readonly AviPart[];
  /** Whether all parts are complete. */
  readonly finished: boolean;
}

/** Where the index of one part stands. */
export interface AviPart {
  readonly offset: number;
  /** Bytes with its head. */
  readonly size: number;
  readonly frames: number;
}

/** Where a picture stands. */
export interface AviEntry {
  /** First byte of the JPEG in the file. */
  readonly offset: number;
  readonly length: number;
}

/** Everything up to the first picture (OpenDML AVI 1.02 sections 3 and 5); always of the same length. */
export function aviHeader(facts: AviFacts): Bytes {
  const { frames, firstFrames, moviSize, riffSize } = facts;
  const dmlh = chunk("dmlh", { u32: frames }, new Uint8Array(244));
  const header = list("hdrl", mainHeader(facts, firstFrames), streamList(facts), list("odml", dmlh));
  return littleEndian("RIFF", { u32: riffSize }, "AVI ", header, "LIST", { u32: moviSize }, "movi");
}

function mainHeader({ width, height, frameRate, largest, parts, finished }: AviFacts, frames: number): Bytes {
  const { rate, scale } = frameRate;
  return chunk(
    "avih",
    { u32: Math.round(1e6 * scale / rate) },
    { u32: Math.min(0xffffffff, Math.round(largest * rate / scale)) },
    { u32: 0 },
    { u32: finished && parts.length === 1 ? HAS_INDEX : 0 },
    { u32: frames },
    { u32: 0 },
    { u32: 1 },
    { u32: largest },
    { u32: width },
    { u32: height },
    new Uint8Array(16),
  );
}

function streamList({ width, height, frameRate, frames, largest, parts, finished }: AviFacts): Bytes {
  const strh = chunk(
    "strh",
    "vidsMJPG",
    new Uint8Array(12),
    { u32: frameRate.scale },
    { u32: frameRate.rate },
    { u32: 0 },
    { u32: frames },
    { u32: largest },
    { u32: 0xffffffff },
    { u32: 0 },
    new Uint8Array(4),
    { u16: width },
    { u16: height },
  );
  const strf = chunk(
    "strf",
    { u32: 40 },
    { u32: width },
    { u32: height },
    { u16: 1 },
    { u16: BITS_OF_JPEG },
    "MJPG",
    { u32: width * height * 3 },
    new Uint8Array(16),
  );
  return list("strl", strh, strf, indexOfIndexes(parts, finished));
}

/** Under another name as long as it is not complete: half an index would hide the other pictures. */
function indexOfIndexes(parts: readonly AviPart[], finished: boolean): Bytes {
  const entries = parts.map(({ offset, size, frames }) =>
    littleEndian({ u64: offset }, { u32: size }, { u32: frames })
  );
  return chunk(
    finished ? "indx" : "JUNK",
    { u16: WORDS_OF_INDEX },
    { u16: INDEX_OF_INDEXES << 8 },
    { u32: parts.length },
    "00dc",
    new Uint8Array(12),
    ...entries,
    new Uint8Array(16 * (MAX_PARTS - parts.length)),
  );
}

/** The index of the pictures of one part; `base` is where its list of pictures begins. */
export function partIndex(entries: readonly AviEntry[], base: number): Bytes {
  const words = new Uint8Array(8 * entries.length);
  const view = new DataView(words.buffer);
  entries.forEach(({ offset, length }, index) => {
    view.setUint32(8 * index, offset - base, true);
    view.setUint32(8 * index + 4, length, true);
  });
  return chunk(
    "ix00",
    { u16: WORDS_OF_CHUNK },
    { u16: INDEX_OF_CHUNKS << 8 },
    { u32: entries.length },
    "00dc",
    { u64: base },
    { u32: 0 },
    words,
  );
}

/** The old index, which all programs know; `movi` is where the word "movi" stands. */
export function oldIndex(entries: readonly AviEntry[], movi: number): Bytes {
  const rows = new Uint8Array(16 * entries.length);
  const view = new DataView(rows.buffer);
  entries.forEach(({ offset, length }, index) => {
    view.setUint32(16 * index, 0x63643030, true);
    view.setUint32(16 * index + 4, HAS_INDEX, true);
    view.setUint32(16 * index + 8, offset - CHUNK_HEAD - movi, true);
    view.setUint32(16 * index + 12, length, true);
  });
  return chunk("idx1", rows);
}

/** Bytes of a chunk's name and length. */
export const CHUNK_HEAD = 8;
