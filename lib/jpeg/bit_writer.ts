import type { Bytes } from "../core/bytes.ts";
import { MARKER_PREFIX, RST0 } from "./markers.ts";

/** Writes entropy-coded data: bits from the highest down, a zero stuffed after each 0xFF (T.81, B.1.1.5). */
export class BitWriter {
  #bytes: Bytes;
  #view: DataView<ArrayBuffer>;
  #at = 0;
  /** Bits not yet written, at the low end; what stands above them is of no meaning. */
  #word = 0;
  /** How many more bits the word takes: 1 to 32. */
  #room = 32;

  /** Starts with memory for about `size` bytes; it grows as needed. */
  constructor(size: number) {
    this.#bytes = new Uint8Array(size + 64);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Makes sure that `count` more bytes, stuffing included, can be put. */
  reserve(count: number): void {
    if (this.#at + count + 16 <= this.#bytes.length) return;
    const grown = new Uint8Array((this.#at + count) * 2);
    grown.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }

  /** Puts the low `length` bits, 0 to 31; the bits above them must be 0. Memory must have been reserved. */
  put(bits: number, length: number): void {
    const room = this.#room;
    if (length < room) {
      this.#word = (this.#word << length) | bits;
      this.#room = room - length;
      return;
    }
    const rest = length - room;
    this.#flush((this.#word << room) | (bits >>> rest));
    this.#word = rest === 0 ? 0 : bits;
    this.#room = 32 - rest;
  }

  /** Fills the last byte with ones, as the end of a scan or restart interval wants it. */
  align(): void {
    const open = this.#room & 7;
    if (open > 0) this.put((1 << open) - 1, open);
    for (let left = 32 - this.#room; left > 0; left -= 8) this.#byte(this.#word >>> (left - 8));
    this.#word = 0;
    this.#room = 32;
  }

  /** Aligns and puts the restart marker with this running number. */
  restart(number: number): void {
    this.align();
    this.reserve(2);
    this.#bytes[this.#at++] = MARKER_PREFIX;
    this.#bytes[this.#at++] = RST0 + (number & 7);
  }

  /** Aligns and gives all that was put. */
  finish(): Bytes {
    this.align();
    return this.#bytes.slice(0, this.#at);
  }

  /** Writes 32 bits; only a word with a byte 0xFF in it goes byte by byte. */
  #flush(word: number): void {
    if (((~word - 0x01010101) & word & 0x80808080) === 0) {
      this.#view.setInt32(this.#at, word);
      this.#at += 4;
      return;
    }
    this.#byte(word >>> 24);
    this.#byte(word >>> 16);
    this.#byte(word >>> 8);
    this.#byte(word);
  }

  #byte(value: number): void {
    this.#bytes[this.#at++] = value;
    if ((value & 0xff) === MARKER_PREFIX) this.#bytes[this.#at++] = 0;
  }
}
