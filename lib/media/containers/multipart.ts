import { type Bytes, decodeLatin1 } from "../../core/bytes.ts";
import { InvalidDataError } from "../../core/errors.ts";
import { FrameWalk, MAX_FRAME_SIZE } from "../../jpeg/boundary.ts";
import { SOI } from "../../jpeg/markers.ts";
import type { Container, IndexScan, Resume } from "./container.ts";

/** Longest run of boundary and header lines before a JPEG. */
const MAX_HEADERS = 16 * 1024;
/** Bytes that are asked for at once: more than the longest segment, and than the longest headers. */
const LOOK = 128 * 1024;
/** A time that is further from the one before, in seconds, is no time of the next frame. */
const MAX_PAUSE = 24 * 3600;
const DEFAULT_RATE = 25;
/** Characters of the shortest header with a time. */
const SHORTEST_STAMP = 13;

/**
 * What an HTTP camera sends as `multipart/x-mixed-replace`, saved to a file, with or without the HTTP headers.
 *
 * Frames are told apart by their own bytes, as their stated lengths are often wrong. `X-Timestamp` gives them times.
 */
export const multipartContainer: Container = {
  format: "multipart",
  frameRate: DEFAULT_RATE,
  timed: true,
  index: indexMultipart,
};

/** Whether a file begins as such a dump does. */
export function isMultipart(head: Uint8Array): boolean {
  const text = decodeLatin1(head.subarray(0, 1024));
  if (/^HTTP\/1\.[01] 200\b/.test(text)) return /^content-type:\s*multipart\/x-mixed-replace/im.test(text);
  return /^\s*--[^\r\n]{1,200}\r?\n(?:[\w-]+:[^\r\n]*\r?\n)*content-(?:type|length):/i.test(text);
}

async function indexMultipart(scan: IndexScan): Promise<Resume> {
  const parts = new Parts(scan);
  while (true) {
    const bytes = await scan.window.at(parts.at, LOOK);
    if (!parts.run(bytes) || bytes.length < LOOK) return parts.finish();
  }
}

/** The walk from part to part over bytes that lie in memory piece by piece, however large the parts are. */
class Parts {
  /** Byte of the file at which the next piece must begin. */
  at: number;
  /** Where the part under way begins with its headers. */
  #begins: number;
  /** The JPEG that is being followed. */
  #open: { readonly start: number; readonly headers: string; readonly walk: FrameWalk } | undefined;
  readonly #times: Times;

  constructor(private readonly scan: IndexScan) {
    this.at = this.#begins = scan.resume?.at ?? 0;
    this.#times = new Times(scan.resume);
  }

  /** Takes the bytes from `at` on and as many parts out of them as they hold; false when there can be no more. */
  run(bytes: Bytes): boolean {
    const base = this.at;
    let position = 0;
    while (true) {
      this.#open ??= this.#findStart(bytes, position, base);
      if (this.#open === undefined) break;
      const end = this.#open.walk.advance(bytes);
      this.#checkSize(base + (end ?? bytes.length));
      if (end === undefined) {
        position = this.#open.walk.position;
        this.#open.walk.shift(position);
        break;
      }
      this.#add(base + end);
      position = end;
    }
    this.at = base + position;
    return position > 0;
  }

  /** Tells what is left out at the end of the file; returns how to go on when it has grown. */
  finish(): Resume {
    if (this.#open) this.scan.remark(`The last part, at byte ${this.#begins}, is cut off and left out`);
    return { at: this.#begins, ...this.#times.facts };
  }

  /** The JPEG behind the headers at `position`, or undefined when the bytes end before it begins. */
  #findStart(bytes: Bytes, position: number, base: number) {
    const soi = findStart(bytes.subarray(position, position + MAX_HEADERS));
    if (soi === undefined) {
      if (bytes.length - position >= MAX_HEADERS) {
        throw new InvalidDataError("Cannot read multipart: no JPEG follows", base + position);
      }
      return undefined;
    }
    const start = position + soi;
    const headers = decodeLatin1(bytes.subarray(position, start));
    return { start: base + start, headers, walk: new FrameWalk(start) };
  }

  #checkSize(end: number): void {
    const { start } = this.#open!;
    if (end - start >= MAX_FRAME_SIZE) throw new InvalidDataError("Cannot read multipart: a part is too large", start);
  }

  #add(end: number): void {
    const { start, headers, walk } = this.#open!;
    if (!walk.hasScan) throw new InvalidDataError("Cannot read multipart: a part is no JPEG", start);
    this.scan.add(start, end - start, this.#times.next(headers));
    this.#open = undefined;
    this.#begins = end;
  }
}

function findStart(bytes: Uint8Array): number | undefined {
  for (let d8 = bytes.indexOf(SOI, 1); d8 > 0; d8 = bytes.indexOf(SOI, d8 + 1)) {
    if (bytes[d8 - 1] === 0xff && bytes[d8 + 1] === 0xff) return d8 - 1;
  }
  return undefined;
}

/** Times of frames by the seconds in their headers; where those are missing or jump, the frame rate goes on. */
class Times {
  /** What is taken off a stamp to make it a time in the film. */
  #origin: number | undefined;
  /** The last time that came from a stamp, and how many frames had none since. */
  #anchor: number;
  #without: number;

  constructor(resume: Resume | undefined) {
    this.#origin = resume?.origin;
    this.#anchor = resume?.anchor ?? 0;
    this.#without = resume?.without ?? -1;
  }

  /** What another scan needs to go on with these times. */
  get facts(): Readonly<Record<string, number>> {
    const origin = this.#origin === undefined ? {} : { origin: this.#origin };
    return { ...origin, anchor: this.#anchor, without: this.#without };
  }

  next(headers: string): number {
    const stamp = readStamp(headers);
    const last = this.#anchor + this.#without / DEFAULT_RATE;
    const expected = this.#anchor + (this.#without + 1) / DEFAULT_RATE;
    if (Number.isNaN(stamp)) {
      this.#without++;
      return expected;
    }
    this.#origin ??= stamp - expected;
    const time = stamp - this.#origin;
    const isNext = time > last && time <= last + MAX_PAUSE;
    if (!isNext) this.#origin = stamp - expected;
    this.#anchor = isNext ? time : expected;
    this.#without = 0;
    return this.#anchor;
  }
}

/** Seconds, by a header that many cameras send; NaN without it. */
function readStamp(headers: string): number {
  if (headers.length < SHORTEST_STAMP) return NaN;
  return Number(/^x-timestamp:\s*(\d{1,12}(?:\.\d{1,9})?)\s*$/im.exec(headers)?.[1] ?? NaN);
}
