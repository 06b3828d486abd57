import type { Bytes } from "../core/bytes.ts";
import { InvalidDataError } from "../core/errors.ts";
import { EOI, SOI, SOS } from "./markers.ts";
import { readSegment, walkEntropy } from "./segments.ts";

/** Largest JPEG that is put together: the 24-bit fragment offset of RFC 2435 ends here. */
export const MAX_FRAME_SIZE = 16 * 1024 * 1024;
/** Bytes in one run that belong to no JPEG before the stream is given up. */
export const MAX_JUNK = 1024 * 1024;

const FIRST_BUFFER_SIZE = 64 * 1024;

/**
 * A walk along the segments of one JPEG whose bytes may still be coming.
 *
 * A JPEG ends behind its EOI, or, when that is missing, where the next SOI begins. Segments are passed over by their
 * length, so a thumbnail inside APPn is no border.
 */
export class FrameWalk {
  #at: number;
  #inScan = false;
  #scans = 0;

  /** Begins at the SOI at `start`, of which the caller is sure. */
  constructor(start: number) {
    this.#at = start + 2;
  }

  /** Whether entropy-coded data has begun: only then is there something to show. */
  get hasScan(): boolean {
    return this.#scans > 0;
  }

  /** Where the walk has come to: what lies before is needed no more. */
  get position(): number {
    return this.#at;
  }

