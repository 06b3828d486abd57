import { InvalidDataError } from "../../core/errors.ts";
import { BREATH_EVERY, breathe } from "../breathe.ts";
import type { IndexScan, Resume } from "./container.ts";
import { type Box, boxesIn, MAX_HEAD, parseHead, readBoxHead, skipBoxes } from "./mp4_boxes.ts";
import { readFragment } from "./mp4_fragment.ts";
import { MIN_SAMPLE_SPACE, readSamples, type Sample } from "./mp4_samples.ts";
import { readVideoTrack, type VideoTrack } from "./mp4_track.ts";

/** Largest `moov` or `moof` that is read, in bytes. */
const MAX_TABLES = 128 * 1024 * 1024;
const MIN_FRAME = 96;
/** The boxes that are looked into, as numbers. */
const MOOV = 0x6d6f6f76;
const MOOF = 0x6d6f6f66;
const MDAT = 0x6d646174;
/** Bytes of the smallest `moof` that can name a sample: it holds `traf` with `tfhd` and `trun`. */
const MIN_FRAGMENT = 48;

/** Where a scan stands that can be gone on with: behind a whole box, or at a fragment whose media are not all there. */
interface Mark {
  readonly at: number;
  /** Time at which the next sample begins, in the track's units. */
  readonly time: number;
  /** Samples of the fragment at `at` that were taken already. */
  readonly taken: number;
}

/** The video track of a film, with its samples in tables or in fragments. */
export class Mp4Film {
  #track: VideoTrack | undefined;
  #media: number | undefined;
  /** Where the tables stand. */
  #movie: number | undefined;
  #mark: Mark;
  #time: number;
  /** Time at which the last sample ends whose bytes are in the file. */
  #end: number;
  #missing = 0;
  #samples = 0;

  constructor(private readonly scan: IndexScan) {
    const { at = 0, time = 0, taken = 0, movie }: Partial<Resume> = scan.resume ?? {};
    this.#mark = { at, time, taken };
    this.#movie = movie;
    this.#time = this.#end = time;
  }

  get hasTrack(): boolean {
    return this.#track !== undefined;
  }

  /** First byte of the first box of media. */
  get media(): number | undefined {
    return this.#media;
  }

  /** Reads what is new in the file. Throws `InvalidDataError` for tables that hold no JPEGs or make no sense. */
  async walk(): Promise<void> {
    const { window, size } = this.scan;
    if (this.#movie !== undefined) {
      const movie = await readBoxHead(window, this.#movie, size);
      if (movie?.type === "moov") this.#track = await this.#readTrack(movie);
    }
    for (let at = this.#mark.at, turns = 0; at < size;) {
      const bytes = await window.at(at, MAX_HEAD);
      const behind = skipBoxes(bytes, at, size, isWanted);
      const box = behind > at ? undefined : parseHead(bytes, 0, at, size);
      if (box?.type === "moof") {
        if (box.isCut) break;
        const isInMemory = box.end - at <= bytes.length;
        const data = isInMemory ? bytes.subarray(box.start - at, box.end - at) : await this.#load(box);
        this.#readFragment(box, boxesIn(data));
      } else if (box?.type === "moov") await this.#readMovie(box);
      else if (box?.type === "mdat") this.#media ??= box.start;
      else if (box === undefined && behind === at) break;
      at = box?.end ?? behind;
      if (box?.type !== "moof" && !box?.isCut) this.#mark = { at, time: this.#time, taken: 0 };
      if (++turns % BREATH_EVERY === 0) await breathe();
    }
  }

  /** Tells how long the film is and what is missing; returns how to go on, unless its tables say that it is finished. */
  finish(): Resume | undefined {
    this.scan.end(this.#end / this.#track!.timescale);
    if (this.#missing > 0) this.scan.remark(`${this.#missing} frames lie behind the end of the file and are left out`);
    const movie = this.#movie;
    return this.#track!.isFragmented && movie !== undefined ? { ...this.#mark, movie } : undefined;
  }

  async #readMovie(box: Box): Promise<void> {
    if (this.#track) return;
    const track = this.#track = await this.#readTrack(box);
    this.#movie = box.offset;
    for (const sample of readSamples(track.samples, this.scan.size)) {
      this.#add(sample);
      if (this.#samples % BREATH_EVERY === 0) await breathe();
    }
  }

  async #readTrack(movie: Box): Promise<VideoTrack> {
    return readVideoTrack(boxesIn(await this.#load(movie)));
  }

  #readFragment(box: Box, parts: readonly Box[]): void {
    const track = this.#track;
    if (track === undefined) throw new InvalidDataError("Cannot read MP4: a fragment comes before moov", box.offset);
    const limit = this.scan.size / MIN_SAMPLE_SPACE - this.#samples;
    const { time, samples } = readFragment(parts, box.offset, track, limit);
    const begins = this.#time;
    const takenBefore = box.offset === this.#mark.at ? this.#mark.taken : 0;
    if (time !== undefined && time > this.#time) this.#time = time;
    let taken = 0;
    for (const [index, sample] of samples.entries()) {
      if (index < takenBefore) this.#pass(sample);
      else if (!this.#add(sample)) continue;
      if (taken === index) taken++;
    }
    this.#mark = { at: box.offset, time: begins, taken };
  }

  /** Returns whether the sample lies in the file. */
  #add({ offset, length, duration }: Sample): boolean {
    const time = this.#pass({ duration });
    const isThere = offset + length <= this.scan.size && length < 2 ** 24;
    if (isThere) this.#end = this.#time;
    if (length < MIN_FRAME) return isThere;
    if (isThere) this.scan.add(offset, length, time);
    else this.#missing++;
    return isThere;
  }

  /** Passes the time that a sample is shown; returns the seconds at which it begins. */
  #pass({ duration }: Pick<Sample, "duration">): number {
    const begins = this.#time / this.#track!.timescale;
    this.#time += duration;
    this.#samples++;
    return begins;
  }

  /** What is in a box of tables. */
  async #load({ type, offset, start, end }: Box): Promise<Uint8Array> {
    const length = end - start;
    if (length > MAX_TABLES) throw new InvalidDataError(`Cannot read MP4: ${type} has ${length} bytes`, offset);
    return await this.scan.window.copy(start, length);
  }
}

function isWanted(type: number, length: number): boolean {
  return type === MOOV || type === MDAT || (type === MOOF && length >= MIN_FRAGMENT);
}
