import { InvalidDataError } from "../../core/errors.ts";
import { BREATH_EVERY, breathe } from "../breathe.ts";
import type { Container, IndexScan } from "./container.ts";
import { type Box, boxesIn, readBoxHead } from "./mp4_boxes.ts";
import { readFragment } from "./mp4_fragment.ts";
import { readSamples } from "./mp4_samples.ts";
import { readVideoTrack, type VideoTrack } from "./mp4_track.ts";
import { rawContainer } from "./raw.ts";

/** Largest `moov` or `moof` that is read, in bytes. */
const MAX_TABLES = 128 * 1024 * 1024;
/** Boxes at the top of a file that are walked: fragmented films have two for each fragment. */
const MAX_BOXES = 4_000_000;
const MIN_FRAME = 96;

/** QuickTime and MP4 (ISO/IEC 14496-12) with JPEG samples, whole or in fragments. Frames have their true times. */
export const mp4Container: Container = { format: "mp4", frameRate: 25, timed: true, resumable: false, index: indexMp4 };

async function indexMp4(scan: IndexScan): Promise<number> {
  const film = new Mp4Film(scan);
  let media: number | undefined;
  let at = 0;
  for (let i = 0; i < MAX_BOXES && at < scan.size; i++) {
    const box = await readBoxHead(scan.window, at, scan.size);
    if (box === undefined) break;
    if (box.type === "moov") await film.readMovie(box);
    else if (box.type === "moof") await film.readFragment(box);
    else if (box.type === "mdat") media ??= box.start;
    at = box.end;
    if (i % BREATH_EVERY === BREATH_EVERY - 1) await breathe();
  }
  if (film.hasTrack) film.finish();
  else if (media !== undefined) await recover(scan, media);
  else throw new InvalidDataError("Cannot read MP4: it holds neither tables (moov) nor media (mdat)");
  return scan.size;
}

/** A recording that was broken off has media but no tables: its JPEGs are found by their bytes. */
async function recover(scan: IndexScan, from: number): Promise<void> {
  scan.remark("It has no tables (moov), so its frames are looked for, and their times are lost");
  let count = 0;
  const add = (offset: number, length: number) => scan.add(offset, length, count++ / mp4Container.frameRate);
  await rawContainer.index({ ...scan, from, add, remark: () => {} });
  scan.end(count / mp4Container.frameRate);
}

/** The video track of a film, with its samples in tables or in fragments. */
class Mp4Film {
  #track: VideoTrack | undefined;
  /** Time at which the next sample begins, in the track's units. */
  #time = 0;
  #missing = 0;
  #turns = 0;

  constructor(private readonly scan: IndexScan) {}

  get hasTrack(): boolean {
    return this.#track !== undefined;
  }

  async readMovie(box: Box): Promise<void> {
    if (this.#track) return;
    const track = readVideoTrack(await this.#load(box));
    this.#track = track;
    for (const { offset, length, duration } of readSamples(track.samples, this.scan.size)) {
      this.#add(offset, length, duration);
      if (++this.#turns % BREATH_EVERY === 0) await breathe();
    }
  }

  async readFragment(box: Box): Promise<void> {
    const track = this.#track;
    if (track === undefined) throw new InvalidDataError("Cannot read MP4: a fragment comes before moov", box.offset);
    const { time, samples } = readFragment(await this.#load(box), box.offset, track, this.scan.size);
    if (time !== undefined && time > this.#time) this.#time = time;
    for (const { offset, length, duration } of samples) this.#add(offset, length, duration);
  }

  finish(): void {
    this.scan.end(this.#time / this.#track!.timescale);
    if (this.#missing > 0) this.scan.remark(`${this.#missing} frames lie behind the end of the file and are left out`);
  }

  #add(offset: number, length: number, duration: number): void {
    const time = this.#time / this.#track!.timescale;
    this.#time += duration;
    if (length < MIN_FRAME) return;
    if (offset + length > this.scan.size || length >= 2 ** 24) this.#missing++;
    else this.scan.add(offset, length, time);
  }

  /** The boxes in a box of tables. */
  async #load({ type, offset, start, end }: Box): Promise<Box[]> {
    const length = end - start;
    if (length > MAX_TABLES) throw new InvalidDataError(`Cannot read MP4: ${type} has ${length} bytes`, offset);
    const bytes = await this.scan.window.at(start, length);
    return boxesIn(bytes.slice(0, length));
  }
}
