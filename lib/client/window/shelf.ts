import { join } from "@std/path";
import { createFilm } from "../../media/writers/open_writer.ts";
import type { Shelf } from "../bridge/keeping.ts";
import type { RecordFormat } from "../bridge/protocol.ts";
import type { KeepingFolders } from "./keeping_folders.ts";

/** Files of one name that may stand side by side. */
const MAX_COPIES = 1000;
/** Characters of the stream's name that are kept. */
const MAX_NAME = 60;
/** What streams are often called by, and would be read as the kind of the file. */
const ENDING = /\.(?:mjpe?g|jpe?g|avi|mov|mp4|sdp)$/i;

/** Names that Windows keeps for devices, whatever their ending. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** The ending of a film's name tells its format; the assignment's is told from plain JPEGs by its capital. */
const FILM_ENDINGS: Readonly<Record<RecordFormat, string>> = { avi: ".avi", mjpeg: ".mjpeg", lab: ".Mjpeg" };

/** What of a stream's name any system takes as a file name, whatever the network called the stream. */
export function safeName(title: string): string {
  const plain = title.replace(/[^\p{L}\p{N}._-]+/gu, "-").replace(/^[.-]+|[.-]+$/g, "");
  const name = plain.replace(ENDING, "").slice(0, MAX_NAME) || "stream";
  return DEVICE.test(name) ? `stream-${name}` : name;
}

/** Keeps pictures and films in the folders, which are made if need be. No file is overwritten. */
export function openShelf(folders: KeepingFolders): Shelf {
  return {
    ...folders,
    async savePicture(title, frame) {
      const name = `${safeName(title)}-${String(frame.index).padStart(5, "0")}`;
      const { path } = await createNext(folders.pictures, name, ".jpg", async (path) => {
        await Deno.writeFile(path, frame.data, { createNew: true });
      });
      return path;
    },
    async createFilm(title, format) {
      const { path, made } = await createNext(
        folders.films,
        safeName(title),
        FILM_ENDINGS[format],
        (path) => createFilm(path, { replace: false }),
      );
      return { path, film: made };
    },
  };
}

/** Makes a file by the first name that is free: "name.jpg", "name-2.jpg". */
async function createNext<T>(folder: string, name: string, ending: string, make: (path: string) => Promise<T>) {
  await Deno.mkdir(folder, { recursive: true });
  for (let copy = 1; copy <= MAX_COPIES; copy++) {
    const path = join(folder, `${name}${copy === 1 ? "" : `-${copy}`}${ending}`);
    try {
      return { path, made: await make(path) };
    } catch (thrown) {
      if (!(thrown instanceof Deno.errors.AlreadyExists)) throw thrown;
    }
  }
  throw new Error(`There are already ${MAX_COPIES} files named ${name} in ${folder}`);
}
