import { decodeLatin1 } from "../../core/bytes.ts";
import { InvalidDataError } from "../../core/errors.ts";
import { findJpegEnd, MAX_FRAME_SIZE } from "../../jpeg/boundary.ts";
import { SOI } from "../../jpeg/markers.ts";
import type { Container, IndexScan, Resume } from "./container.ts";

/** Longest run of boundary and header lines before a JPEG. */
const MAX_HEADERS = 16 * 1024;
const FIRST_LOOK = 64 * 1024;
/** A time that is further from the one before, in seconds, is no time of the next frame. */
const MAX_PAUSE = 24 * 3600;
const DEFAULT_RATE = 25;

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
  const times = new Times(scan.resume);
  let at = scan.resume?.at ?? 0;
  while (true) {
    const bytes = await scan.window.at(at, MAX_HEADERS);
    const soi = findStart(bytes.subarray(0, MAX_HEADERS));
    if (soi === undefined) {
      if (bytes.length >= MAX_HEADERS) throw new InvalidDataError("Cannot read multipart: no JPEG follows", at);
      return { at, ...times.facts };
    }
    const headers = decodeLatin1(bytes.subarray(0, soi));
    const end = await findEnd(scan, at + soi);
    if (end === undefined) {
      scan.remark(`The last part, at byte ${at}, is cut off and left out`);
      return { at, ...times.facts };
    }
    scan.add(at + soi, end - at - soi, times.next(headers));
    at = end;
  }
}

function findStart(bytes: Uint8Array): number | undefined {
  for (let d8 = bytes.indexOf(SOI, 1); d8 > 0; d8 = bytes.indexOf(SOI, d8 + 1)) {
    if (bytes[d8 - 1] === 0xff && bytes[d8 + 1] === 0xff) return d8 - 1;
  }
  return undefined;
}

async function findEnd(scan: IndexScan, start: number): Promise<number | undefined> {
  for (let wanted = FIRST_LOOK;; wanted *= 2) {
    const bytes = await scan.window.at(start, wanted);
    const end = findJpegEnd(bytes, 0);
    if ((end ?? bytes.length) >= MAX_FRAME_SIZE) {
      throw new InvalidDataError("Cannot read multipart: a part is too large", start);
    }
    if (end !== undefined) return start + end;
    if (bytes.length < wanted) return undefined;
  }
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
    const stamp = Number(/^x-timestamp:\s*(\d{1,12}(?:\.\d{1,9})?)\s*$/im.exec(headers)?.[1] ?? NaN);
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
