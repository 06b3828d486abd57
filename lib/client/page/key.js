// @ts-check
/**
 * The key that lets this page in: it trades the token of its address for it, once, and keeps it for this tab.
 *
 * The page names this module first and by itself, so that the trade is done while the others are on their way.
 */

const KEY = "flipbook-key";

/** Settles when the key has come, or is known not to come. */
export const keySettled = settle();

/** @returns {string | null} null: this page is not known to the player */
export function ownKey() {
  return sessionStorage.getItem(KEY);
}

async function settle() {
  const token = location.hash.slice(1);
  if (token === "") return;
  // Out of sight before anything else: neither the history nor a bookmark shall hold it.
  history.replaceState(null, "", location.pathname);
  const key = await redeem(token);
  if (key !== undefined) sessionStorage.setItem(KEY, key);
}

/**
 * @param {string} token
 * @returns {Promise<string | undefined>}
 */
async function redeem(token) {
  try {
    const answer = await fetch("/session", { method: "POST", body: token });
    return answer.ok ? (await answer.json()).key : undefined;
  } catch {
    return undefined;
  }
}
