import type { Bytes } from "../core/bytes.ts";
import type { Frame } from "../core/frame.ts";
import { InvalidDataError } from "../core/errors.ts";
import { findJpegEnd } from "../jpeg/boundary.ts";
import type { Clip } from "./clip.ts";
import type { Container } from "./containers/container.ts";
import { type FileChange, FileGuard } from "./file_guard.ts";
import { FilmIndex } from "./film_index.ts";
import type { IndexStore } from "./index_store.ts";
import { type FileState, type RandomAccess, sameState } from "./random_access_file.ts";
import { ReadAhead } from "./read_ahead.ts";

/** Frames before the last one known at which it is looked for more with every frame: over a second of film. */
const NEAR_END = 64;

/** How a `FileClip` is opened. */
export interface FileClipOptions {
  /** The film's name for errors and the log. */
  readonly name: string;
  /** Frames per second in place of the file's. */
  readonly frameRate?: number;
  /** Where indexes are kept from run to run. */
  readonly store?: IndexStore;
}

/** A film in one file; its index is built in the background while the first frames are served. */
export class FileClip implements Clip {
  readonly identity: object = this;
  readonly format: string;
  readonly ready: Promise<void>;
  readonly #name: string;
  readonly #index: FilmIndex;
  readonly #guard: FileGuard;
  readonly #ahead: ReadAhead<FileChange>;
  readonly #stop = new AbortController();
  #extending: Promise<void> | undefined;
  #recordedAt: number | undefined;
  /** The state of the file when it was last searched. */
  #extended: FileState;

  /** Begins to index `file`, which belongs to the clip from now on. */
  constructor(
    private readonly file: RandomAccess,
    private readonly container: Container,
    options: FileClipOptions,
  ) {
    this.format = container.format;
    this.#name = options.name;
    this.#index = new FilmIndex(options.name, container, options.frameRate);
    this.#guard = new FileGuard(file);
    this.#ahead = new ReadAhead((offset, length) => file.read(offset, length), () => this.#guard.check());
    this.#extended = this.#guard.state;
    this.ready = this.#buildIndex(options.store);
  }

  get frameCount(): number {
    return this.#index.length;
  }

  get frameRate(): number {
    return this.#index.frameRate;
  }

  get duration(): number {
    return this.#index.duration;
  }

  get recordedAt(): number | undefined {
    return this.#recordedAt;
  }

  get complete(): boolean {
    return this.#index.complete;
  }

  /** Why the search for frames ended before the file did, for a person. */
  get failure(): string | undefined {
    return this.#index.failure;
  }

  timeOf(index: number): number {
    return this.#index.timeOf(index);
  }

  indexAt(time: number): number {
    return this.#index.indexAt(time);
  }

  /** Resolves when `count` frames have been found, or all there are. */
  found(count: number): Promise<void> {
    return this.#index.found(count);
  }

  async read(index: number): Promise<Frame> {
    if (!Number.isInteger(index) || index < 0) throw new RangeError(`Cannot read frame ${index} of ${this.#name}`);
    await this.#index.found(index + 1);
    if (index >= this.#index.length) {
      throw new RangeError(`Cannot read frame ${index} of ${this.#name}: it has ${this.#index.length}`);
    }
    const { bytes: data, verdict: change } = await this.#ahead.frame(this.#index.frames, index);
    const whole = data.length === this.#index.frames.lengthOf(index) && isWhole(data, change === "none");
    if (change === "replaced" || !whole) throw this.#damaged(index);
    // Frames that were read ahead tell nothing of the file as it is now; who is near its end wants to know.
    if (change === "touched" || this.#index.length - index <= NEAR_END) void this.#noticeGrowth();
    return { data, index, time: this.timeOf(index) };
  }

  /**
   * Looks whether the file is still the one that was indexed, and adds frames that were appended since.
   *
   * Resolves with false when the file must be opened anew to see what is in it.
   */
  async refresh(): Promise<boolean> {
    const change = await this.#guard.check();
    if (change === "touched") await this.#extend();
    return change === "none" || (change === "touched" && this.#index.facts.resume !== undefined);
  }

  close(): void {
    this.#stop.abort();
    this.file.close();
  }

  async #buildIndex(store: IndexStore | undefined): Promise<void> {
    const { signal } = this.#stop;
    const saved = await store?.load(this.container.format, this.#guard.state);
    if (saved) this.#index.adopt(saved.frames, saved.facts);
    else await this.#index.search(this.file, signal);
    if (signal.aborted) return;
    this.#recordedAt = this.#extended.modified / 1000 - this.#index.duration;
    await this.#takeSamples();
    if (!saved && this.#index.failure === undefined) {
      await store?.save(this.container.format, this.#guard.state, this.#index);
    }
  }

  async #noticeGrowth(): Promise<void> {
    if (this.#index.facts.resume === undefined || this.#stop.signal.aborted) return;
    try {
      await this.refresh();
    } catch (error) {
      // A file that cannot be looked at now is looked at again with the next frame.
      if (!(error instanceof Error)) throw error;
    }
  }

  /** Adds what was appended to the file; one search at a time. */
  #extend(): Promise<void> {
    if (this.#extending) return this.#extending;
    const { resume } = this.#index.facts;
    if (!resume || !this.#index.complete || this.#stop.signal.aborted) return Promise.resolve();
    const state = this.file.state();
    if (state.size <= resume.at || sameState(state, this.#extended)) return Promise.resolve();
    this.#extended = state;
    this.#extending = this.#index.search(this.file, this.#stop.signal)
      .then(() => this.#takeSamples())
      .finally(() => this.#extending = undefined);
    return this.#extending;
  }

  async #takeSamples(): Promise<void> {
    const { frames } = this.#index;
    if (frames.length === 0 || this.#stop.signal.aborted) return;
    try {
      const chosen = [...new Set([0, frames.length >> 1, frames.length - 1])];
      await this.#guard.remember(chosen.map((i) => ({ offset: frames.offsetOf(i), length: frames.lengthOf(i) })));
    } catch (error) {
      // A file that was closed meanwhile, or that cannot be read now, has nothing to compare with.
      if (!(error instanceof Error)) throw error;
    }
  }

  #damaged(index: number): InvalidDataError {
    return new InvalidDataError(`Cannot read frame ${index} of ${this.#name}: the file was cut or rewritten meanwhile`);
  }
}

/** Whether these are a JPEG's bytes; in an untouched file the container's word is taken for where it ends. */
function isWhole(data: Bytes, untouched: boolean): boolean {
  if (data[0] !== 0xff || data[1] !== 0xd8) return false;
  if (untouched) return true;
  try {
    return findJpegEnd(data, 0) !== undefined;
  } catch {
    return false;
  }
}
