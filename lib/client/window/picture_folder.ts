import { join } from "@std/path";
import { createFilm } from "../../media/writers/open_writer.ts";
import type { Shelf } from "../bridge/keeping.ts";

/** Files of one name that may stand side by side. */
const MAX_COPIES = 1000;
/** Characters of the stream's name that are kept. */
const MAX_NAME = 60;

/**
 * The folder for pictures of the person whose environment this is; undefined where that cannot be told, or may not be
 * read.
 */
export function pictureFolder(environment: { get(name: string): string | undefined }): string | undefined {
  try {
    const pictures = environment.get("XDG_PICTURES_DIR");
    if (pictures) return join(pictures, "Flipbook");
    const home = environment.get("HOME") || environment.get("USERPROFILE");
    return home ? join(home, "Pictures", "Flipbook") : undefined;
  } catch {
    // Without the permission nothing is kept: never worth a question to the person.
    return undefined;
  }
}

/** What of a stream's name any system takes as a file name, whatever the network called the stream. */
export function safeName(title: string): string {
  return title.replace(/[^\p{L}\p{N}._-]+/gu, "-").replace(/^[.-]+|[.-]+$/g, "").slice(0, MAX_NAME) || "stream";
}

/** Keeps pictures and films in the folder, which is made if need be. No file is overwritten. */
export function openFolder(folder: string): Shelf {
  return {
    async savePicture(title, frame) {
      const name = `${safeName(title)}-${String(frame.index).padStart(5, "0")}`;
      const { path } = await createNext(folder, name, ".jpg", async (path) => {
        await Deno.writeFile(path, frame.data, { createNew: true });
      });
      return path;
    },
    async createFilm(title) {
      const { path, made } = await createNext(
        folder,
        `${safeName(title)}-recording`,
        ".avi",
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
