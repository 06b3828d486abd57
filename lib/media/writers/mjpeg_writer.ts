import type { FilmFrame, FilmWriter, WritableFile } from "./film_writer.ts";

/** JPEGs one after the other, which is what most programs mean by .mjpeg. It holds no times. */
export class MjpegWriter implements FilmWriter {
  readonly #file: WritableFile;

  constructor(file: WritableFile) {
    this.#file = file;
  }

  get size(): number {
    return this.#file.size;
  }

  write({ data }: FilmFrame): Promise<void> {
    return this.#file.append(data);
  }

  finish(): Promise<void> {
    return Promise.resolve();
  }
}
