import { errorMessage } from "../core/errors.ts";
import { log } from "../core/log.ts";
import { ByteWindow } from "./byte_window.ts";
import type { Container, Resume } from "./containers/container.ts";
import { FrameIndex } from "./frame_index.ts";
import type { RandomAccess } from "./random_access_file.ts";

/** A time this little before a frame, in frames, still means that frame: times travel as decimal text. */
const FRAME_TOLERANCE = 1e-4;
/** Remarks on one file that go to the log one by one. */
const MAX_REMARKS = 5;
/** Bytes from which on the log tells how far the search for frames has come. */
const LARGE_FILE = 256 * 1024 * 1024;

/** What an index knows of its film besides where the frames are. */
export interface FilmFacts {
  /** Frames per second that the file tells, if it does. */
  readonly rate: number | undefined;
  /** Seconds at which the last frame ends, if the file tells. */
  readonly end: number | undefined;
  /** How to go on when the file grows; undefined where it must be opened anew. */
  readonly resume: Resume | undefined;
}

/** The frames of one file, their places and times, while they are being found and afterwards. */
export class FilmIndex {
  #frames: FrameIndex;
  #rate: number | undefined;
  #end: number | undefined;
  #resume: Resume | undefined;
  #waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  #complete = false;
  /** Frames per second by the times of all that were found. */
  #average: number | undefined;
  #failure: string | undefined;
  #remarks = 0;

  /** `givenRate`: frames per second that replace whatever the file tells. */
  constructor(
    private readonly name: string,
    private readonly container: Container,
    private readonly givenRate: number | undefined,
  ) {
    this.#frames = new FrameIndex(container.timed);
  }

  /** Frames found so far. */
  get length(): number {
    return this.#frames.length;
  }

  /** Whether the search has ended. */
  get complete(): boolean {
    return this.#complete;
  }

  /** Why the search ended before the file did, for a person. */
  get failure(): string | undefined {
    return this.#failure;
  }

  get frames(): FrameIndex {
    return this.#frames;
  }

  get facts(): FilmFacts {
    return { rate: this.#rate, end: this.#end, resume: this.#resume };
  }

  /** Frames per second: given, the average of the frames' times, told by the file, or the container's. */
  get frameRate(): number {
    return this.givenRate ?? this.#average ?? this.#rate ?? this.container.frameRate;
  }

  /** Seconds to the end of the last frame found so far. */
  get duration(): number {
    const { length } = this.#frames;
    if (!this.#usesTimes || length === 0) return length / this.frameRate;
    const lastBegins = this.#frames.timeOf(length - 1);
    return this.#end !== undefined && this.#end > lastBegins ? this.#end : lastBegins + 1 / this.frameRate;
  }

  /** Seconds at which frame `index` begins. */
  timeOf(index: number): number {
    return this.#usesTimes ? this.#frames.timeOf(index) : index / this.frameRate;
  }

  /** The frame that is shown at `time`. */
  indexAt(time: number): number {
    const last = this.#frames.length - 1;
    const wanted = time + FRAME_TOLERANCE / this.frameRate;
    if (!this.#usesTimes) return Math.max(0, Math.min(Math.floor(wanted * this.frameRate), last));
    let [low, high] = [0, last];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.#frames.timeOf(middle) <= wanted) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Resolves when `count` frames have been found, or all there are. */
  found(count: number): Promise<void> {
    if (this.#complete || this.#frames.length >= count) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ count, resolve }));
  }

  /** Takes over an index that was built before. */
  adopt(frames: FrameIndex, facts: FilmFacts): void {
    this.#frames = frames;
    this.#rate = facts.rate;
    this.#end = facts.end;
    this.#resume = facts.resume;
    this.#finish();
  }

  /** Looks for frames from where the last search ended. Never rejects: what went wrong is `failure`, and logged. */
  async search(file: RandomAccess, signal: AbortSignal): Promise<void> {
    let shown = 0;
    const resume = this.#resume;
    // A search that fails cannot be gone on with.
    this.#resume = undefined;
    try {
      const { size } = file.state();
      this.#resume = await this.container.index({
        window: new ByteWindow(file, signal),
        size,
        resume,
        add: (offset, length, time) => {
          this.#add(offset, length, time);
          if (size >= LARGE_FILE && offset >= (shown + 0.1) * size) this.#tellProgress(shown = offset / size);
        },
        rate: (framesPerSecond) => this.#rate = framesPerSecond,
        end: (seconds) => this.#end = seconds,
        // What is cut off at the end of a file that grows is soon whole: told once is enough.
        remark: (text) => resume === undefined && this.#remark(text),
      });
    } catch (error) {
      if (!signal.aborted) this.#remark(this.#failure = errorMessage(error));
    }
    this.#finish();
  }

  get #usesTimes(): boolean {
    return this.container.timed && this.givenRate === undefined;
  }

  #add(offset: number, length: number, time = 0): void {
    const { length: count } = this.#frames;
    const previous = count > 0 && this.container.timed ? this.#frames.timeOf(count - 1) : 0;
    this.#frames.add(offset, length, Math.max(time, previous));
    if (this.#waiting.length > 0) this.#wake(count + 1);
  }

  #finish(): void {
    this.#complete = true;
    const last = this.#frames.length - 1;
    const span = this.container.timed && last > 0 ? this.#frames.timeOf(last) : 0;
    if (span > 0) this.#average = Number((last / span).toPrecision(9));
    this.#wake(Infinity);
  }

  #wake(count: number): void {
    const reached = this.#waiting.filter((waiter) => waiter.count <= count);
    this.#waiting = this.#waiting.filter((waiter) => waiter.count > count);
    for (const { resolve } of reached) resolve();
  }

  #tellProgress(part: number): void {
    const values = { name: this.name, percent: Math.round(part * 100), frames: this.#frames.length };
    log("media").info("{name}: {percent} % searched, {frames} frames so far", values);
  }

  #remark(text: string): void {
    if (++this.#remarks <= MAX_REMARKS) log("media").warn("{name}: {text}", { name: this.name, text });
  }
}
