import type { Bytes } from "../../core/bytes.ts";
import { type Clock, sleep, systemClock } from "../../core/clock.ts";
import { errorMessage } from "../../core/errors.ts";
import type { Frame } from "../../core/frame.ts";
import { log } from "../../core/log.ts";
import { MAX_FRAME_SIZE } from "../../jpeg/boundary.ts";
import type { Feed } from "./feed.ts";

const DEFAULT_FRAME_RATE = 25;
/** Milliseconds that a source without a rate must at least take for a frame: a greedy one leaves time to others. */
const SHORTEST_INTERVAL = 1;
/** Weight of the newest interval in the measured frame rate. */
const RATE_SMOOTHING = 0.1;

/** How a feed takes the frames of its source. */
export interface PushedFeedOptions {
  /** Frames per second to hold a source to that does not wait by itself. Without it frames go out as they come. */
  readonly frameRate?: number;
  /** Where time comes from; the machine's clock by default. */
  readonly clock?: Clock;
}

/**
 * Makes a live feed of anything that yields JPEGs. It begins to read at once, whether anybody listens or not.
 *
 * What is no JPEG is left out and logged. Frames are copied, so the source may use its buffer again.
 */
export function feedFrom(frames: AsyncIterable<Uint8Array>, options: PushedFeedOptions = {}): Feed {
  return new PushedFeed(frames, options);
}

class PushedFeed implements Feed {
  readonly ended: Promise<void>;
  readonly #given: number | undefined;
  readonly #clock: Clock;
  readonly #listeners = new Set<(frame: Frame) => void>();
  readonly #stop = new AbortController();
  #latest: Frame | undefined;
  #failure: string | undefined;
  #interval: number | undefined;
  #start: number | undefined;
  /** Clock time from which the turns of a given frame rate are counted. */
  #paceStart = 0;
  #paced = 0;
  #count = 0;
  #refused = 0;

  constructor(frames: AsyncIterable<Uint8Array>, options: PushedFeedOptions) {
    const { frameRate } = options;
    if (frameRate !== undefined && !(frameRate > 0 && Number.isFinite(frameRate))) {
      throw new RangeError(`Cannot run a feed at ${frameRate} frames per second`);
    }
    this.#given = frameRate;
    this.#clock = options.clock ?? systemClock;
    this.ended = this.#run(frames);
  }

  get frameRate(): number {
    return this.#given ?? (this.#interval ? 1 / this.#interval : DEFAULT_FRAME_RATE);
  }

  get latest(): Frame | undefined {
    return this.#latest;
  }

  get failure(): string | undefined {
    return this.#failure;
  }

  subscribe(listener: (frame: Frame) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#stop.abort();
  }

  async #run(frames: AsyncIterable<Uint8Array>): Promise<void> {
    const source = frames[Symbol.asyncIterator]();
    const stopped = new Promise<undefined>((resolve) => {
      this.#stop.signal.addEventListener("abort", () => resolve(undefined), { once: true });
    });
    try {
      while (true) {
        const asked = this.#clock.now();
        const next = await Promise.race([source.next(), stopped]);
        if (next === undefined || next.done || this.#stop.signal.aborted) break;
        await this.#wait(asked);
        if (this.#stop.signal.aborted) break;
        this.#take(next.value);
      }
    } catch (error) {
      this.#failure = errorMessage(error);
      log("media", "live").warn("The source of a live stream failed: {reason}", { reason: this.#failure });
    }
    this.#listeners.clear();
    // A source that hangs in next() never answers return(): nobody waits for it.
    if (this.#stop.signal.aborted) Promise.resolve(source.return?.()).catch(() => {});
    this.#stop.abort();
  }

  /** Waits for the turn of the frame that was asked for at clock time `asked`. */
  async #wait(asked: number): Promise<void> {
    if (this.#start === undefined) return;
    const now = this.#clock.now();
    if (this.#given === undefined) {
      const left = asked + SHORTEST_INTERVAL - now;
      return left > 0 ? await sleep(this.#clock, left, this.#stop.signal) : undefined;
    }
    const interval = 1000 / this.#given;
    const due = this.#paceStart + ++this.#paced * interval;
    if (now - due > interval) {
      // A source that is late by more than a frame begins anew: what was missed is not made up for.
      this.#paceStart = now;
      this.#paced = 0;
    }
    await sleep(this.#clock, Math.max(0, due - now), this.#stop.signal);
  }

  #take(bytes: Uint8Array): void {
    if (!isJpeg(bytes)) {
      if (this.#refused++ === 0) log("media", "live").warn("A live stream yields something that is no JPEG");
      return;
    }
    const now = this.#clock.now();
    if (this.#start === undefined) this.#start = this.#paceStart = now;
    const time = (now - this.#start) / 1000;
    if (this.#latest) this.#measure(time - this.#latest.time);
    const frame = { data: new Uint8Array(bytes) as Bytes, index: this.#count++, time };
    this.#latest = frame;
    for (const listener of [...this.#listeners]) this.#tell(listener, frame);
  }

  #tell(listener: (frame: Frame) => void, frame: Frame): void {
    try {
      listener(frame);
    } catch (error) {
      log("media", "live").error("A listener of a live stream failed: {reason}", { reason: errorMessage(error) });
    }
  }

  #measure(interval: number): void {
    if (interval <= 0) return;
    this.#interval = this.#interval === undefined
      ? interval
      : this.#interval + RATE_SMOOTHING * (interval - this.#interval);
  }
}

function isJpeg(bytes: unknown): bytes is Uint8Array {
  return bytes instanceof Uint8Array && bytes.length >= 4 && bytes.length < MAX_FRAME_SIZE && bytes[0] === 0xff &&
    bytes[1] === 0xd8;
}
