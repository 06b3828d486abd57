import type { Bytes } from "../core/bytes.ts";
import { MARKER_PREFIX, RST0 } from "./markers.ts";
import { Workspace } from "./workspace.ts";

/** Bytes behind those reserved that may be written over, or read. */
const SLACK = 64;
/** Bits that can be put at once behind up to 7 that wait for their byte to be full. */
const MAX_PUT = 24;
const HALF_PUT = MAX_PUT / 2;

/**
 * Writes entropy-coded data, bits from the highest down.
 *
 * They are kept as they are until the end; only then come the stuffed zeros and the restart markers between them.
 */
export class BitWriter {
  readonly #workspace: Workspace;
  #bytes: Bytes;
  #view: DataView<ArrayBuffer>;
  #position = 0;
  /** The bits of the byte that is not full yet, at the high end, and zeros. */
  #open = 0;
  /** Where restart intervals end, in bytes; all but the last. */
  readonly #ends: number[] = [];

  /** Starts with memory for about `size` bytes; it grows as needed. */
  constructor(size: number, workspace: Workspace = new Workspace()) {
    this.#workspace = workspace;
    this.#bytes = workspace.bytes(size + SLACK);
    this.#view = viewOf(this.#bytes);
  }

  /** How many bits were put, those of alignment included. */
  get position(): number {
    return this.#position;
  }

  /** Makes sure that `count` more bytes can be put. */
  reserve(count: number): void {
    const needed = (this.#position >>> 3) + count + SLACK;
    if (needed > this.#bytes.length) this.#grow(needed * 2);
  }

  /** Puts the low `length` bits, 0 to 31; the bits above them must be 0. Memory must have been reserved. */
  put(bits: number, length: number): void {
    if (length > MAX_PUT) {
      this.put(bits >>> HALF_PUT, length - HALF_PUT);
      this.put(bits & (1 << HALF_PUT) - 1, HALF_PUT);
      return;
    }
    const position = this.#position;
    const used = (position & 7) + length;
    const word = this.#open | bits << (32 - used);
    this.#view.setInt32(position >>> 3, word);
    this.#open = word << (used & 0x18);
    this.#position = position + length;
  }

  /** Fills the last byte with ones, as the end of a scan or restart interval wants it. */
  align(): void {
    const open = -this.#position & 7;
    this.put((1 << open) - 1, open);
  }

  /** Aligns and ends a restart interval: here comes the next restart marker. */
  restart(): void {
    this.align();
    this.#ends.push(this.#position >>> 3);
  }

  /** Aligns and gives all that was put, as it stands in a file (T.81, B.1.1.5). */
  finish(): Bytes {
    this.align();
    const size = this.#position >>> 3;
    const stuffed = new Uint8Array(size + countPrefixes(this.#view, size) + this.#ends.length * 2);
    const view = viewOf(stuffed);
    let from = 0;
    let to = 0;
    for (const [interval, end] of this.#ends.entries()) {
      to = stuff(this.#view, from, end, view, to);
      stuffed[to++] = MARKER_PREFIX;
      stuffed[to++] = RST0 + (interval & 7);
      from = end;
    }
    stuff(this.#view, from, size, view, to);
    return stuffed;
  }

  /** All that was put for reading, in the writer's own memory, with more behind it. */
  view(): DataView<ArrayBuffer> {
    return this.#view;
  }

  #grow(size: number): void {
    const grown = this.#workspace.bytes(size);
    grown.set(this.#bytes);
    this.#bytes = grown;
    this.#view = viewOf(grown);
  }
}

/** How many of the first `size` bytes are 0xFF; behind them stand zeros up to a whole word. */
function countPrefixes(bytes: DataView<ArrayBuffer>, size: number): number {
  let count = 0;
  for (let at = 0; at < size; at += 4) {
    if (!hasPrefix(bytes.getInt32(at))) continue;
    for (let byte = at; byte < at + 4; byte++) if (bytes.getUint8(byte) === MARKER_PREFIX) count++;
  }
  return count;
}

/** Whether one of the four bytes of a word is 0xFF. */
function hasPrefix(word: number): boolean {
  return ((~word - 0x01010101) & word & 0x80808080) !== 0;
}

/** Copies the bytes `from` to `end` with a zero after each 0xFF; returns the end of the copy. */
function stuff(
  source: DataView<ArrayBuffer>,
  from: number,
  end: number,
  target: DataView<ArrayBuffer>,
  start: number,
): number {
  let to = start;
  for (let at = from; at < end; at++) {
    // Four bytes at once as long as none is 0xFF.
    while (at + 4 <= end) {
      const word = source.getInt32(at);
      if (hasPrefix(word)) break;
      target.setInt32(to, word);
      at += 4;
      to += 4;
    }
    if (at === end) break;
    const byte = source.getUint8(at);
    target.setUint8(to++, byte);
    if (byte === MARKER_PREFIX) target.setUint8(to++, 0);
  }
  return to;
}

function viewOf(bytes: Bytes): DataView<ArrayBuffer> {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
