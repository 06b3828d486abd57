import { basename, resolve } from "@std/path";
import { type Clock, systemClock } from "../core/clock.ts";
import { errorMessage } from "../core/errors.ts";
import { log } from "../core/log.ts";
import { cacheDirectory } from "./cache_directory.ts";
import type { Clip } from "./clip.ts";
import { ClipCache } from "./clip_cache.ts";
import { NotFoundError } from "./errors.ts";
import { findFilm, type FoundFilm, listNames, type MediaRoot } from "./folder.ts";
import { IndexStore } from "./index_store.ts";
import { isSafeName } from "./names.ts";
import { type FilmOptions, isFilm, openFilm } from "./open_film.ts";
import { stateOf } from "./random_access_file.ts";

/** Films whose first bytes are remembered, so that listing again does not open them again. */
const MAX_KNOWN = 20_000;
/** Milliseconds for which a listing answers questions for names in another case of letters. */
const NAMES_AGE = 1000;

/** One film of the library. */
export interface LibraryEntry {
  /** Path inside its media directory, with "/". */
  readonly name: string;
  /** Path on this machine. */
  readonly path: string;
}

/** How a library reads its films. */
export interface LibraryOptions {
  /** Frames per second for all films, in place of 20 for the assignment's format and 25 for raw JPEGs. */
  readonly frameRate?: number;
  readonly clock?: Clock;
  /** Directory for the indexes of large films; default is this user's cache directory, false is nowhere. */
  readonly indexDirectory?: string | false;
}

/**
 * The films in some directories, or single ones, by name.
 *
 * Everything is looked up when it is asked for: files may come and go, and so may a whole directory.
 */
export class Library {
  readonly #roots: readonly MediaRoot[];
  readonly #options: FilmOptions;
  readonly #clips = new ClipCache();
  readonly #known = new Map<string, { readonly state: string; readonly film: boolean }>();
  readonly #told = new Set<string>();
  readonly #recent = new Map<MediaRoot, { readonly at: number; readonly names: Promise<string[]> }>();

  private constructor(roots: readonly MediaRoot[], options: FilmOptions) {
    this.#roots = roots;
    this.#options = options;
  }

  /**
   * A library of these directories and files; of two films with one name the earlier path's is taken.
   *
   * Throws `NotFoundError` that names the path if there is nothing, and `TypeError` if it is neither file nor directory.
   */
  static async open(paths: readonly string[], options: LibraryOptions = {}): Promise<Library> {
    const roots = await Promise.all(paths.map(openRoot));
    const { clock = systemClock, frameRate, indexDirectory = cacheDirectory() } = options;
    return new Library(roots, {
      clock,
      ...(frameRate === undefined ? {} : { frameRate }),
      ...(!indexDirectory ? {} : { store: new IndexStore(indexDirectory) }),
    });
  }

  /** All films, sorted by name within each path. A directory that cannot be read now is left out and logged. */
  async list(): Promise<LibraryEntry[]> {
    const entries = new Map<string, LibraryEntry>();
    for (const root of this.#roots) {
      for (const name of await this.#namesOf(root)) {
        const film = await findFilm(root, name);
        if (film === undefined || !(await this.#isFilm(film, name))) continue;
        const { path } = film;
        const first = entries.get(name);
        if (first === undefined) entries.set(name, { name, path });
        else this.#tellOnce(`${path} is hidden by ${first.path}, which has the same name`);
      }
    }
    return [...entries.values()];
  }

  /**
   * Opens a film by its name; only if there is none, upper and lower case may differ.
   *
   * Throws `NotFoundError` for a name that is unknown or unsafe, `InvalidDataError` for a file that is no film.
   */
  async open(name: string): Promise<Clip> {
    const film = isSafeName(name) ? await this.#find(name) : undefined;
    if (film === undefined) throw new NotFoundError(`There is no film named ${JSON.stringify(name)}`);
    try {
      return await this.#clips.open(film.path, () => openFilm(film, name, this.#options));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) throw new NotFoundError(`The film ${JSON.stringify(name)} is gone`);
      throw error;
    }
  }

  /** Closes all films that nobody has open. */
  close(): void {
    this.#clips.close();
  }

  async #find(name: string): Promise<FoundFilm | undefined> {
    for (const root of this.#roots) {
      const film = await findFilm(root, name);
      if (film !== undefined) return film;
    }
    const folded = name.toLowerCase();
    for (const root of this.#roots) {
      const other = (await this.#recentNamesOf(root)).find((candidate) => candidate.toLowerCase() === folded);
      const film = other === undefined ? undefined : await findFilm(root, other);
      if (film !== undefined) return film;
    }
    return undefined;
  }

  /** The names as they were a moment ago: whoever asks for films that are not there must not keep the disk busy. */
  #recentNamesOf(root: MediaRoot): Promise<string[]> {
    const now = this.#options.clock.now();
    let recent = this.#recent.get(root);
    if (recent === undefined || now - recent.at > NAMES_AGE) {
      recent = { at: now, names: this.#namesOf(root) };
      this.#recent.set(root, recent);
    }
    return recent.names;
  }

  async #namesOf(root: MediaRoot): Promise<string[]> {
    try {
      return await listNames(root);
    } catch (error) {
      this.#tellOnce(`${root.path} cannot be read: ${errorMessage(error)}`);
      return [];
    }
  }

  async #isFilm(found: FoundFilm, name: string): Promise<boolean> {
    const { path } = found;
    try {
      const { size, modified, inode } = await stateOf(path);
      const state = `${size} ${modified} ${inode}`;
      const known = this.#known.get(path);
      if (known?.state === state) return known.film;
      const film = await isFilm(found, name);
      if (this.#known.size >= MAX_KNOWN) this.#known.clear();
      this.#known.set(path, { state, film });
      return film;
    } catch (error) {
      this.#tellOnce(`${path} cannot be read: ${errorMessage(error)}`);
      return false;
    }
  }

  #tellOnce(text: string): void {
    if (this.#told.has(text) || this.#told.size >= MAX_KNOWN) return;
    this.#told.add(text);
    log("media").warn("{text}", { text });
  }
}

async function openRoot(path: string): Promise<MediaRoot> {
  const absolute = resolve(path);
  const found = await Deno.stat(absolute).catch((error) => {
    if (error instanceof Deno.errors.NotFound) throw new NotFoundError(`There is no file or directory ${path}`);
    throw error;
  });
  if (found.isDirectory) return { path: absolute, isDirectory: true };
  if (found.isFile && isSafeName(basename(absolute))) return { path: absolute, isDirectory: false };
  throw new TypeError(`Cannot serve ${path}: it is neither a film nor a directory`);
}
