import type { AviVideo } from "./avi_header.ts";
import type { IndexScan } from "./container.ts";
import { CHUNK_HEAD, nextChunk, readChunk, readUint32LE, readUint64LE } from "./riff.ts";

/** Largest piece of an index in memory, in bytes: 16 million entries of OpenDML are 128 MiB. */
const MAX_INDEX = 128 * 1024 * 1024;
/** Chunks between the movie and idx1 that are looked at. */
const MAX_CHUNKS = 64;
/** Bytes of film for each index that an index of indexes may name, beyond a few: as a rule it is a gigabyte. */
const MIN_PART_SPACE = 4096;
const FEW_PARTS = 16;
const IDX1_ENTRY = 16;
const SUPER_ENTRY = 16;
const STANDARD_ENTRY = 8;
/** Bytes of the head of both kinds of OpenDML index, before their entries. */
const INDEX_HEAD = 24;
/** In OpenDML the highest bit of a length says that the frame is no key frame. */
const LENGTH_MASK = 0x7fffffff;

/** One chunk of the video stream. */
export interface AviEntry {
  /** First byte of the chunk's data in the file. */
  readonly offset: number;
  readonly length: number;
}

/** Some entries of an index as they stand in the file. */
interface IndexPart {
  readonly bytes: Uint8Array;
  /** Bytes from one entry to the next, and where in one its offset and its length stand. */
  readonly stride: number;
  readonly offsetAt: number;
  readonly lengthAt: number;
  /** What is added to every offset. */
  readonly base: number;
  /** First three characters of the chunks that are meant; undefined for all. */
  readonly prefix: string | undefined;
}

/** The file's own index of its video stream; its entries are read when they are needed and take no memory. */
export class AviIndex {
  /** `isLast`: it is written when the film is finished, as the old kind is. */
  constructor(private readonly parts: readonly IndexPart[], readonly isLast = false) {}

  *entries(): Generator<AviEntry> {
    for (const { bytes, stride, offsetAt, lengthAt, base, prefix } of this.parts) {
      for (let at = 0; at + stride <= bytes.length; at += stride) {
        if (prefix !== undefined && !startsWith(bytes, at, prefix)) continue;
        const length = readUint32LE(bytes, at + lengthAt) & LENGTH_MASK;
        yield { offset: base + readUint32LE(bytes, at + offsetAt), length };
      }
    }
  }
}

/** Compares without making a text of the bytes: an index may have millions of entries. */
function startsWith(bytes: Uint8Array, at: number, prefix: string): boolean {
  for (let i = 0; i < prefix.length; i++) if (bytes[at + i] !== prefix.charCodeAt(i)) return false;
  return true;
}

/** The index of the video stream, or undefined if the file has none that makes sense. */
export async function readAviIndex(scan: IndexScan, video: AviVideo): Promise<AviIndex | undefined> {
  return (video.superIndex && await readOpenDml(scan, video.superIndex)) ?? await readIdx1(scan, video);
}

/** OpenDML: an index of indexes in the headers, each of which lists chunks of one stream. */
async function readOpenDml(scan: IndexScan, superIndex: Uint8Array): Promise<AviIndex | undefined> {
  if (superIndex.length < INDEX_HEAD || superIndex[3] !== 0) return undefined;
  const used = Math.min(readUint32LE(superIndex, 4), Math.floor((superIndex.length - INDEX_HEAD) / SUPER_ENTRY));
  if (used > FEW_PARTS + scan.size / MIN_PART_SPACE) return undefined;
  const parts: IndexPart[] = [];
  let total = 0;
  for (let i = 0; i < used; i++) {
    const at = INDEX_HEAD + i * SUPER_ENTRY;
    const part = await readStandardIndex(scan, readUint64LE(superIndex, at), readUint32LE(superIndex, at + 8));
    total += part?.bytes.length ?? 0;
    if (part === undefined || total > Math.min(MAX_INDEX, scan.size)) return undefined;
    parts.push(part);
  }
  return parts.length > 0 ? new AviIndex(parts) : undefined;
}

async function readStandardIndex(scan: IndexScan, offset: number, size: number): Promise<IndexPart | undefined> {
  if (offset + size > scan.size || size > MAX_INDEX || size < CHUNK_HEAD + INDEX_HEAD) return undefined;
  const chunk = (await scan.window.copy(offset, size)).subarray(CHUNK_HEAD);
  const isIndexOfChunks = chunk.length >= INDEX_HEAD && chunk[3] === 1 && chunk[2] === 0;
  if (!isIndexOfChunks) return undefined;
  const used = Math.min(readUint32LE(chunk, 4), Math.floor((chunk.length - INDEX_HEAD) / STANDARD_ENTRY));
  return {
    bytes: chunk.subarray(INDEX_HEAD, INDEX_HEAD + used * STANDARD_ENTRY),
    stride: STANDARD_ENTRY,
    offsetAt: 0,
    lengthAt: 4,
    base: readUint64LE(chunk, 12),
    prefix: undefined,
  };
}

/** The old index behind the movie: offsets from the word "movi", or from the start of the file. */
async function readIdx1(scan: IndexScan, video: AviVideo): Promise<AviIndex | undefined> {
  let at = nextChunk(video.movie);
  for (let i = 0; i < MAX_CHUNKS; i++) {
    const chunk = await readChunk(scan.window, at);
    // Behind the first gigabyte idx1 no longer tells of every frame.
    if (chunk === undefined || chunk.id === "RIFF") return undefined;
    const size = chunk.end - chunk.start;
    if (chunk.id === "idx1") {
      if (chunk.end > scan.size || size > MAX_INDEX) return undefined;
      return placeIdx1(await scan.window.copy(chunk.start, size), scan, video);
    }
    at = nextChunk(chunk);
  }
  return undefined;
}

/** Finds out from where the offsets of an idx1 count, by its first entry. */
async function placeIdx1(bytes: Uint8Array, scan: IndexScan, video: AviVideo): Promise<AviIndex | undefined> {
  const part = { bytes, stride: IDX1_ENTRY, offsetAt: 8, lengthAt: 12, prefix: video.chunkPrefix };
  const [first] = new AviIndex([{ ...part, base: 0 }]).entries();
  if (first === undefined) return undefined;
  for (const base of [video.movie.start - 4, 0]) {
    const chunk = await readChunk(scan.window, base + first.offset);
    if (chunk?.id.startsWith(video.chunkPrefix) && chunk.end - chunk.start === first.length) {
      return new AviIndex([{ ...part, base: base + CHUNK_HEAD }], true);
    }
  }
  return undefined;
}
