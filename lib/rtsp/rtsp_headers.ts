/** What a header name may consist of (RFC 2326 section 15.1, `token`). */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** Whether `text` is an RTSP token: a method or a header name. */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/**
 * The header fields of one message, in the order they were written.
 *
 * Names are compared without regard to case and kept as written. A name may occur more than once.
 */
export class RtspHeaders {
  #fields: { readonly key: string; readonly name: string; readonly value: string }[] = [];

  /** Headers from an object such as `{ CSeq: "1" }`, in its order. */
  static from(record: Readonly<Record<string, string>>): RtspHeaders {
    const headers = new RtspHeaders();
    for (const [name, value] of Object.entries(record)) headers.append(name, value);
    return headers;
  }

  /** How many fields there are, repeated ones counted each. */
  get size(): number {
    return this.#fields.length;
  }

  /** The value of the first field of that name. */
  get(name: string): string | undefined {
    const key = name.toLowerCase();
    return this.#fields.find((field) => field.key === key)?.value;
  }

  /** The values of all fields of that name, in order. */
  getAll(name: string): string[] {
    const key = name.toLowerCase();
    return this.#fields.filter((field) => field.key === key).map((field) => field.value);
  }

  /** Whether there is a field of that name. */
  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** Puts `value` in the place of the first field of that name, removing the others, or adds it at the end. */
  set(name: string, value: string): this {
    const key = name.toLowerCase();
    const at = this.#fields.findIndex((field) => field.key === key);
    if (at < 0) return this.append(name, value);
    this.#fields[at] = { key, name: this.#fields[at]!.name, value };
    this.#fields = this.#fields.filter((field, index) => index === at || field.key !== key);
    return this;
  }

  /** Adds a field at the end. Throws TypeError if `name` is no token. */
  append(name: string, value: string): this {
    if (!isToken(name)) throw new TypeError(`Cannot use ${JSON.stringify(name.slice(0, 40))} as a header name`);
    this.#fields.push({ key: name.toLowerCase(), name, value });
    return this;
  }

  /** Removes every field of that name. */
  delete(name: string): void {
    const key = name.toLowerCase();
    this.#fields = this.#fields.filter((field) => field.key !== key);
  }

  /** Name and value of each field, in order. */
  entries(): [name: string, value: string][] {
    return this.#fields.map(({ name, value }) => [name, value]);
  }
}
