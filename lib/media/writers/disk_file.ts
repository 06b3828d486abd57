import type { WritableFile } from "./film_writer.ts";

/** A new file on the disk. */
export class DiskFile implements WritableFile {
  readonly #file: Deno.FsFile;
  #size = 0;
  /** Where the system would write next. */
  #position = 0;

  private constructor(file: Deno.FsFile) {
    this.#file = file;
  }

  /**
   * Makes the file. Rejects with Deno.errors.AlreadyExists if there is one, unless `replace` is set, and with what else
   * the system says.
   */
  static async create(path: string, options: { readonly replace: boolean }): Promise<DiskFile> {
    const mode = options.replace ? { create: true, truncate: true } : { createNew: true };
    return new DiskFile(await Deno.open(path, { write: true, ...mode }));
  }

  get size(): number {
    return this.#size;
  }

  async append(bytes: Uint8Array): Promise<void> {
    await this.#writeAt(this.#size, bytes);
    this.#size += bytes.length;
  }

  async patch(offset: number, bytes: Uint8Array): Promise<void> {
    if (offset + bytes.length > this.#size) throw new RangeError(`Cannot patch byte ${offset} of ${this.#size}`);
    await this.#writeAt(offset, bytes);
  }

  close(): void {
    this.#file.close();
  }

  async #writeAt(offset: number, bytes: Uint8Array): Promise<void> {
    if (this.#position !== offset) await this.#file.seek(offset, Deno.SeekMode.Start);
    this.#position = NaN;
    for (let at = 0; at < bytes.length;) at += await this.#file.write(bytes.subarray(at));
    this.#position = offset + bytes.length;
  }
}
