import { join } from "@std/path";
import { type Bytes, concatBytes, decodeLatin1, encodeText, equalBytes } from "../core/bytes.ts";
import { errorMessage } from "../core/errors.ts";
import { log } from "../core/log.ts";
import type { FilmFacts, FilmIndex } from "./film_index.ts";
import { FrameIndex } from "./frame_index.ts";
import type { FileState } from "./random_access_file.ts";

/** Another layout of the files gets another number: old ones are then never read. */
const VERSION = 2;
/** Files below this many bytes are searched so fast that their index is not worth a file. */
const MIN_FILM_SIZE = 64 * 1024 * 1024;
/** Largest index file that is read: 16 million frames with times. */
const MAX_INDEX_FILE = 256 * 1024 * 1024;
/** Index files that are kept; beyond this the ones that were used least recently go. */
const MAX_FILES = 200;
const DIGEST_SIZE = 32;
const HEAD_SIZE = 512;
const SUFFIX = ".index";

/** An index as it was found in the store. */
export interface SavedIndex {
  readonly frames: FrameIndex;
  readonly facts: FilmFacts;
}

/** The text at the start of an index file. */
interface Head extends FilmFacts {
  readonly count: number;
  readonly timed: boolean;
}

/**
 * Indexes of large films, kept in a directory from run to run.
 *
 * The name of an index is made of the film's format, size, time of change and number on the disk, so a film that changed
 * is searched again. The store only ever saves time: whatever goes wrong with it goes to the log and no further.
 */
export class IndexStore {
  constructor(readonly directory: string, private readonly minFilmSize: number = MIN_FILM_SIZE) {}

  /** The index of a file in this state, or undefined. */
  async load(format: string, state: FileState): Promise<SavedIndex | undefined> {
    if (state.size < this.minFilmSize) return undefined;
    try {
      const path = await this.#pathOf(format, state);
      const found = await Deno.stat(path);
      if (!found.isFile || found.size < DIGEST_SIZE + HEAD_SIZE || found.size > MAX_INDEX_FILE) return undefined;
      const saved = await parse(await Deno.readFile(path));
      if (saved) await Deno.utime(path, new Date(), new Date());
      return saved;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) this.#tell("read", error);
      return undefined;
    }
  }

  /** Keeps the index of a file that was in this state. */
  async save(format: string, state: FileState, index: FilmIndex): Promise<void> {
    if (state.size < this.minFilmSize || index.length === 0) return;
    try {
      await Deno.mkdir(this.directory, { recursive: true });
      const path = await this.#pathOf(format, state);
      const temporary = await Deno.makeTempFile({ dir: this.directory, prefix: "new-" });
      await Deno.writeFile(temporary, await write(index));
      await Deno.rename(temporary, path);
      await this.#removeOldest();
    } catch (error) {
      this.#tell("written", error);
    }
  }

  async #pathOf(format: string, { size, modified, inode }: FileState): Promise<string> {
    const digest = await sha256(encodeText([VERSION, format, size, modified, inode].join(" ")));
    const name = [...digest.subarray(0, 16)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return join(this.directory, name + SUFFIX);
  }

  async #removeOldest(): Promise<void> {
    const files: { path: string; used: number }[] = [];
    for await (const entry of Deno.readDir(this.directory)) {
      if (!entry.isFile || !entry.name.endsWith(SUFFIX)) continue;
      const path = join(this.directory, entry.name);
      files.push({ path, used: (await Deno.stat(path)).mtime?.getTime() ?? 0 });
    }
    files.sort((a, b) => b.used - a.used);
    for (const { path } of files.slice(MAX_FILES)) await Deno.remove(path);
  }

  #tell(what: string, error: unknown): void {
    log("media").info("An index could not be {what} in {directory}: {reason}", {
      what,
      directory: this.directory,
      reason: errorMessage(error),
    });
  }
}

/** Digest of the rest, a head of text padded with blanks, the index itself. */
async function write(index: FilmIndex): Promise<Bytes> {
  const head = { ...index.facts, count: index.length, timed: index.frames.timed };
  const text = encodeText(JSON.stringify(head).padEnd(HEAD_SIZE));
  const body = concatBytes([text, index.frames.serialize()]);
  return concatBytes([await sha256(body), body]);
}

async function parse(bytes: Bytes): Promise<SavedIndex | undefined> {
  const body = bytes.subarray(DIGEST_SIZE);
  if (!equalBytes(bytes.subarray(0, DIGEST_SIZE), await sha256(body))) return undefined;
  const { count, timed, rate, end, resume } = JSON.parse(decodeLatin1(body.subarray(0, HEAD_SIZE))) as Head;
  const frames = FrameIndex.parse(body.subarray(HEAD_SIZE), count, timed);
  return frames && { frames, facts: { rate, end, resume } };
}

async function sha256(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}
