import { concatBytes, encodeText } from "../../core/bytes.ts";
import type { FilmFrame, FilmWriter, WritableFile } from "./film_writer.ts";

/** Digits of the length in front of each JPEG, and what they can tell. */
const LENGTH_DIGITS = 5;
const MAX_LAB_FRAME = 99_999;

/** The networking assignment's format: five decimal digits, then a JPEG of that many bytes. It holds no times. */
export class LabWriter implements FilmWriter {
  readonly #file: WritableFile;

  constructor(file: WritableFile) {
    this.#file = file;
  }

  get size(): number {
    return this.#file.size;
  }

  async write({ data }: FilmFrame): Promise<void> {
    if (data.length > MAX_LAB_FRAME) {
      throw new RangeError(
        `Cannot write a picture of ${data.length} bytes in the assignment's format: it ends at ${MAX_LAB_FRAME}`,
      );
    }
    const length = encodeText(String(data.length).padStart(LENGTH_DIGITS, "0"));
    await this.#file.append(concatBytes([length, data]));
  }

  finish(): Promise<void> {
    return Promise.resolve();
  }
}
