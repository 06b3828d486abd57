/** Something that is due at a moment. */
export interface Due {
  /** Clock ms. */
  deadline: number;
  /** Place in the heap, which alone sets it; -1: in none. */
  place: number;
}

/** What is due next of much that changes all the time: taking in, taking out and moving cost the logarithm of the size. */
export class DeadlineHeap<T extends Due> {
  readonly #entries: T[] = [];

  get size(): number {
    return this.#entries.length;
  }

  /** What is due first. */
  get first(): T | undefined {
    return this.#entries[0];
  }

  /** Takes in an entry that is in no heap. */
  add(entry: T): void {
    entry.place = this.#entries.length;
    this.#entries.push(entry);
    this.#rise(entry);
  }

  /** Takes an entry out; harmless if it is not in. */
  remove(entry: T): void {
    const { place } = entry;
    if (place < 0) return;
    entry.place = -1;
    const last = this.#entries.pop()!;
    if (last === entry) return;
    last.place = place;
    this.#entries[place] = last;
    this.#rise(last);
    this.#sink(last);
  }

  clear(): void {
    for (const entry of this.#entries) entry.place = -1;
    this.#entries.length = 0;
  }

  #rise(entry: T): void {
    while (entry.place > 0) {
      const parent = this.#entries[(entry.place - 1) >> 1]!;
      if (parent.deadline <= entry.deadline) return;
      this.#swap(parent, entry);
    }
  }

  #sink(entry: T): void {
    while (true) {
      const left = this.#entries[2 * entry.place + 1];
      const right = this.#entries[2 * entry.place + 2];
      const least = right && right.deadline < left!.deadline ? right : left;
      if (!least || least.deadline >= entry.deadline) return;
      this.#swap(entry, least);
    }
  }

  #swap(upper: T, lower: T): void {
    [upper.place, lower.place] = [lower.place, upper.place];
    this.#entries[upper.place] = upper;
    this.#entries[lower.place] = lower;
  }
}
