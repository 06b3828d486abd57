// @ts-check
/** Where the picture lies in its stage. Nothing here touches the page. */

/**
 * @typedef {object} View
 * @property {number} turns quarter turns to the right, 0 to 3
 * @property {number | undefined} zoom pixels of the page for one of the picture; undefined: as large as it fits
 * @property {number} x how far the picture is moved from the middle, pixels of the page
 * @property {number} y
 */

/**
 * @typedef {object} Size
 * @property {number} width
 * @property {number} height
 */

/** @typedef {Size & { left: number, top: number }} Box of the picture before it is turned about its middle */

/** @type {View} */
export const FITTING = { turns: 0, zoom: undefined, x: 0, y: 0 };
const LARGEST_ZOOM = 16;

/**
 * @param {View} view
 * @param {Size} picture
 * @param {Size} stage
 * @returns {number} pixels of the page for one of the picture, where it just fits
 */
export function fittingZoom(view, picture, stage) {
  const { width, height } = turned(view, picture);
  return Math.min(stage.width / width, stage.height / height);
}

/**
 * What is left above and below a fitting picture goes to the lower edge first, up to `reserve` pixels; the rest is
 * shared.
 * @param {View} view
 * @param {Size} picture
 * @param {Size} stage
 * @param {number} reserve
 * @returns {Box}
 */
export function place(view, picture, stage, reserve) {
  const zoom = view.zoom ?? fittingZoom(view, picture, stage);
  const width = Math.round(picture.width * zoom);
  const height = Math.round(picture.height * zoom);
  const free = stage.height - turned(view, { width, height }).height;
  const lift = Math.min(Math.max(free, 0), reserve) / 2;
  const { x, y } = held(view, picture, stage);
  return {
    width,
    height,
    left: Math.round((stage.width - width) / 2 + x),
    top: Math.round((stage.height - height) / 2 - lift + y),
  };
}

/**
 * The view with the picture no further off than its edges allow.
 * @param {View} view
 * @param {Size} picture
 * @param {Size} stage
 * @returns {View}
 */
export function held(view, picture, stage) {
  if (view.zoom === undefined) return { ...view, x: 0, y: 0 };
  const { width, height } = turned(view, picture);
  const roomX = Math.max(0, (width * view.zoom - stage.width) / 2);
  const roomY = Math.max(0, (height * view.zoom - stage.height) / 2);
  return {
    ...view,
    x: Math.min(roomX, Math.max(-roomX, view.x)),
    y: Math.min(roomY, Math.max(-roomY, view.y)),
  };
}

/**
 * Larger or smaller by `factor`; what is under the point stays there. Down to the size that fits.
 * @param {View} view
 * @param {number} factor
 * @param {{ x: number, y: number }} point from the middle of the stage
 * @param {Size} picture
 * @param {Size} stage
 * @returns {View}
 */
export function zoomed(view, factor, point, picture, stage) {
  const fitting = fittingZoom(view, picture, stage);
  const before = view.zoom ?? fitting;
  const zoom = Math.min(before * factor, Math.max(LARGEST_ZOOM, fitting));
  if (zoom <= fitting) return { ...view, zoom: undefined, x: 0, y: 0 };
  const x = point.x - (point.x - view.x) * (zoom / before);
  const y = point.y - (point.y - view.y) * (zoom / before);
  return held({ ...view, zoom, x, y }, picture, stage);
}

/**
 * @param {View} view
 * @param {Size} size
 * @returns {Size}
 */
function turned(view, { width, height }) {
  return view.turns % 2 === 0 ? { width, height } : { width: height, height: width };
}
