import { type Clock, sleep } from "../core/clock.ts";
import { InvalidDataError } from "../core/errors.ts";
import type { SharableClip } from "./clip_cache.ts";
import { DETECT_SIZE, detectContainer } from "./containers/detect.ts";
import { DirectoryClip } from "./directory_clip.ts";
import { FileClip } from "./file_clip.ts";
import type { FoundFilm } from "./folder.ts";
import type { IndexStore } from "./index_store.ts";
import { RandomAccessFile } from "./random_access_file.ts";
import { StillClip } from "./still_clip.ts";

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

/** Containers that may as well hold video that is no JPEG: they are films only if there is a frame. */
const MIXED_FORMATS = ["avi", "mp4"];

/** Whether what was found holds a film that can be read. */
export async function isFilm({ path, isDirectory }: FoundFilm, name: string): Promise<boolean> {
  if (isDirectory) return true;
  const file = await RandomAccessFile.open(path);
  try {
    const detected = detectContainer(await file.read(0, DETECT_SIZE));
    if ("foreign" in detected) return false;
    if (!MIXED_FORMATS.includes(detected.container.format)) return true;
    const clip = new FileClip(file, detected.container, { name });
    await clip.found(1);
    const hasFrame = clip.frameCount > 0;
    clip.close();
    return hasFrame;
  } finally {
    file.close();
  }
}

/**
 * Opens a film as soon as its first frame is known.
 *
 * Throws `InvalidDataError` that tells a person what the file is instead, or what is wrong with it.
 */
export function openFilm({ path, isDirectory }: FoundFilm, name: string, options: FilmOptions): Promise<SharableClip> {
  return isDirectory ? DirectoryClip.open(path, name, options.frameRate) : openFile(path, name, options);
}

async function openFile(path: string, name: string, options: FilmOptions): Promise<SharableClip> {
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
    const isStill = clip.format === "raw" && clip.complete && clip.frameCount === 1;
    return isStill ? new StillClip(clip, options.frameRate) : clip;
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
