import { BREATH_EVERY, breathe } from "../breathe.ts";
import { type AviVideo, readAviHeader } from "./avi_header.ts";
import { type AviEntry, type AviIndex, readAviIndex } from "./avi_index.ts";
import { walkMovie } from "./avi_movie.ts";
import type { Container, IndexScan, Resume } from "./container.ts";

/** Shortest chunk that can hold a JPEG; shorter ones repeat the frame before. */
const MIN_FRAME = 96;
/** Entries of an index that are compared with the file before it is believed. */
const SAMPLES = 16;

/**
 * AVI with Motion JPEG: by its index (idx1, or OpenDML's beyond 1 GB), else by walking all chunks.
 *
 * Empty chunks repeat the frame before, so frames have times of their own.
 */
export const aviContainer: Container = { format: "avi", frameRate: 25, timed: true, index: indexAvi };

async function indexAvi(scan: IndexScan): Promise<Resume | undefined> {
  const video = await readAviHeader(scan);
  scan.rate(video.rate);
  const writer = new FrameWriter(scan, video);
  const add = (entry: AviEntry) => writer.add(entry);
  const index = scan.resume ? undefined : await readAviIndex(scan, video);
  if (index && await isTrue(scan, index)) {
    await addAll(index, writer);
    // OpenDML has an index for each part that is finished: more of the film may follow.
    const at = index.isLast ? undefined : await walkMovie(scan, video, writer.reached, add, 0);
    const time = writer.finish();
    return at === undefined ? undefined : { at, time };
  }
  if (!scan.resume) {
    scan.remark("It has no index that fits (none yet if it is being recorded); its frames are looked for one by one");
  }
  const at = await walkMovie(scan, video, scan.resume?.at ?? video.movie.start, add);
  return { at, time: writer.finish() };
}

async function addAll(index: AviIndex, writer: FrameWriter): Promise<void> {
  let turns = 0;
  for (const entry of index.entries()) {
    writer.add(entry);
    if (++turns % BREATH_EVERY === 0) await breathe();
  }
}

/** Gives the chunks of the video stream their times and passes those on that hold a frame. */
class FrameWriter {
  readonly #begins: number;
  #ticks = 0;
  #missing = 0;
  #reached = 0;

  constructor(private readonly scan: IndexScan, private readonly video: AviVideo) {
    this.#begins = scan.resume?.time ?? 0;
  }

  /** Behind the last frame that lies in the file. */
  get reached(): number {
    return this.#reached;
  }

  add({ offset, length }: AviEntry): void {
    const time = this.#time();
    this.#ticks++;
    if (length < MIN_FRAME) return;
    if (offset + length > this.scan.size || length >= 2 ** 24) this.#missing++;
    else {
      this.scan.add(offset, length, time);
      this.#reached = Math.max(this.#reached, offset + length + length % 2);
    }
  }

  /** Tells how long the film is and what is missing; returns the time at which the next frame begins. */
  finish(): number {
    this.scan.end(this.#time());
    if (this.#missing > 0) this.scan.remark(`${this.#missing} frames lie behind the end of the file and are left out`);
    return this.#time();
  }

  #time(): number {
    return this.#begins + this.#ticks / this.video.rate;
  }
}

/** Whether JPEGs stand where the index says, at its start and in some places further on. */
async function isTrue(scan: IndexScan, index: AviIndex): Promise<boolean> {
  let count = 0;
  for (const entry of index.entries()) if (isFrame(entry, scan.size)) count++;
  let turn = 0;
  for (const entry of index.entries()) {
    if (!isFrame(entry, scan.size) || turn++ % Math.ceil(count / SAMPLES) !== 0) continue;
    const bytes = await scan.window.at(entry.offset, 2);
    if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return false;
  }
  return count > 0;
}

function isFrame({ offset, length }: AviEntry, size: number): boolean {
  return length >= MIN_FRAME && offset + length <= size;
}
