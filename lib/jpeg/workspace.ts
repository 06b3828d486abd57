import type { Bytes } from "../core/bytes.ts";

/** Most memory that is kept from one picture to the next: enough for 4:4:4 at 1920x1080. */
const MAX_KEPT = 32 * 1024 * 1024;
/** The pictures of a film are not equally long: what is kept lasts for one that needs so many times the memory. */
const HEADROOM = 1.25;
/** Where each array begins, so that every kind of number may lie there. */
const ALIGNMENT = 8;

/**
 * Memory for the work on one picture, used again for the next: fresh memory comes page by page, and for a large picture
 * that costs half as much as decoding it.
 */
export class Workspace {
  #kept = new ArrayBuffer(0);
  #used = 0;

  /** Takes everything back that was given: whoever still holds an array shares it with the next picture. */
  clear(): void {
    if (this.#used > this.#kept.byteLength && this.#kept.byteLength < MAX_KEPT) {
      this.#kept = new ArrayBuffer(Math.min(this.#used * HEADROOM, MAX_KEPT));
    }
    this.#used = 0;
  }

  /** Bytes that hold whatever was there before. */
  bytes(length: number): Bytes {
    const at = this.#take(length);
    return at === undefined ? new Uint8Array(length) : new Uint8Array(this.#kept, at, length);
  }

  /** Zeros of 16 bits. */
  int16(length: number): Int16Array<ArrayBuffer> {
    const at = this.#take(length * 2);
    return at === undefined ? new Int16Array(length) : new Int16Array(this.#kept, at, length).fill(0);
  }

  /** Zeros of 32 bits. */
  int32(length: number): Int32Array<ArrayBuffer> {
    const at = this.#take(length * 4);
    return at === undefined ? new Int32Array(length) : new Int32Array(this.#kept, at, length).fill(0);
  }

  /** Where so many bytes lie in the kept memory, or undefined when it is too small. */
  #take(size: number): number | undefined {
    const at = this.#used;
    this.#used += Math.ceil(size / ALIGNMENT) * ALIGNMENT;
    return this.#used <= this.#kept.byteLength ? at : undefined;
  }
}
