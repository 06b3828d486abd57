import type { Bytes } from "../core/bytes.ts";

const INITIAL_CAPACITY = 4 * 1024;
/** An empty buffer that has grown beyond this gives its memory back; so does one that has not grown: most connections rest. */
const KEPT_CAPACITY = 256 * 1024;
const NO_BYTES: Bytes = new Uint8Array(0);

/**
 * Bytes that came in and were not read yet; linear in time however they are cut.
 *
 * Positions count from the first unread byte.
 */
export class ReceiveBuffer {
  #bytes: Bytes = NO_BYTES;
  #start = 0;
  #end = 0;

  /** Bytes that wait. */
  get length(): number {
    return this.#end - this.#start;
  }

  /** Adds a copy of the bytes at the end. */
  push(chunk: Uint8Array): void {
    if (this.#end + chunk.length > this.#bytes.length) this.#makeRoom(chunk.length);
    this.#bytes.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  /** The byte at `position`, which the caller knows to be there. */
  at(position: number): number {
    return this.#bytes[this.#start + position]!;
  }

  /** Bytes as a view that is good until the next call that changes the buffer. */
  view(from: number, to: number): Bytes {
    return this.#bytes.subarray(this.#start + from, this.#start + to);
  }

  /** A copy of the first `length` bytes, which leave the buffer. */
  take(length: number): Bytes {
    const taken = this.#bytes.slice(this.#start, this.#start + length);
    this.drop(length);
    return taken;
  }

  /** The first `length` bytes leave the buffer. */
  drop(length: number): void {
    this.#start += length;
    if (this.#start < this.#end) return;
    this.#start = this.#end = 0;
    if (this.#bytes.length <= INITIAL_CAPACITY || this.#bytes.length > KEPT_CAPACITY) this.#bytes = NO_BYTES;
  }

  /** Moves or grows so that at most half of the room is used: the work is paid by the bytes that come next. */
  #makeRoom(extra: number): void {
    const needed = this.length + extra;
    let capacity = Math.max(INITIAL_CAPACITY, this.#bytes.length);
    while (capacity < 2 * needed) capacity *= 2;
    const target = capacity === this.#bytes.length ? this.#bytes : new Uint8Array(capacity);
    target.set(this.#bytes.subarray(this.#start, this.#end));
    this.#bytes = target;
    this.#end -= this.#start;
    this.#start = 0;
  }
}
