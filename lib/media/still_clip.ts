import type { Frame } from "../core/frame.ts";
import type { SharableClip } from "./clip_cache.ts";
import type { FileClip } from "./file_clip.ts";

/** How often a still is sent, in frames a second: a new viewer need not wait long, and it costs little. */
const STILL_RATE = 5;

/** One JPEG as a film without an end. Should its file grow, those who watch see the newest picture in it. */
export class StillClip implements SharableClip {
  readonly identity: object = this;
  readonly format = "still";
  readonly frameCount = Number.MAX_SAFE_INTEGER;
  readonly recordedAt = undefined;
  readonly frameRate: number;
  /** Never: nobody knows how long it will be. */
  readonly complete = false;
  readonly ready = Promise.resolve();

  /** `clip`, which has the one frame, belongs to the still from now on. */
  constructor(private readonly clip: FileClip, frameRate = STILL_RATE) {
    this.frameRate = frameRate;
  }

  get duration(): number {
    return this.frameCount / this.frameRate;
  }

  timeOf(index: number): number {
    return index / this.frameRate;
  }

  indexAt(time: number): number {
    return Math.max(0, Math.floor(time * this.frameRate + 1e-4));
  }

  async read(index: number): Promise<Frame> {
    if (!Number.isSafeInteger(index) || index < 0) throw new RangeError(`Cannot read frame ${index} of a still`);
    const { data } = await this.clip.read(this.clip.frameCount - 1);
    return { data, index, time: this.timeOf(index) };
  }

  /** A still whose file was touched is opened anew: it may have become a film. */
  refresh(): Promise<boolean> {
    return Promise.resolve(false);
  }

  close(): void {
    this.clip.close();
  }
}
