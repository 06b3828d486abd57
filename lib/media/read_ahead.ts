import type { Bytes } from "../core/bytes.ts";
import type { FrameIndex } from "./frame_index.ts";

/** Bytes read at once at most: a second of film, or one frame if it is larger. */
const MAX_SPAN = 512 * 1024;
/** Places of the film that are read ahead at the same time: viewers far from each other. */
const MAX_SPANS = 8;

/** What was read, and what is to be known of it. */
export interface Reading<T> {
  readonly bytes: Bytes;
  /** What `judge` said right after the read. */
  readonly verdict: T;
}

/** Frames `first` to `end` (excluded) and what lies between them, which begin at byte `offset`. */
interface Span<T> {
  readonly first: number;
  readonly end: number;
  readonly offset: number;
  readonly reading: Promise<Reading<T>>;
}

/**
 * Reads the frames of a file, many with one call where they are read in order, few where they are not: every call costs
 * as much as sending a frame to ten viewers. What was read ahead is shared by all readers, and bounded.
 */
export class ReadAhead<T> {
  readonly #read: (offset: number, length: number) => Promise<Bytes>;
  readonly #judge: () => Promise<T>;
  /** The one that was read last at the end. */
  readonly #spans: Span<T>[] = [];

  /** `judge` is asked once for every read, right after it. */
  constructor(read: (offset: number, length: number) => Promise<Bytes>, judge: () => Promise<T>) {
    this.#read = read;
    this.#judge = judge;
  }

  /** The bytes of frame `index`, fewer than the index says only where the file ends; a view into what was read with it. */
  async frame(frames: FrameIndex, index: number): Promise<Reading<T>> {
    const span = this.#spans.find(({ first, end }) => first <= index && index < end) ?? this.#begin(frames, index);
    try {
      const { bytes, verdict } = await span.reading;
      const from = frames.offsetOf(index) - span.offset;
      return { bytes: bytes.subarray(from, from + frames.lengthOf(index)), verdict };
    } catch (thrown) {
      this.#forget(span);
      if (span.end - span.first === 1) throw thrown;
      // What cannot be read may belong to a frame behind this one.
      return this.#alone(frames, index);
    }
  }

  async #alone(frames: FrameIndex, index: number): Promise<Reading<T>> {
    const bytes = await this.#read(frames.offsetOf(index), frames.lengthOf(index));
    return { bytes, verdict: await this.#judge() };
  }

  /** Reads on twice as many frames as the span has that ends here, or one where none does. */
  #begin(frames: FrameIndex, index: number): Span<T> {
    const before = this.#spans.find(({ end }) => end === index);
    if (before) this.#forget(before);
    else if (this.#spans.length === MAX_SPANS) this.#spans.shift();
    const offset = frames.offsetOf(index);
    const most = index + (before ? 2 * (before.end - before.first) : 1);
    let length = frames.lengthOf(index);
    let end = index + 1;
    for (; end < Math.min(most, frames.length); end++) {
      const next = frames.offsetOf(end) - offset;
      if (next < length || next + frames.lengthOf(end) > MAX_SPAN) break;
      length = next + frames.lengthOf(end);
    }
    const reading = this.#read(offset, length).then(async (bytes) => ({ bytes, verdict: await this.#judge() }));
    const span = { first: index, end, offset, reading };
    this.#spans.push(span);
    return span;
  }

  #forget(span: Span<T>): void {
    const place = this.#spans.indexOf(span);
    if (place >= 0) this.#spans.splice(place, 1);
  }
}
