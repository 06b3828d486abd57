// @ts-check

/** @typedef {import("../bridge/protocol.ts").StateMessage} StateMessage */
/** @typedef {import("../bridge/protocol.ts").Verb} Verb */

/**
 * The verbs that can do something now.
 * @param {Pick<StateMessage, "state" | "activity">} message
 * @returns {readonly Verb[]}
 */
export function possibleVerbs({ state, activity }) {
  if (activity !== undefined) return [];
  if (state === "INIT") return ["setup", "play"];
  return state === "READY" ? ["play", "teardown"] : ["pause", "teardown"];
}
