import { basename, join } from "@std/path";
import { equalBytes } from "../../core/bytes.ts";

/** A library where the system can load it. */
export interface LibraryCopy {
  readonly path: string;
  /** Removes it, if it was made for this run only. Where the system still holds it (Windows), it stays. */
  remove(): void;
}

/** Folder for the copy inside the user's cache directory. */
const FOLDER = "window";

/**
 * A copy on the disk of a library that lies inside the compiled program, where the system cannot load it from.
 *
 * The copy of an earlier run is used again if it has the very same bytes. Without a cache directory, or when nothing can
 * be written there, the copy goes into a new temporary directory of this user and `remove()` takes it away.
 *
 * @throws {Error} when it can be written nowhere, or does not read back as it was written.
 */
export function copyLibrary(embedded: string, cache: string | undefined): LibraryCopy {
  const bytes = Deno.readFileSync(embedded);
  const kept = cache === undefined ? undefined : keepIn(join(cache, FOLDER), basename(embedded), bytes);
  if (kept !== undefined) return { path: kept, remove: () => {} };
  const folder = Deno.makeTempDirSync({ prefix: "flipbook-" });
  const remove = () => removeQuietly(folder);
  const path = join(folder, basename(embedded));
  try {
    Deno.writeFileSync(path, bytes, { mode: 0o700 });
  } catch (thrown) {
    remove();
    throw thrown;
  }
  if (holds(path, bytes)) return { path, remove };
  remove();
  throw new Error(`Cannot use ${path}: it is not what was written`);
}

/** The path of a copy in `folder`, written only if there is none yet; undefined where that cannot be done. */
function keepIn(folder: string, name: string, bytes: Uint8Array): string | undefined {
  const path = join(folder, name);
  if (holds(path, bytes)) return path;
  try {
    Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
    const unfinished = Deno.makeTempFileSync({ dir: folder, prefix: name });
    try {
      Deno.writeFileSync(unfinished, bytes, { mode: 0o700 });
      // Another player may be starting at the same time: a whole file appears, or none.
      Deno.renameSync(unfinished, path);
    } catch {
      removeQuietly(unfinished);
    }
  } catch {
    return undefined;
  }
  return holds(path, bytes) ? path : undefined;
}

function holds(path: string, bytes: Uint8Array): boolean {
  try {
    return equalBytes(Deno.readFileSync(path), bytes);
  } catch {
    return false;
  }
}

function removeQuietly(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
  } catch {
    // Windows does not let go of a library as long as the program runs.
  }
}
