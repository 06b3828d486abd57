import { type Clock, sleep } from "../core/clock.ts";
import { InvalidDataError } from "../core/errors.ts";
import { DETECT_SIZE, detectContainer } from "./containers/detect.ts";
import { FileClip } from "./file_clip.ts";
import type { IndexStore } from "./index_store.ts";
import { RandomAccessFile } from "./random_access_file.ts";

/** Milliseconds that opening waits for the whole index once the first frame is there; small films are complete then. */
const INDEX_PATIENCE = 100;

/** How films are opened. */
export interface FilmOptions {
  /** Frames per second for all films, in place of what their containers mean. */
  readonly frameRate?: number;
  readonly clock: Clock;
  /** Where indexes are kept from run to run. */
  readonly store?: IndexStore;
}

/** Whether the file at `path`, a regular file, holds a film that can be read. */
export async function isFilm(path: string): Promise<boolean> {
  const file = await RandomAccessFile.open(path);
  try {
    return "container" in detectContainer(await file.read(0, DETECT_SIZE));
  } finally {
    file.close();
  }
}

/**
 * Opens the film at `path`, a regular file, as soon as its first frame is known.
 *
 * Throws `InvalidDataError` that tells a person what the file is instead, or what is wrong with it.
 */
export async function openFilm(path: string, name: string, options: FilmOptions): Promise<FileClip> {
  const file = await RandomAccessFile.open(path);
  try {
    const detected = detectContainer(await file.read(0, DETECT_SIZE));
    if ("foreign" in detected) throw new InvalidDataError(`Cannot play ${name}: it is ${detected.foreign}`);
    const clip = new FileClip(file, detected.container, { ...options, name });
    await clip.found(1);
    if (clip.frameCount === 0) {
      throw new InvalidDataError(`Cannot play ${name}: ${clip.failure ?? "it holds not one whole JPEG"}`);
    }
    await waitAtMost(clip.ready, INDEX_PATIENCE, options.clock);
    return clip;
  } catch (error) {
    file.close();
    throw error;
  }
}

async function waitAtMost(work: Promise<void>, milliseconds: number, clock: Clock): Promise<void> {
  const done = new AbortController();
  await Promise.race([work, sleep(clock, milliseconds, done.signal)]);
  done.abort();
}
