/** Keeps a few values that were costly to make, because the pictures of a film ask for the same ones again. */
export class Kept<Value> {
  readonly #values = new Map<string, Value>();

  /** Keeps the `limit` values that were asked for last. */
  constructor(private readonly limit: number) {}

  /** The value of `key`, made now if it is not there. */
  get(key: string, make: () => Value): Value {
    let value = this.#values.get(key);
    if (value === undefined) {
      value = make();
      if (this.#values.size >= this.limit) this.#values.delete(this.#values.keys().next().value!);
    } else {
      this.#values.delete(key);
    }
    this.#values.set(key, value);
    return value;
  }
}
