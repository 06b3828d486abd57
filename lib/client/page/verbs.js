// @ts-check

/** @typedef {import("../bridge/protocol.ts").StateMessage} StateMessage */
/** @typedef {import("../bridge/protocol.ts").Verb} Verb */

/**
 * The verbs that can do something now.
 * @param {Pick<StateMessage, "state" | "activity" | "reconnecting">} message
 * @returns {readonly Verb[]}
 */
export function possibleVerbs({ state, activity, reconnecting }) {
  if (activity !== undefined) return [];
  // Play tries at once, Teardown gives up.
  if (reconnecting !== undefined) return ["play", "teardown"];
  if (state === "INIT") return ["setup", "play"];
  return state === "READY" ? ["play", "teardown"] : ["pause", "teardown"];
}
