import { basename, join, SEPARATOR } from "@std/path";
import { isSafeName } from "./names.ts";
import { isNumberedJpeg } from "./numbered_files.ts";

/** Levels of directories below a media directory that are looked into. */
const MAX_DEPTH = 8;
/** Films that are listed in one media directory. */
const MAX_FILMS = 10_000;
/** Numbered JPEGs in a directory from which on it is one film, and they are not films of their own. */
const MIN_NUMBERED = 2;

/** One of the paths the library was opened with: a directory of films, or a single film. */
export interface MediaRoot {
  readonly path: string;
  readonly isDirectory: boolean;
}

/** Something that may be a film, found by its name. */
export interface FoundFilm {
  /** Real path, with links followed. */
  readonly path: string;
  /** A directory of numbered JPEGs. */
  readonly isDirectory: boolean;
}

/**
 * The names with "/" of all files and links, and of all directories of numbered JPEGs, below a media directory, sorted.
 *
 * Where a link leads is seen by `findFilm` only.
 * A media directory that has numbered JPEGs itself is a film with its own name. Throws when it cannot be read.
 */
export async function listNames(root: MediaRoot): Promise<string[]> {
  if (!root.isDirectory) return (await kindOf(root.path)) === "file" ? [basename(root.path)] : [];
  const names: string[] = [];
  await collect(root.path, "", basename(root.path), 0, names);
  return names.sort();
}

async function collect(path: string, prefix: string, ownName: string, depth: number, names: string[]): Promise<void> {
  const numbered: string[] = [];
  for await (const entry of Deno.readDir(path)) {
    if (names.length >= MAX_FILMS) return;
    const name = prefix + entry.name;
    if (!isSafeName(name)) continue;
    const inside = join(path, entry.name);
    if (entry.isDirectory && depth < MAX_DEPTH) {
      await collect(inside, `${name}/`, name, depth + 1, names).catch(ignoreMissing);
    } else if (entry.isFile && isNumberedJpeg(entry.name)) {
      if (numbered.length < MAX_FILMS) numbered.push(name);
    } else if (entry.isFile || entry.isSymlink) {
      names.push(name);
    }
  }
  if (numbered.length < MIN_NUMBERED) names.push(...numbered);
  else if (isSafeName(ownName)) names.push(ownName);
}

/**
 * What has this name inside the root, or undefined.
 *
 * `name` must be safe (`isSafeName`). Links are followed, but not out of the directory. Nothing is opened.
 */
export async function findFilm(root: MediaRoot, name: string): Promise<FoundFilm | undefined> {
  try {
    const real = await Deno.realPath(root.path);
    if (!root.isDirectory) return name === basename(root.path) ? await found(real) : undefined;
    const path = await realPathInside(real, name);
    if (path !== undefined) return await found(path);
    return name === basename(root.path) ? await found(real) : undefined;
  } catch (error) {
    ignoreMissing(error);
    return undefined;
  }
}

async function realPathInside(directory: string, name: string): Promise<string | undefined> {
  try {
    const path = await Deno.realPath(join(directory, ...name.split("/")));
    const prefix = directory.endsWith(SEPARATOR) ? directory : directory + SEPARATOR;
    return path.startsWith(prefix) ? path : undefined;
  } catch (error) {
    ignoreMissing(error);
    return undefined;
  }
}

async function found(path: string): Promise<FoundFilm | undefined> {
  const kind = await kindOf(path);
  if (kind === "directory") return await hasNumbered(path) ? { path, isDirectory: true } : undefined;
  return kind === "file" ? { path, isDirectory: false } : undefined;
}

async function hasNumbered(path: string): Promise<boolean> {
  let count = 0;
  for await (const entry of Deno.readDir(path)) {
    if (entry.isFile && isNumberedJpeg(entry.name) && ++count >= MIN_NUMBERED) return true;
  }
  return false;
}

async function kindOf(path: string): Promise<"file" | "directory" | undefined> {
  try {
    const { isFile, isDirectory } = await Deno.stat(path);
    return isFile ? "file" : isDirectory ? "directory" : undefined;
  } catch (error) {
    ignoreMissing(error);
    return undefined;
  }
}

/** What cannot be reached is not there: a film may vanish at any time, or never have been readable. */
function ignoreMissing(error: unknown): void {
  const expected = error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied ||
    error instanceof Deno.errors.NotADirectory || error instanceof Deno.errors.FilesystemLoop ||
    error instanceof Deno.errors.NotCapable;
  if (!expected && !(error instanceof Error && "code" in error)) throw error;
}
