import { InvalidDataError } from "../../core/errors.ts";
import { BREATH_EVERY, breathe } from "../breathe.ts";
import type { IndexScan, Resume } from "./container.ts";
import { type Box, boxesIn, readBoxHead } from "./mp4_boxes.ts";
import { readFragment } from "./mp4_fragment.ts";
import { readSamples, type Sample } from "./mp4_samples.ts";
import { readVideoTrack, type VideoTrack } from "./mp4_track.ts";

/** Largest `moov` or `moof` that is read, in bytes. */
const MAX_TABLES = 128 * 1024 * 1024;
/** Boxes at the top of a file that are walked: fragmented films have two for each fragment. */
const MAX_BOXES = 4_000_000;
const MIN_FRAME = 96;

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
  #turns = 0;

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
      if (movie?.type === "moov") this.#track = readVideoTrack(await this.#load(movie));
    }
    for (let at = this.#mark.at, i = 0; i < MAX_BOXES && at < size; i++) {
      const box = await readBoxHead(window, at, size);
      if (box === undefined) break;
      if (box.type === "moof") {
        if (box.isCut) break;
        await this.#readFragment(box);
      } else if (box.type === "moov") await this.#readMovie(box);
      else if (box.type === "mdat") this.#media ??= box.start;
      at = box.end;
      if (box.type !== "moof" && !box.isCut) this.#mark = { at, time: this.#time, taken: 0 };
      if (i % BREATH_EVERY === BREATH_EVERY - 1) await breathe();
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
    const track = readVideoTrack(await this.#load(box));
    this.#track = track;
    this.#movie = box.offset;
    for (const sample of readSamples(track.samples, this.scan.size)) {
      this.#add(sample);
      if (++this.#turns % BREATH_EVERY === 0) await breathe();
    }
  }

  async #readFragment(box: Box): Promise<void> {
    const track = this.#track;
    if (track === undefined) throw new InvalidDataError("Cannot read MP4: a fragment comes before moov", box.offset);
    const { time, samples } = readFragment(await this.#load(box), box.offset, track, this.scan.size);
    const begins = this.#time;
    const takenBefore = box.offset === this.#mark.at ? this.#mark.taken : 0;
    if (time !== undefined && time > this.#time) this.#time = time;
    let taken = 0;
    for (const [index, sample] of samples.entries()) {
      if (index < takenBefore) this.#time += sample.duration;
      else if (!this.#add(sample)) continue;
      if (taken === index) taken++;
    }
    this.#mark = { at: box.offset, time: begins, taken };
  }

  /** Returns whether the sample lies in the file. */
  #add({ offset, length, duration }: Sample): boolean {
    const time = this.#time / this.#track!.timescale;
    this.#time += duration;
    const isThere = offset + length <= this.scan.size && length < 2 ** 24;
    if (isThere) this.#end = this.#time;
    if (length < MIN_FRAME) return isThere;
    if (isThere) this.scan.add(offset, length, time);
    else this.#missing++;
    return isThere;
  }

  /** The boxes in a box of tables. */
  async #load({ type, offset, start, end }: Box): Promise<Box[]> {
    const length = end - start;
    if (length > MAX_TABLES) throw new InvalidDataError(`Cannot read MP4: ${type} has ${length} bytes`, offset);
    const bytes = await this.scan.window.at(start, length);
    return boxesIn(bytes.slice(0, length));
  }
}
