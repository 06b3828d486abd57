import type { Bytes } from "../../core/bytes.ts";
import { type Clock, systemClock } from "../../core/clock.ts";
import { errorMessage } from "../../core/errors.ts";
import type { Frame } from "../../core/frame.ts";
import { log } from "../../core/log.ts";
import { MAX_FRAME_SIZE } from "../../jpeg/boundary.ts";
import type { Feed } from "./feed.ts";

const DEFAULT_FRAME_RATE = 25;
/** Milliseconds that a source without a rate must at least take for a frame: a greedy one leaves time to others. */
const SHORTEST_INTERVAL = 1;
/** A frame that comes so little before its turn is not held back, ms: a timer would make it later than it is early. */
const EARLY_ENOUGH = 2;
/** Weight of the newest interval in the measured frame rate. */
const RATE_SMOOTHING = 0.1;

/** How a feed takes the frames of its source. */
export interface PushedFeedOptions {
  /** Frames per second to hold a source to that does not wait by itself. Without it frames go out as they come. */
  readonly frameRate?: number;
  /**
   * Whether frames are copied, so that the source may use its buffer again; they are unless this is false. Then the source
   * gives them away: it must not change what it has yielded.
   */
  readonly copy?: boolean;
  /** Where time comes from; the machine's clock by default. */
  readonly clock?: Clock;
}

/**
 * Makes a live feed of anything that yields JPEGs. It begins to read at once, whether anybody listens or not.
 *
 * What is no JPEG is left out and logged.
 */
export function feedFrom(frames: AsyncIterable<Uint8Array>, options: PushedFeedOptions = {}): Feed {
  return new PushedFeed(frames, options);
}

class PushedFeed implements Feed {
  readonly ended: Promise<void>;
  readonly #given: number | undefined;
  readonly #copy: boolean;
  readonly #clock: Clock;
  readonly #listeners = new Set<(frame: Frame) => void>();
  #closed = false;
  /** Ends what `#run` waits for when the feed is closed. */
  #wake: () => void = () => {};
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
    this.#copy = options.copy ?? true;
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
    this.#closed = true;
    this.#wake();
  }

  async #run(frames: AsyncIterable<Uint8Array>): Promise<void> {
    const source = frames[Symbol.asyncIterator]();
    try {
      while (true) {
        const asked = this.#clock.now();
        const next = await this.#next(source);
        if (next === undefined || next.done || this.#closed) break;
        const turn = this.#turn(asked);
        if (turn !== undefined) await this.#until(turn);
        if (this.#closed) break;
        this.#take(next.value);
      }
    } catch (error) {
      this.#failure = errorMessage(error);
      log("media", "live").warn("The source of a live stream failed: {reason}", { reason: this.#failure });
    }
    this.#listeners.clear();
    // A source that hangs in next() never answers return(): nobody waits for it.
    if (this.#closed) Promise.resolve(source.return?.()).catch(() => {});
    this.#closed = true;
  }

  /** The next frame, or undefined when the feed is closed before. Nothing outlives it: a feed may run for months. */
  #next(source: AsyncIterator<Uint8Array>): Promise<IteratorResult<Uint8Array> | undefined> {
    return new Promise((resolve, reject) => {
      this.#wake = () => resolve(undefined);
      Promise.resolve(source.next()).then(resolve, reject);
    });
  }

  #until(deadline: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.at(deadline, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }

  /** The clock time to wait for with the frame that was asked for at clock time `asked`; undefined: none. */
  #turn(asked: number): number | undefined {
    if (this.#start === undefined) return undefined;
    const now = this.#clock.now();
    if (this.#given === undefined) {
      const earliest = asked + SHORTEST_INTERVAL;
      return earliest > now ? earliest : undefined;
    }
    const interval = 1000 / this.#given;
    const due = this.#paceStart + ++this.#paced * interval;
    if (now - due > interval) {
      // A source that is late by more than a frame begins anew: what was missed is not made up for.
      this.#paceStart = now;
      this.#paced = 0;
    }
    // Others have their turn even if the source is always late and never waits.
    return due - now > EARLY_ENOUGH ? due : now;
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
    const frame = { data: this.#copy ? new Uint8Array(bytes) : plain(bytes), index: this.#count++, time };
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

/** The same bytes, without a copy where they lie in memory of the usual kind. */
function plain(bytes: Uint8Array): Bytes {
  const { buffer, byteOffset, length } = bytes;
  return buffer instanceof ArrayBuffer ? new Uint8Array(buffer, byteOffset, length) : new Uint8Array(bytes);
}

function isJpeg(bytes: unknown): bytes is Uint8Array {
  return bytes instanceof Uint8Array && bytes.length >= 4 && bytes.length < MAX_FRAME_SIZE && bytes[0] === 0xff &&
    bytes[1] === 0xd8;
}
