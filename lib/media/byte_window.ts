import type { Bytes } from "../core/bytes.ts";
import type { RandomAccess } from "./random_access_file.ts";

/** What one read brings at least, in bytes. */
const CHUNK_SIZE = 256 * 1024;

/** A part of a file in memory that moves along with a reader: bounded memory for files of any size. */
export class ByteWindow {
  #buffer: Bytes = new Uint8Array(CHUNK_SIZE);
  #start = 0;
  #length = 0;

  constructor(private readonly file: RandomAccess, private readonly signal?: AbortSignal) {}

  /**
   * All bytes in memory from `offset` on, at least `length` of them unless the file ends before.
   *
   * The view is good until the next call. Throws the signal's reason after an abort.
   */
  async at(offset: number, length: number): Promise<Bytes> {
    this.signal?.throwIfAborted();
    const inside = offset >= this.#start && offset + length <= this.#start + this.#length;
    if (!inside) await this.#move(offset, length);
    return this.#buffer.subarray(offset - this.#start, this.#length);
  }

  /**
   * A copy of `length` bytes from `offset` on; fewer only where the file ends. What is larger than the window is read into
   * the copy alone: a film's tables are in memory once, not twice.
   */
  async copy(offset: number, length: number): Promise<Bytes> {
    this.signal?.throwIfAborted();
    if (length > CHUNK_SIZE) return await this.file.read(offset, length);
    return (await this.at(offset, length)).slice(0, length);
  }

  async #move(offset: number, length: number): Promise<void> {
    const end = this.#start + this.#length;
    const kept = offset >= this.#start && offset < end ? end - offset : 0;
    const needed = Math.max(length, CHUNK_SIZE);
    const target = needed > this.#buffer.length ? new Uint8Array(needed) : this.#buffer;
    target.set(this.#buffer.subarray(this.#length - kept, this.#length));
    const read = await this.file.readInto(target.subarray(kept), offset + kept);
    this.#buffer = target;
    this.#start = offset;
    this.#length = kept + read;
  }
}
