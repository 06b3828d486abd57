import { basename, join, SEPARATOR } from "@std/path";
import { isSafeName } from "./names.ts";

/** Levels of directories below a media directory that are looked into. */
const MAX_DEPTH = 8;
/** Files that are listed in one media directory. */
const MAX_FILES = 10_000;

/** One of the paths the library was opened with: a directory of films, or a single film. */
export interface MediaRoot {
  readonly path: string;
  readonly isDirectory: boolean;
}

/** All regular files of a media directory as names with "/", sorted. Throws when the directory cannot be read. */
export async function listNames(root: MediaRoot): Promise<string[]> {
  if (!root.isDirectory) return (await isRegularFile(root.path)) ? [basename(root.path)] : [];
  const names: string[] = [];
  await collect(root.path, "", 0, names);
  return names.sort();
}

async function collect(directory: string, prefix: string, depth: number, names: string[]): Promise<void> {
  for await (const entry of Deno.readDir(directory)) {
    if (names.length >= MAX_FILES) return;
    const name = prefix + entry.name;
    if (!isSafeName(name)) continue;
    const path = join(directory, entry.name);
    if (entry.isDirectory && depth < MAX_DEPTH) await collect(path, `${name}/`, depth + 1, names).catch(ignoreMissing);
    else if (entry.isFile || (entry.isSymlink && await isRegularFile(path))) names.push(name);
  }
}

/**
 * The real path of a film, or undefined if there is no regular file of that name inside the root.
 *
 * `name` must be safe (`isSafeName`). Links are followed, but not out of the directory. Nothing is opened.
 */
export async function findFile(root: MediaRoot, name: string): Promise<string | undefined> {
  try {
    if (!root.isDirectory) {
      return name === basename(root.path) && await isRegularFile(root.path)
        ? await Deno.realPath(root.path)
        : undefined;
    }
    const inside = await Deno.realPath(root.path);
    const path = await Deno.realPath(join(inside, ...name.split("/")));
    const prefix = inside.endsWith(SEPARATOR) ? inside : inside + SEPARATOR;
    return path.startsWith(prefix) && await isRegularFile(path) ? path : undefined;
  } catch (error) {
    ignoreMissing(error);
    return undefined;
  }
}

async function isRegularFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch (error) {
    ignoreMissing(error);
    return false;
  }
}

/** What cannot be reached is not there: a film may vanish at any time, or never have been readable. */
function ignoreMissing(error: unknown): void {
  const expected = error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied ||
    error instanceof Deno.errors.NotADirectory || error instanceof Deno.errors.FilesystemLoop ||
    error instanceof Deno.errors.NotCapable;
  if (!expected && !(error instanceof Error && "code" in error)) throw error;
}
