import { BREATH_EVERY, breathe } from "../breathe.ts";
import { type AviVideo, readAviHeader } from "./avi_header.ts";
import { type AviEntry, type AviIndex, readAviIndex } from "./avi_index.ts";
import { walkMovie } from "./avi_movie.ts";
import type { Container, IndexScan } from "./container.ts";

/** Shortest chunk that can hold a JPEG; shorter ones repeat the frame before. */
const MIN_FRAME = 96;
/** Entries of an index that are compared with the file before it is believed. */
const SAMPLES = 16;

/**
 * AVI with Motion JPEG: by its index (idx1, or OpenDML's beyond 1 GB), else by walking all chunks.
 *
 * Empty chunks repeat the frame before, so frames have times of their own.
 */
export const aviContainer: Container = { format: "avi", frameRate: 25, timed: true, resumable: false, index: indexAvi };

async function indexAvi(scan: IndexScan): Promise<number> {
  const video = await readAviHeader(scan);
  scan.rate(video.rate);
  const writer = new FrameWriter(scan, video);
  const index = await readAviIndex(scan, video);
  if (index && await isTrue(scan, index)) {
    let turns = 0;
    for (const entry of index.entries()) {
      writer.add(entry);
      if (++turns % BREATH_EVERY === 0) await breathe();
    }
  } else {
    scan.remark("It has no index that fits; its frames are looked for one by one");
    await walkMovie(scan, video, (entry) => writer.add(entry));
  }
  writer.finish();
  return scan.size;
}

/** Numbers the chunks of the video stream and passes those on that hold a frame. */
class FrameWriter {
  #ticks = 0;
  #missing = 0;

  constructor(private readonly scan: IndexScan, private readonly video: AviVideo) {}

  add({ offset, length }: AviEntry): void {
    const time = this.#ticks++ / this.video.rate;
    if (length < MIN_FRAME) return;
    if (offset + length > this.scan.size || length >= 2 ** 24) this.#missing++;
    else this.scan.add(offset, length, time);
  }

  finish(): void {
    this.scan.end(this.#ticks / this.video.rate);
    if (this.#missing > 0) this.scan.remark(`${this.#missing} frames lie behind the end of the file and are left out`);
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
