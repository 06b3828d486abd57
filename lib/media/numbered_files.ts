import { join } from "@std/path";

/** Files of one directory that are looked at. */
const MAX_ENTRIES = 2_000_000;
/** Digits of a number that is exact. */
const NUMBERED = /^(.*?)(\d{1,15})(\.jpe?g)$/i;

/** Files whose names differ in a number only, like frame0001.jpg, in the order of their numbers. */
export class NumberedFiles {
  /** 12 bytes a file: what is the same in all names is kept once. */
  readonly #numbers: Float64Array;
  readonly #digits: Uint32Array;
  /** How many files came later, each numbered as `#step` has it. */
  #added = 0;
  readonly #step: number;

  constructor(
    private readonly directory: string,
    private readonly prefix: string,
    private readonly suffix: string,
    files: readonly { readonly number: number; readonly digits: number }[],
  ) {
    const sorted = [...files].sort((a, b) => a.number - b.number || a.digits - b.digits);
    this.#numbers = Float64Array.from(sorted, ({ number }) => number);
    this.#digits = Uint32Array.from(sorted, ({ digits }) => digits);
    const [before = NaN, last = NaN] = this.#numbers.slice(-2);
    this.#step = last > before ? last - before : 1;
  }

  get length(): number {
    return this.#numbers.length + this.#added;
  }

  /** Path of file `index`, from 0; of the one behind the last, it is where the next file is expected. */
  path(index: number): string {
    const known = this.#numbers.length;
    if (!(index >= 0 && index <= this.length && known > 0)) {
      throw new RangeError(`Cannot find file ${index} of ${this.length}`);
    }
    const listed = Math.min(index, known - 1);
    const number = this.#numbers[listed]! + (index - listed) * this.#step;
    return join(this.directory, this.prefix + String(number).padStart(this.#digits[listed]!, "0") + this.suffix);
  }

  /** Takes the next file in, which has come to where it was expected. */
  add(): void {
    this.#added++;
  }
}

/** Whether the name is that of a JPEG with a number. */
export function isNumberedJpeg(name: string): boolean {
  return NUMBERED.test(name);
}

/**
 * The largest group of regular files in a directory that are numbered JPEGs with equal names otherwise.
 *
 * Throws when the directory cannot be read.
 */
export async function findNumberedFiles(directory: string): Promise<NumberedFiles> {
  const groups = new Map<string, { number: number; digits: number }[]>();
  let looked = 0;
  for await (const entry of Deno.readDir(directory)) {
    if (++looked > MAX_ENTRIES) break;
    const parts = entry.isFile ? NUMBERED.exec(entry.name) : null;
    if (parts === null) continue;
    const key = JSON.stringify([parts[1], parts[3]]);
    const group = groups.get(key) ?? [];
    if (group.length === 0) groups.set(key, group);
    group.push({ number: Number(parts[2]), digits: parts[2]!.length });
  }
  const [largest] = [...groups].sort(([a, first], [b, second]) => second.length - first.length || (a < b ? -1 : 1));
  const [prefix, suffix] = largest ? JSON.parse(largest[0]) as [string, string] : ["", ""];
  return new NumberedFiles(directory, prefix, suffix, largest?.[1] ?? []);
}
