// @ts-check

/**
 * The time of day with milliseconds.
 * @param {number} at Unix milliseconds
 * @returns {string}
 */
export function formatClock(at) {
  const time = new Date(at);
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  const milliseconds = String(time.getMilliseconds()).padStart(3, "0");
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${milliseconds}`;
}