  /** The exclusive end, or undefined when more bytes are needed. Throws `InvalidDataError` when this is no JPEG. */
  advance(bytes: Uint8Array): number | undefined {
    while (true) {
      if (this.#inScan) {
        const { end, resume } = walkEntropy(bytes, this.#at);
        this.#at = resume;
        if (end === undefined) return undefined;
        this.#inScan = false;
      }
      const segment = readSegment(bytes, this.#at);
      if (segment === undefined) return undefined;
      if (segment.code === SOI) return segment.offset;
      this.#at = segment.end;
      if (segment.code === EOI) return segment.end;
      if (segment.code === SOS) {
        this.#inScan = true;
        this.#scans++;
      }
    }
  }

  /** Tells that the first `count` bytes of the buffer have gone. */
  shift(count: number): void {
    this.#at -= count;
  }
}

/**
 * The exclusive end of the JPEG whose SOI stands at `start`, or undefined when the bytes end before it does.
 *
 * Throws `InvalidDataError` when there is no SOI at `start`, the segments make no sense or there is no scan among them.
 */
export function findJpegEnd(bytes: Uint8Array, start: number): number | undefined {
  if (bytes[start] !== 0xff || bytes[start + 1] !== SOI) {
    throw new InvalidDataError("Cannot find the end of a JPEG: it does not begin with SOI", start);
  }
  const walk = new FrameWalk(start);
  const end = walk.advance(bytes);
  if (end !== undefined && !walk.hasScan) throw new InvalidDataError("Cannot use a JPEG: it has no scan", end);
  return end;
}

/** Limits of a `JpegSplitter`, in bytes. */
export interface JpegSplitterOptions {
  /** Largest JPEG; default 16 MiB. */
  readonly maxFrameSize?: number;
  /** Longest run of bytes that belong to no JPEG; default 1 MiB. */
  readonly maxJunk?: number;
}

/**
 * Cuts a byte stream, in chunks of any size, into its JPEGs.
 *
 * What stands between them is passed over and counted. A JPEG without any scan counts as junk. The JPEGs are copies:
 * the chunks may be used again. After an error the splitter must not be used any more.
 */
export class JpegSplitter {
  readonly #maxFrameSize: number;
  readonly #maxJunk: number;
  #buffer: Bytes = new Uint8Array(FIRST_BUFFER_SIZE);
  #length = 0;
  #walk: FrameWalk | undefined;
  #consumed = 0;
  #skipped = 0;
  #junkRun = 0;

  /** Begins at the start of a stream. */
  constructor(options: JpegSplitterOptions = {}) {
    this.#maxFrameSize = options.maxFrameSize ?? MAX_FRAME_SIZE;
    this.#maxJunk = options.maxJunk ?? MAX_JUNK;
  }

  /** Bytes so far that belonged to no JPEG. */
  get skipped(): number {
    return this.#skipped;
  }

  /** Bytes that wait for the rest of their JPEG. */
  get pending(): number {
    return this.#length;
  }

  /**
   * Takes the next bytes of the stream; returns the JPEGs that are complete with them, in order.
   *
   * Throws `InvalidDataError`, with the position in the stream, for a JPEG or a run of junk over the limit.
   */
  push(chunk: Uint8Array): Bytes[] {
    this.#append(chunk);
    const frames: Bytes[] = [];
    let start = 0;
    while (true) {
      if (this.#walk === undefined) {
        const soi = this.#findStart(start);
        this.#countJunk(soi - start, start);
        start = soi;
        if (start + 3 > this.#length) break;
        this.#walk = new FrameWalk(start);
      }
      const found = this.#advance();
      if (found === undefined) break;
      this.#walk = undefined;
      if (found.isFrame) frames.push(this.#cut(start, found.end));
      else this.#countJunk(found.end - start, start);
      start = found.end;
    }
    this.#drop(start);
    if (this.#length > this.#maxFrameSize) this.#refuseSize(0);
    return frames;
  }

  /** Ends the stream; returns the last JPEG if only its EOI is missing. */
  finish(): Bytes | undefined {
    const rest = this.#walk?.hasScan ? this.#buffer.slice(0, this.#length) : undefined;
    if (rest === undefined) this.#skipped += this.#length;
    this.#length = 0;
    this.#walk = undefined;
    return rest;
  }

  /** The end of the JPEG under way, undefined for "not yet"; a walk that fails ends where it has come to, as junk. */
  #advance(): { end: number; isFrame: boolean } | undefined {
    const walk = this.#walk!;
    try {
      const end = walk.advance(this.#buffer.subarray(0, this.#length));
      return end === undefined ? undefined : { end, isFrame: walk.hasScan };
    } catch (error) {
      if (!(error instanceof InvalidDataError)) throw error;
      return { end: walk.position, isFrame: false };
    }
  }

  #cut(start: number, end: number): Bytes {
    if (end - start > this.#maxFrameSize) this.#refuseSize(start);
    this.#junkRun = 0;
    return this.#buffer.slice(start, end);
  }

  /** Where SOI and the 0xFF of the next marker begin, or might begin with the bytes still to come. */
  #findStart(from: number): number {
    const bytes = this.#buffer.subarray(0, this.#length);
    for (let at = bytes.indexOf(SOI, from + 1); at > 0; at = bytes.indexOf(SOI, at + 1)) {
      if (bytes[at - 1] === 0xff && (at + 1 === bytes.length || bytes[at + 1] === 0xff)) return at - 1;
    }
    return bytes[bytes.length - 1] === 0xff ? Math.max(from, bytes.length - 1) : bytes.length;
  }

  #countJunk(count: number, at: number): void {
    this.#skipped += count;
    this.#junkRun += count;
    if (this.#junkRun > this.#maxJunk) {
      throw new InvalidDataError(
        `Cannot find a JPEG: over ${this.#maxJunk} bytes belong to none`,
        this.#consumed + at + count,
      );
    }
  }

  #refuseSize(at: number): never {
    throw new InvalidDataError(`Cannot take a JPEG of over ${this.#maxFrameSize} bytes`, this.#consumed + at);
  }

  #append(chunk: Uint8Array): void {
    const needed = this.#length + chunk.length;
    if (needed > this.#buffer.length) {
      const grown = new Uint8Array(Math.max(needed, this.#buffer.length * 2));
      grown.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = grown;
    }
    this.#buffer.set(chunk, this.#length);
    this.#length = needed;
  }

  #drop(count: number): void {
    if (count === 0) return;
    this.#buffer.copyWithin(0, count, this.#length);
    this.#length -= count;
    this.#consumed += count;
    this.#walk?.shift(count);
  }
}
