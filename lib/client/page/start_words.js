// @ts-check
/** Streams and moments in words, for the start page. Nothing here touches the page, so it is tested without one. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * What a person typed as the address of a stream: the scheme may be missing, or be there twice after pasting.
 * @param {string} typed
 * @returns {string}
 */
export function readAddress(typed) {
  const address = typed.trim().replace(/^rtsps?:\/\/(?=\w+:\/\/)/i, "");
  return /^\w+:\/\//.test(address) ? address : `rtsp://${address}`;
}

/**
 * What was typed, as far as it may be kept: without user name, password and query.
 * @param {string} typed
 * @returns {string}
 */
export function withoutSecrets(typed) {
  return typed.replace(/[?#].*$/s, "").replace(/^((?:\w+:\/\/)?)[^/]*@/, "$1");
}

/**
 * The stream's own name, and where it comes from.
 * @param {readonly string[]} words as on the command line
 * @returns {{ name: string, place: string }}
 */
export function nameStream(words) {
  const [first = "", port, , file] = words;
  if (file !== undefined) return { name: file, place: `${first}:${port}, assignment` };
  const [, place = "", path = ""] = /^\w+:\/\/([^/?]*)\/?(.*)$/.exec(first) ?? [];
  return { name: decoded(path.replace(/\/+$/, "")) || place || first, place };
}

/**
 * How long ago something was.
 * @param {number} then Unix milliseconds
 * @param {number} now the same
 * @returns {string}
 */
export function agoText(then, now) {
  const past = now - then;
  if (past < MINUTE) return "just now";
  if (past < HOUR) return `${Math.floor(past / MINUTE)} min ago`;
  if (past < DAY) return `${Math.floor(past / HOUR)} h ago`;
  const days = Math.floor(past / DAY);
  return days === 1 ? "yesterday" : days < 60 ? `${days} days ago` : `${Math.floor(days / 30)} months ago`;
}

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
