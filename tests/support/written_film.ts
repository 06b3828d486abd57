import { concatBytes } from "../../lib/core/bytes.ts";
import { Library } from "../../lib/media/library.ts";
import type { FilmFrame, WritableFile } from "../../lib/media/writers/film_writer.ts";
import { withMedia } from "./make_film.ts";

/** A file in memory that a film is written to; it can be full. */
export class MemoryTarget implements WritableFile {
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  /** Bytes that fit. */
  capacity = Infinity;
  /** The file as it was after each change. */
  readonly states: Uint8Array<ArrayBuffer>[] = [];

  get size(): number {
    return this.bytes.length;
  }

  append(bytes: Uint8Array): Promise<void> {
    if (this.size + bytes.length > this.capacity) return Promise.reject(diskFull());
    this.bytes = concatBytes([this.bytes, bytes]);
    this.states.push(this.bytes.slice());
    return Promise.resolve();
  }

  patch(offset: number, bytes: Uint8Array): Promise<void> {
    this.bytes.set(bytes, offset);
    this.states.push(this.bytes.slice());
    return Promise.resolve();
  }
}

/** What the system says when a disk is full. */
export function diskFull(): Error {
  return Object.assign(new Error("No space left on device (os error 28)"), { code: "ENOSPC" });
}

/** Pictures in the order given, so many a second. */
export function framesOf(jpegs: readonly Uint8Array<ArrayBuffer>[], rate: number): FilmFrame[] {
  return jpegs.map((data, index) => ({ data, time: index / rate, width: 64, height: 48 }));
}

/** The pictures of a film, and its rate, as Flipbook's own reader finds them. */
export async function readFilm(
  name: string,
  bytes: Uint8Array,
): Promise<{ rate: number; pictures: Uint8Array<ArrayBuffer>[] }> {
  const pictures: Uint8Array<ArrayBuffer>[] = [];
  let rate = 0;
  await withMedia({ [name]: bytes }, async (directory) => {
    const library = await Library.open([directory]);
    try {
      const clip = await library.open(name);
      await clip.ready;
      rate = clip.frameRate;
      for (let index = 0; index < clip.frameCount; index++) pictures.push((await clip.read(index)).data);
      clip.close();
    } finally {
      library.close();
    }
  });
  return { rate, pictures };
}
