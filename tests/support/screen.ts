import { join } from "@std/path";
import { locateBlockRow } from "./block_row.ts";

/** Lines that are read to see a number whose place is known; the row of blocks is higher. */
const BAND = 26;
/** Lines between those that tell whether the screen has changed. */
const SAMPLE_STEP = 45;
/** Bytes of a colour in the table before the pixels (XWD file format, version 7). */
const COLOR_SIZE = 12;

/**
 * The pixels of a display's screen, read from the file in which its server keeps them: a look costs microseconds, needs
 * nothing from the server, and shows exactly what a person would see.
 */
export class Screen implements Disposable {
  readonly #file: Deno.FsFile;
  readonly #width: number;
  readonly #height: number;
  readonly #stride: number;
  readonly #start: number;
  /** The lowest line of the row of blocks that was found last. */
  #line: number | undefined;

  /** `memory` is the folder that the display was opened with. */
  constructor(memory: string) {
    this.#file = Deno.openSync(join(memory, "Xvfb_screen0"));
    const view = new DataView(this.#read(0, 80).buffer);
    this.#width = view.getUint32(16);
    this.#height = view.getUint32(20);
    this.#stride = view.getUint32(48);
    this.#start = view.getUint32(0) + view.getUint32(76) * COLOR_SIZE;
  }

  /** The film's frame number that stands on the screen; the whole screen is searched if it is not where it was. */
  number(): number | undefined {
    if (this.#line !== undefined) {
      const first = Math.max(0, this.#line - BAND + 1);
      const lines = this.#line - first + 1;
      return locateBlockRow(this.#lines(first, lines), this.#width, lines)?.number;
    }
    const found = locateBlockRow(this.#lines(0, this.#height), this.#width, this.#height);
    this.#line = found?.line;
    return found?.number;
  }

  /** The number may stand somewhere else from now on. */
  forget(): void {
    this.#line = undefined;
  }

  /** How often each colour, as 0xRRGGBB, stands in a part of the screen. */
  colours(left: number, top: number, width: number, height: number): Map<number, number> {
    const lines = this.#lines(top, height);
    const found = new Map<number, number>();
    for (let y = 0; y < height; y++) {
      for (let x = left; x < left + width; x++) {
        const at = y * this.#stride + 4 * x;
        const colour = lines[at + 2]! << 16 | lines[at + 1]! << 8 | lines[at]!;
        found.set(colour, (found.get(colour) ?? 0) + 1);
      }
    }
    return found;
  }

  /** A text that changes when a window appears. */
  sample(): string {
    let sum = "";
    for (let y = 0; y < this.#height; y += SAMPLE_STEP) {
      sum += this.#lines(y, 1).reduce((hash, byte) => (hash * 31 + byte) | 0, 0);
    }
    return sum;
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }

  #lines(first: number, count: number): Uint8Array {
    return this.#read(this.#start + first * this.#stride, count * this.#stride);
  }

  #read(from: number, size: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(size);
    this.#file.seekSync(from, Deno.SeekMode.Start);
    for (let read = 0; read < size;) {
      const count = this.#file.readSync(bytes.subarray(read));
      if (count === null) throw new Error("The file of the screen ends too early");
      read += count;
    }
    return bytes;
  }
}
