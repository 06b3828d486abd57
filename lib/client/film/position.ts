import type { ReceivedFrame, StreamInfo } from "../player_types.ts";

/** Pictures a second where the server tells none: only how long "one picture" is depends on it. */
const DEFAULT_FRAME_RATE = 25;
/** So shortly before a picture the one before it is still shown, seconds. */
const MOMENT = 0.001;
/** Media times travel in microseconds (RFC 2326 section 3.6 has no limit; Range is written with six decimals). */
const TICKS = 1e6;
/** The highest speed that may be asked for, in either direction. */
const MAX_SCALE = 1000;

/** A film's range: unlike a live stream's it has an end. */
export interface FilmRange {
  readonly start: number;
  readonly end: number;
}

/** Where a film can be sought; undefined for a live stream. */
export function filmRange(info: StreamInfo | undefined): FilmRange | undefined {
  const range = info?.range;
  return range?.end === undefined ? undefined : { start: range.start, end: range.end };
}

/** Seconds that one picture lasts. */
export function frameDuration(info: StreamInfo | undefined): number {
  return 1 / (info?.frameRate ?? DEFAULT_FRAME_RATE);
}

/**
 * The time to ask for so that a server plays from picture `index` on: never before its true time, or a server that
 * looks for "the picture shown at" would take the one before.
 */
export function timeOfFrame(index: number, info: StreamInfo | undefined): number {
  return Math.ceil(index * frameDuration(info) * TICKS - 0.001) / TICKS;
}

/** Whether a picture's number tells its time; else each picture has a time of its own, that the server alone knows. */
export function hasNumbers(info: StreamInfo | undefined): boolean {
  return info?.frameRate !== undefined;
}

/**
 * The beginning of the picture that is shown at `seconds`, inside the film; where numbers tell no times, that moment
 * itself.
 */
export function frameTimeAt(seconds: number, range: FilmRange, info: StreamInfo | undefined): number {
  if (!hasNumbers(info)) return Math.max(range.start, Math.min(seconds, range.end - MOMENT));
  const duration = frameDuration(info);
  const last = Math.ceil(range.end / duration - 0.01) - 1;
  // A time that a page computed from a frame number may lie a rounding error before the frame.
  const index = Math.floor(seconds / duration + 0.01);
  return Math.max(range.start, timeOfFrame(Math.min(index, Math.max(0, last)), info));
}

/**
 * The time of the picture that follows `frame` at speed `scale`, inside the film; undefined where it has no time. Where
 * numbers tell no times nobody knows when `frame` ends: forward it is shown again.
 */
export function timeAfter(
  frame: ReceivedFrame | undefined,
  scale: number,
  info: StreamInfo | undefined,
): number | undefined {
  const range = filmRange(info);
  if (!range || frame?.mediaTime === undefined) return undefined;
  if (!hasNumbers(info)) return frameTimeAt(frame.mediaTime - (scale < 0 ? MOMENT : 0), range, info);
  const next = frame.mediaTime + Math.sign(scale) * frameDuration(info);
  return frameTimeAt(Math.max(range.start, next), range, info);
}

/** Where a film begins at speed `scale`: backwards that is its last picture. Undefined where the server tells no range. */
export function beginningOf(info: StreamInfo | undefined, scale: number): number | undefined {
  const range = filmRange(info);
  return range && scale < 0 ? frameTimeAt(range.end, range, info) : info?.range?.start;
}

/** Where a single picture is found, in seconds. */
export interface StillPlace {
  readonly from: number;
  /** Left out: it begins at any time after `from`. */
  readonly until?: number;
  /** The picture that is meant comes after the one of this time. */
  readonly after?: number;
}

/** Where the one picture is found that is shown at `seconds`, inside the film. */
export function stillAt(seconds: number, range: FilmRange, info: StreamInfo | undefined): StillPlace {
  const from = frameTimeAt(seconds, range, info);
  return { from, until: from + frameDuration(info) };
}

/**
 * Where the picture after (1) or before (-1) `frame` is found: "outside" past the ends of the film, undefined where there
 * is nothing to ask for. Without a `frame` it is the film's first one.
 */
export function stillBeside(
  frame: ReceivedFrame | undefined,
  direction: 1 | -1,
  info: StreamInfo | undefined,
): StillPlace | "outside" | undefined {
  const range = filmRange(info);
  if (!range) return undefined;
  if (frame === undefined) return stillAt(range.start, range, info);
  if (!hasNumbers(info)) return stillByTime(frame.mediaTime, direction, range);
  const index = frame.index + direction;
  const from = timeOfFrame(index, info);
  const isInside = index >= 0 && from < range.end - frameDuration(info) / 2;
  return isInside ? { from, until: from + frameDuration(info) } : "outside";
}

function stillByTime(
  time: number | undefined,
  direction: 1 | -1,
  { start }: FilmRange,
): StillPlace | "outside" | undefined {
  if (time === undefined) return undefined;
  if (direction > 0) return { from: time, after: time };
  return time - MOMENT < start ? "outside" : { from: time - MOMENT, until: time };
}

/** Throws RangeError for a speed that makes no sense. */
export function checkScale(scale: number | undefined): void {
  if (scale === undefined || (Math.abs(scale) > 0 && Math.abs(scale) <= MAX_SCALE)) return;
  throw new RangeError(`Cannot play at the speed ${scale}`);
}
