// @ts-check
/** Places in a film, as shares of a bar, seconds and frame numbers. Nothing here touches the page. */

/** @typedef {import("../player_types.ts").StreamInfo} StreamInfo */

/**
 * @typedef {object} Film
 * @property {number} start seconds
 * @property {number} end seconds
 * @property {number | undefined} frameRate pictures a second, where the server tells it
 */

/**
 * @typedef {object} Place
 * @property {number} time seconds, the beginning of a frame where frames are known
 * @property {number | undefined} index
 */

/** A rounding error must not take the frame before. */
const ROUNDING = 1e-6;

/**
 * @param {StreamInfo | undefined} info
 * @returns {Film | undefined} undefined: there is nowhere to seek
 */
export function filmOf(info) {
  const range = info?.range;
  if (range?.end === undefined || !(range.end > range.start)) return undefined;
  return { start: range.start, end: range.end, frameRate: info?.frameRate };
}

/**
 * The frame that is shown at a time, held inside the film.
 * @param {Film} film
 * @param {number} seconds
 * @returns {Place}
 */
export function placeAt(film, seconds) {
  const { start, end, frameRate } = film;
  const inside = Math.min(Math.max(seconds, start), end);
  if (frameRate === undefined) return { time: inside, index: undefined };
  const last = Math.max(0, Math.ceil(end * frameRate - 0.01) - 1);
  const index = Math.min(Math.floor(inside * frameRate + ROUNDING), last);
  return { time: index / frameRate, index };
}

/**
 * @param {Film} film
 * @param {number} share 0 to 1
 * @returns {Place}
 */
export function placeAtShare(film, share) {
  return placeAt(film, film.start + share * (film.end - film.start));
}

/**
 * @param {Film} film
 * @param {number} seconds
 * @returns {number} 0 to 1
 */
export function shareOf(film, seconds) {
  return Math.min(1, Math.max(0, (seconds - film.start) / (film.end - film.start)));
}
