import type { Bytes } from "../core/bytes.ts";
import { InvalidDataError } from "../core/errors.ts";
import type { Frame } from "../core/frame.ts";
import { MAX_FRAME_SIZE } from "../jpeg/boundary.ts";
import { isWholeJpeg } from "../jpeg/whole.ts";
import type { SharableClip } from "./clip_cache.ts";
import { findNumberedFiles, type NumberedFiles } from "./numbered_files.ts";

const DEFAULT_RATE = 25;
const FRAME_TOLERANCE = 1e-4;
/** Files that one reading of a frame takes in of those that were added since: it must not wait long. */
const MAX_ADDED = 8;

/** A directory of numbered JPEGs as a film: one file is one frame. It grows by the files that are written into it. */
export class DirectoryClip implements SharableClip {
  readonly identity: object = this;
  readonly format = "directory";
  readonly recordedAt = undefined;
  readonly complete = true;
  readonly ready = Promise.resolve();
  #growing = false;

  private constructor(
    private readonly name: string,
    private readonly files: NumberedFiles,
    readonly frameRate: number,
  ) {}

  /** Opens the directory at `path`. Throws `InvalidDataError` when there are no numbered JPEGs in it. */
  static async open(path: string, name: string, frameRate = DEFAULT_RATE): Promise<DirectoryClip> {
    const files = await findNumberedFiles(path);
    if (files.length === 0) throw new InvalidDataError(`Cannot play ${name}: it holds no numbered JPEGs`);
    return new DirectoryClip(name, files, frameRate);
  }

  get frameCount(): number {
    return this.files.length;
  }

  get duration(): number {
    return this.files.length / this.frameRate;
  }

  timeOf(index: number): number {
    return index / this.frameRate;
  }

  indexAt(time: number): number {
    return Math.max(0, Math.min(Math.floor(time * this.frameRate + FRAME_TOLERANCE), this.files.length - 1));
  }

  async read(index: number): Promise<Frame> {
    if (!Number.isInteger(index) || index < 0 || index >= this.files.length) {
      throw new RangeError(`Cannot read frame ${index} of ${this.name}: it has ${this.files.length}`);
    }
    const data = await this.#readFile(index);
    await this.#grow();
    return { data, index, time: this.timeOf(index) };
  }

  /** A directory that changed is listed anew for those who come; those who watch go on with what they have. */
  refresh(): Promise<boolean> {
    return Promise.resolve(false);
  }

  /** Nothing is kept open. */
  close(): void {}

  /** Takes in what was written behind the last file since: looked for by name, however large the directory is. */
  async #grow(): Promise<void> {
    if (this.#growing) return;
    this.#growing = true;
    try {
      for (let i = 0; i < MAX_ADDED; i++) {
        await this.#readFile(this.files.length);
        this.files.add();
      }
    } catch {
      // There is none yet, or it is still being written.
    } finally {
      this.#growing = false;
    }
  }

  /** The JPEG in file `index`. Throws `InvalidDataError` unless it is a whole one. */
  async #readFile(index: number): Promise<Bytes> {
    const path = this.files.path(index);
    const { isFile, size } = await Deno.lstat(path);
    if (!isFile || size >= MAX_FRAME_SIZE) throw this.#damaged(index, isFile ? "it is too large" : "it is no file");
    const data = await Deno.readFile(path);
    if (!isWholeJpeg(data)) throw this.#damaged(index, "its file holds no whole JPEG");
    return data;
  }

  #damaged(index: number, reason: string): InvalidDataError {
    return new InvalidDataError(`Cannot read frame ${index} of ${this.name}: ${reason}`);
  }
}
