// @ts-check
/** Speeds as the page offers and shows them. Nothing here touches the page. */

/** @typedef {import("../bridge/protocol.ts").StateMessage} StateMessage */

/** From the fastest to the fastest backward. */
export const SPEEDS = [8, 4, 2, 1, 0.5, 0.25, -1, -2, -4];

/**
 * @param {number} speed
 * @returns {string} as on the button: "-2x" with the signs of good print
 */
export function formatSpeed(speed) {
  return `${speed < 0 ? "\u2212" : ""}${Number(Math.abs(speed).toFixed(2))}\u00d7`;
}

/**
 * The next speed of the list that is faster (1) or slower (-1); backward is slower than forward.
 * @param {number} speed
 * @param {1 | -1} direction
 * @returns {number}
 */
export function nextSpeed(speed, direction) {
  const order = [...SPEEDS].sort((a, b) => a - b);
  const next = direction > 0 ? order.find((other) => other > speed) : order.findLast((other) => other < speed);
  return next ?? speed;
}
