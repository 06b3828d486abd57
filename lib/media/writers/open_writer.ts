import { extname } from "@std/path";
import { AviWriter } from "./avi_writer.ts";
import { DiskFile } from "./disk_file.ts";
import type { FilmWriter, WritableFile } from "./film_writer.ts";
import { LabWriter } from "./lab_writer.ts";
import { MjpegWriter } from "./mjpeg_writer.ts";

/** A film that is being written, and its file. */
export interface WrittenFilm {
  readonly writer: FilmWriter;
  /** Gives the file back to the system; `writer` is of no use afterwards. */
  close(): void;
}

/**
 * What writes a film of that name: .avi, .mjpeg or .mjpg; and .Mjpeg, with the capital of the networking assignment's
 * movie.Mjpeg, for its format. Undefined for any other ending.
 */
export function writerFor(path: string): ((file: WritableFile) => FilmWriter) | undefined {
  const ending = extname(path);
  if (ending === ".Mjpeg") return (file) => new LabWriter(file);
  switch (ending.toLowerCase()) {
    case ".mjpeg":
    case ".mjpg":
      return (file) => new MjpegWriter(file);
    case ".avi":
      return (file) => new AviWriter(file);
    default:
      return undefined;
  }
}

/**
 * Makes a file for a film, its format by its ending (see `writerFor`).
 *
 * Rejects with TypeError for an ending that is none, with Deno.errors.AlreadyExists if there is such a file and
 * `replace` is not set, and with what else the system says.
 */
export async function createFilm(path: string, options: { readonly replace: boolean }): Promise<WrittenFilm> {
  const make = writerFor(path);
  if (!make) throw new TypeError(`Cannot tell the format of ${path}: it ends neither with .mjpeg nor .avi nor .Mjpeg`);
  const file = await DiskFile.create(path, options);
  return { writer: make(file), close: () => file.close() };
}
