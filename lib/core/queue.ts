/**
 * A queue of bounded length between a producer that never waits and a consumer that may be slow.
 *
 * When it is full the oldest entry leaves and is counted: with media the newest is worth most.
 */
export class BoundedQueue<T> implements AsyncIterable<T> {
  #entries: T[] = [];
  #waiting: (() => void) | undefined;
  #closed = false;
  #dropped = 0;

  constructor(readonly capacity: number) {
    if (!(capacity >= 1)) throw new RangeError(`Cannot make a queue of capacity ${capacity}`);
  }

  /** Entries that left unread because the queue was full. */
  get dropped(): number {
    return this.#dropped;
  }

  get length(): number {
    return this.#entries.length;
  }

  /** Adds an entry; returns the one that had to leave for it, if any. After `close()` nothing is added. */
  push(entry: T): T | undefined {
    if (this.#closed) return undefined;
    this.#entries.push(entry);
    const pushedOut = this.#entries.length > this.capacity ? this.#entries.shift() : undefined;
    if (pushedOut !== undefined) this.#dropped++;
    this.#wake();
    return pushedOut;
  }

  /** Ends the iteration once the entries that are left have been read. */
  close(): void {
    this.#closed = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, void> {
    while (true) {
      while (this.#entries.length > 0) yield this.#entries.shift()!;
      if (this.#closed) return;
      await new Promise<void>((resolve) => this.#waiting = resolve);
    }
  }

  #wake(): void {
    this.#waiting?.();
    this.#waiting = undefined;
  }
}
