import type { Bytes } from "../core/bytes.ts";
import type { Frame } from "../core/frame.ts";
import { errorMessage, InvalidDataError } from "../core/errors.ts";
import { log } from "../core/log.ts";
import { findJpegEnd } from "../jpeg/boundary.ts";
import { ByteWindow } from "./byte_window.ts";
import type { Clip } from "./clip.ts";
import type { Container } from "./containers/container.ts";
import { FileGuard } from "./file_guard.ts";
import { FrameIndex } from "./frame_index.ts";
import type { RandomAccessFile } from "./random_access_file.ts";

/** A time this little before a frame (in frames) still means that frame: times travel as decimal text. */
const FRAME_TOLERANCE = 1e-4;
/** Remarks on one file that go to the log one by one. */
const MAX_REMARKS = 5;

/** How a `FileClip` is opened. */
export interface FileClipOptions {
  /** The film's name for errors and the log. */
  readonly name: string;
  /** Frames per second in place of the container's. */
  readonly frameRate?: number;
}

/** A film in one file; its index is built in the background while the first frames are served. */
export class FileClip implements Clip {
  readonly identity: object = this;
  readonly format: string;
  readonly frameRate: number;
  readonly ready: Promise<void>;
  readonly #name: string;
  readonly #index = new FrameIndex();
  readonly #guard: FileGuard;
  readonly #stop = new AbortController();
  #waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  #complete = false;
  #failure: string | undefined;
  #remarks = 0;

  /** Begins to index `file`, which belongs to the clip from now on. */
  constructor(
    private readonly file: RandomAccessFile,
    private readonly container: Container,
    options: FileClipOptions,
  ) {
    this.format = container.format;
    this.frameRate = options.frameRate ?? container.frameRate;
    this.#name = options.name;
    this.#guard = new FileGuard(file);
    this.ready = this.#buildIndex();
  }

  get frameCount(): number {
    return this.#index.length;
  }

  get duration(): number {
    return this.#index.length / this.frameRate;
  }

  get complete(): boolean {
    return this.#complete;
  }

  /** Why the search for frames ended before the file did, for a person. */
  get failure(): string | undefined {
    return this.#failure;
  }

  timeOf(index: number): number {
    return index / this.frameRate;
  }

  indexAt(time: number): number {
    const index = Math.floor(time * this.frameRate + FRAME_TOLERANCE);
    return Math.max(0, Math.min(index, this.#index.length - 1));
  }

  /** Resolves when `count` frames have been found, or all there are. */
  found(count: number): Promise<void> {
    if (this.#complete || this.#index.length >= count) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ count, resolve }));
  }

  async read(index: number): Promise<Frame> {
    if (!Number.isInteger(index) || index < 0) throw new RangeError(`Cannot read frame ${index} of ${this.#name}`);
    await this.found(index + 1);
    if (index >= this.#index.length) {
      throw new RangeError(`Cannot read frame ${index} of ${this.#name}: it has ${this.#index.length}`);
    }
    const length = this.#index.lengthOf(index);
    const data = await this.file.read(this.#index.offsetOf(index), length);
    const change = await this.#guard.check();
    const whole = data.length === length && isWhole(data, change === "none");
    if (change === "replaced" || !whole) throw this.#damaged(index);
    return { data, index, time: this.timeOf(index) };
  }

  close(): void {
    this.#stop.abort();
    this.file.close();
  }

  async #buildIndex(): Promise<void> {
    try {
      const end = await this.container.index({
        window: new ByteWindow(this.file, this.#stop.signal),
        from: 0,
        add: (offset, length) => this.#add(offset, length),
        remark: (text) => this.#remark(text),
      });
      await this.#guard.remember(end);
    } catch (error) {
      if (!this.#stop.signal.aborted) {
        this.#failure = errorMessage(error);
        this.#remark(this.#failure);
      }
    }
    this.#complete = true;
    this.#wake(Infinity);
  }

  #add(offset: number, length: number): void {
    this.#index.add(offset, length);
    if (this.#waiting.length > 0) this.#wake(this.#index.length);
  }

  #wake(count: number): void {
    const reached = this.#waiting.filter((waiter) => waiter.count <= count);
    this.#waiting = this.#waiting.filter((waiter) => waiter.count > count);
    for (const { resolve } of reached) resolve();
  }

  #remark(text: string): void {
    if (++this.#remarks <= MAX_REMARKS) log("media").warn("{name}: {text}", { name: this.#name, text });
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
