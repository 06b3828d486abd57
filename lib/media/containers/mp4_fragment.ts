import { readUint32 } from "../../core/bytes.ts";
import { InvalidDataError } from "../../core/errors.ts";
import { type Box, boxesIn, findBox, readUint64 } from "./mp4_boxes.ts";
import type { Sample } from "./mp4_samples.ts";
import type { VideoTrack } from "./mp4_track.ts";

// Flags of tfhd (ISO/IEC 14496-12, 8.8.7).
const BASE_OFFSET = 0x01;
const DESCRIPTION_INDEX = 0x02;
const DEFAULT_DURATION = 0x08;
const DEFAULT_SIZE = 0x10;
// Flags of trun (8.8.8).
const DATA_OFFSET = 0x01;
const FIRST_FLAGS = 0x04;
const DURATION = 0x100;
const SIZE = 0x200;
const FLAGS = 0x400;
const COMPOSITION = 0x800;
/** The samples of one fragment. */
export interface Fragment {
  /** When the first one begins, in the track's units, if the fragment tells (`tfdt`). */
  readonly time: number | undefined;
  readonly samples: readonly Sample[];
}

/**
 * The samples of `track` in the boxes of a `moof` that begins at byte `offset` of the file.
 *
 * Throws `InvalidDataError` for more than `limit` samples.
 */
export function readFragment(boxes: readonly Box[], offset: number, track: VideoTrack, limit: number): Fragment {
  const samples: Sample[] = [];
  let time: number | undefined;
  for (const { data } of boxes.filter(({ type }) => type === "traf")) {
    const parts = boxesIn(data);
    const header = findBox(parts, "tfhd")?.data;
    if (!header || header.length < 8 || readUint32(header, 4) !== track.id) continue;
    const defaults = readHeader(header, offset, track);
    time ??= readTime(findBox(parts, "tfdt")?.data);
    let at = defaults.base;
    for (const run of parts.filter(({ type }) => type === "trun")) {
      at = readRun(run.data, at, defaults, samples, limit);
    }
  }
  return { time, samples };
}

interface RunDefaults {
  readonly base: number;
  readonly duration: number;
  readonly size: number;
}

function readHeader(header: Uint8Array, offset: number, { defaults }: VideoTrack): RunDefaults {
  const reader = new FieldReader(header, 8);
  const flags = readUint32(header, 0);
  const base = flags & BASE_OFFSET ? reader.u64() : offset;
  if (flags & DESCRIPTION_INDEX) reader.u32();
  const duration = flags & DEFAULT_DURATION ? reader.u32() : defaults.duration;
  const size = flags & DEFAULT_SIZE ? reader.u32() : defaults.size;
  return { base, duration, size };
}

/** Adds the samples of one run; returns where its data end. */
function readRun(run: Uint8Array, from: number, defaults: RunDefaults, samples: Sample[], limit: number): number {
  if (run.length < 8) return from;
  const flags = readUint32(run, 0);
  const count = readUint32(run, 4);
  if (samples.length + count > limit) throw new InvalidDataError(`Cannot read MP4: a fragment names ${count} samples`);
  const reader = new FieldReader(run, 8);
  let at = flags & DATA_OFFSET ? defaults.base + (reader.u32() | 0) : from;
  if (flags & FIRST_FLAGS) reader.u32();
  for (let i = 0; i < count && !reader.isOver; i++) {
    const duration = flags & DURATION ? reader.u32() : defaults.duration;
    const length = flags & SIZE ? reader.u32() : defaults.size;
    if (flags & FLAGS) reader.u32();
    if (flags & COMPOSITION) reader.u32();
    if (reader.isOver) break;
    if (at >= 0) samples.push({ offset: at, length, duration });
    at += length;
  }
  return at;
}

function readTime(box: Uint8Array | undefined): number | undefined {
  if (!box || box.length < 8) return undefined;
  if (box[0] !== 1) return readUint32(box, 4);
  return box.length >= 12 ? readUint64(box, 4) : undefined;
}

/** Reads fields that follow each other; over the end it gives 0 and says so. */
class FieldReader {
  isOver = false;

  constructor(private readonly data: Uint8Array, private at: number) {}

  u32(): number {
    if (this.at + 4 > this.data.length) this.isOver = true;
    const value = this.isOver ? 0 : readUint32(this.data, this.at);
    this.at += 4;
    return value;
  }

  u64(): number {
    const high = this.u32();
    return high * 2 ** 32 + this.u32();
  }
}
