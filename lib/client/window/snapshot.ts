import { join } from "@std/path";
import type { ReceivedFrame } from "../player_types.ts";

/** Pictures of one frame that may stand side by side. */
const MAX_COPIES = 1000;
/** Characters of the stream's name that are kept. */
const MAX_NAME = 60;

/** The folder for pictures of the person whose environment this is; undefined where that cannot be told. */
export function pictureFolder(environment: { get(name: string): string | undefined }): string | undefined {
  const home = environment.get("XDG_PICTURES_DIR");
  if (home) return join(home, "Flipbook");
  const user = environment.get("HOME") || environment.get("USERPROFILE");
  return user ? join(user, "Pictures", "Flipbook") : undefined;
}

/** A file name that any system takes, whatever the network called the stream: "movie frame 312". */
export function snapshotName(title: string, index: number): string {
  const safe = title.replace(/[^\p{L}\p{N}._-]+/gu, "-").replace(/^[.-]+|[.-]+$/g, "").slice(0, MAX_NAME);
  return `${safe || "stream"}-${String(index).padStart(5, "0")}`;
}

/**
 * Writes the picture exactly as it was received into the folder, which is made if need be. No file is overwritten.
 * Resolves with the path.
 */
export async function saveSnapshot(folder: string, title: string, frame: ReceivedFrame): Promise<string> {
  await Deno.mkdir(folder, { recursive: true });
  const name = snapshotName(title, frame.index);
  for (let copy = 1; copy <= MAX_COPIES; copy++) {
    const path = join(folder, `${name}${copy === 1 ? "" : `-${copy}`}.jpg`);
    try {
      await Deno.writeFile(path, frame.data, { createNew: true });
      return path;
    } catch (thrown) {
      if (!(thrown instanceof Deno.errors.AlreadyExists)) throw thrown;
    }
  }
  throw new Error(`There are already ${MAX_COPIES} pictures of this frame in ${folder}`);
}
