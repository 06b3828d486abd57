import { InvalidDataError } from "../core/errors.ts";
import { endsScan, isRestart, isStandalone, MARKER_PREFIX, markerName, RST0 } from "./markers.ts";

/** Fill bytes and bytes that belong to nothing, passed over between two segments; libjpeg does the same. */
export const MAX_STRAY_BYTES = 1024;

/** One marker with its data: `bytes[start..end)` follow the length field; both equal for a marker that stands alone. */
export interface Segment {
  readonly code: number;
  /** Where the 0xFF before the code stands. */
  readonly offset: number;
  readonly start: number;
  readonly end: number;
}

/**
 * The next segment at or after `from`, or undefined when the bytes end before it does (T.81, B.1.1.4).
 *
 * Up to 1024 fill bytes (0xFF) and stray bytes before it are passed over.
 * Throws `InvalidDataError` for more of them, or for a length below 2.
 */
export function readSegment(bytes: Uint8Array, from: number): Segment | undefined {
  const at = findMarker(bytes, from);
  if (at === undefined) return undefined;
  const code = bytes[at + 1]!;
  if (isStandalone(code)) return { code, offset: at, start: at + 2, end: at + 2 };
  if (at + 4 > bytes.length) return undefined;
  const length = (bytes[at + 2]! << 8) | bytes[at + 3]!;
  if (length < 2) throw new InvalidDataError(`Cannot read JPEG: ${markerName(code)} has length ${length}`, at);
  const end = at + 2 + length;
  return end > bytes.length ? undefined : { code, offset: at, start: at + 4, end };
}

/** Where the next marker stands: its last 0xFF, whose successor is the code. Undefined when the bytes end before. */
function findMarker(bytes: Uint8Array, from: number): number | undefined {
  const limit = from + MAX_STRAY_BYTES;
  for (let at = from; at + 1 < bytes.length; at++) {
    if (at > limit) throw new InvalidDataError("Cannot read JPEG: no marker follows a segment", from);
    if (bytes[at] === MARKER_PREFIX && bytes[at + 1] !== 0 && bytes[at + 1] !== MARKER_PREFIX) return at;
  }
  return undefined;
}

/** What was seen in a run of entropy-coded bytes. */
export interface EntropyRun {
  /** Where the 0xFF of the marker stands that ends the run (fill bytes before it are left out), or undefined. */
  readonly end: number | undefined;
  /** Where to go on when more bytes have come and `end` is undefined. */
  readonly resume: number;
  /** How many restart markers there were. */
  readonly restarts: number;
  /** Whether they were RST0, RST1 ... RST7, RST0 ... */
  readonly restartsInOrder: boolean;
  /** Where the first marker stands that has no place in entropy-coded data, if there is one. */
  readonly strayMarker: number | undefined;
}

/** Walks over entropy-coded bytes, with stuffed zeros and restart markers, to the marker that ends them. */
export function walkEntropy(bytes: Uint8Array, from: number): EntropyRun {
  let restarts = 0;
  let restartsInOrder = true;
  let strayMarker: number | undefined;
  let at = findPrefix(bytes, from);
  while (at + 1 < bytes.length) {
    const code = bytes[at + 1]!;
    if (code === MARKER_PREFIX) {
      const fill = at;
      while (bytes[at + 1] === MARKER_PREFIX) at++;
      if (at + 1 >= bytes.length) return { end: undefined, resume: at, restarts, restartsInOrder, strayMarker };
      if (endsScan(bytes[at + 1]!)) return { end: fill, resume: fill, restarts, restartsInOrder, strayMarker };
      // Fill bytes before a stuffed zero end nothing.
      if (bytes[at + 1] === 0) at = findPrefix(bytes, at + 2);
      continue;
    }
    if (endsScan(code)) return { end: at, resume: at, restarts, restartsInOrder, strayMarker };
    if (!isRestart(code)) strayMarker ??= at;
    else if (code - RST0 !== (restarts++ & 7)) restartsInOrder = false;
    at = findPrefix(bytes, at + 2);
  }
  return { end: undefined, resume: at, restarts, restartsInOrder, strayMarker };
}

/** Where the next 0xFF stands from `from` on that no zero follows; the last byte if it is one, else the length. */
function findPrefix(bytes: Uint8Array, from: number): number {
  const last = bytes.length - 1;
  let at = from;
  for (; at < last && ((bytes.byteOffset + at) & 3) !== 0; at++) if (isPrefix(bytes, at)) return at;
  for (at = passStuffed(bytes, at); at < last; at++) if (isPrefix(bytes, at)) return at;
  return at === last && bytes[at] === MARKER_PREFIX ? at : bytes.length;
}

function isPrefix(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === MARKER_PREFIX && bytes[at + 1] !== 0;
}

/**
 * From `from` on, where a 32-bit word begins, passes over bytes of which each 0xFF is followed by a zero; stops within four
 * bytes before the first that is not. Every frame that is sent is walked over, one byte in fifty is a 0xFF, and a branch at
 * each would cost more than all else: this looks at four bytes together and takes none.
 */
function passStuffed(bytes: Uint8Array, from: number): number {
  const count = (bytes.length - from) >> 2;
  if (count <= 0) return from;
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + from, count);
  // The highest bit of a byte stands for the byte; the lowest of a word comes first in memory on all that Deno runs on.
  let before = 0;
  let i = 0;
  for (; i < count; i++) {
    const word = words[i]!;
    const low = word & 0x7f7f7f7f;
    const prefixes = (low + 0x01010101) & word & 0x80808080;
    const notZero = (low + 0x7f7f7f7f) | word;
    if ((((prefixes << 8) | before) & notZero) !== 0) break;
    before = prefixes >>> 24;
  }
  return Math.max(from, from + 4 * i - 1);
}
