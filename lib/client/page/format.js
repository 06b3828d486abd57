// @ts-check
/** Numbers and times as the page shows them. Nothing here touches the page, so it is tested without one. */

/** What stands where nothing is known yet. */
export const UNKNOWN = "\u2013";

/**
 * Seconds as minutes, seconds and `digits` decimals; with hours from one hour on.
 * @param {number | undefined} seconds
 * @param {number} [digits]
 * @returns {string}
 */
export function formatTime(seconds, digits = 1) {
  if (seconds === undefined || !Number.isFinite(seconds)) return UNKNOWN;
  const scale = 10 ** digits;
  // Whole units, so that 59.99 never becomes "00:60.0".
  const units = Math.floor(Math.max(0, seconds) * scale + 1e-6);
  const whole = Math.floor(units / scale);
  const fraction = digits === 0 ? "" : `.${String(units % scale).padStart(digits, "0")}`;
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return `${hours > 0 ? `${hours}:` : ""}${two(minutes)}:${two(whole % 60)}${fraction}`;
}

/**
 * Kilobits a second as megabits with one decimal; small rates in kilobits.
 * @param {number} kbps
 * @returns {{ value: string, unit: string }}
 */
export function formatBitrate(kbps) {
  return kbps < 1000
    ? { value: kbps.toFixed(0), unit: "kbit/s" }
    : { value: (kbps / 1000).toFixed(kbps < 100_000 ? 1 : 0), unit: "Mbit/s" };
}

/**
 * Share of packets that never came, in per cent; any loss at all shows as more than zero.
 * @param {number} lost
 * @param {number} received
 * @returns {string}
 */
export function formatLoss(lost, received) {
  if (lost <= 0) return "0.0";
  const percent = (100 * lost) / (lost + received);
  return percent < 0.1 ? "<0.1" : percent.toFixed(1);
}

/**
 * How old the picture on the screen is.
 * @param {number} milliseconds
 * @returns {string}
 */
export function staleText(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  return seconds < 120 ? `Stale for ${seconds} s` : `Stale for ${Math.floor(seconds / 60)} min`;
}

/**
 * What stands instead of the place in the film where there is none.
 * @param {number | undefined} delay milliseconds from the sender's clock to the picture
 * @returns {string}
 */
export function liveText(delay) {
  return delay === undefined || !Number.isFinite(delay) ? "Live" : `Live, ${Math.round(Math.max(0, delay))} ms`;
}

/**
 * How far a recording is, and the name of its file.
 * @param {{ seconds: number, bytes: number, path: string }} recording
 * @returns {string}
 */
export function recordingText({ seconds, bytes, path }) {
  const size = bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
  return `Recording ${formatTime(seconds, 0)}, ${size}, ${path.slice(path.search(/[^/\\]*$/))}`;
}
