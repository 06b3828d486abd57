// @ts-check
import { formatTime } from "./format.js";

/** @typedef {import("../bridge/protocol.ts").StateMessage} StateMessage */
/** @typedef {import("../bridge/protocol.ts").PageCommand} PageCommand */
/** @typedef {import("../player_types.ts").ProblemCode} ProblemCode */
/** @typedef {import("../player_types.ts").StreamInfo} StreamInfo */

/**
 * @typedef {object} Message
 * @property {string} title
 * @property {string} text
 * @property {string} icon
 * @property {boolean} [problem]
 * @property {boolean} [aside] the picture counts more than the words
 * @property {boolean} [wire] whether the messages with the server may tell more
 * @property {boolean} [other] another stream may be the better choice
 * @property {{ label: string, icon: string, command: PageCommand | "login" }} [action]
 */

/** @type {Record<ProblemCode, string>} */
const TITLES = {
  "bad-source": "This address cannot be used",
  "unreachable": "The server cannot be reached",
  "not-found": "No such stream",
  "unauthorized": "The server asks for a password",
  "unsupported": "This stream cannot be played",
  "refused": "The server refused",
  "port-taken": "The port is taken",
  "no-answer": "The server does not answer",
  "protocol": "The server cannot be understood",
  "no-media": "No pictures arrive",
  "server-gone": "The server is gone",
  "wrong-state": "That cannot be done now",
  "closed": "The player is closed",
};

/** Problems before the first word.
 * @type {readonly ProblemCode[]} */
const UNSAID = ["bad-source", "unreachable", "port-taken", "closed"];

/**
 * What to tell the person, or undefined where the picture says it all.
 * @param {StateMessage} state
 * @param {boolean} pictured whether a picture stands on the screen
 * @returns {Message | undefined}
 */
export function messageOf(state, pictured) {
  const { problem, activity, info } = state;
  if (problem?.code === "unauthorized" && problem.realm !== undefined) {
    return {
      title: TITLES.unauthorized,
      text: problem.message,
      icon: "lock",
      wire: true,
      action: { label: "Log in", icon: "lock", command: "login" },
    };
  }
  if (problem !== undefined) {
    const action = {
      label: "Try again",
      icon: "again",
      command: /** @type {PageCommand} */ ({ type: "retry" }),
    };
    return {
      title: TITLES[problem.code],
      text: problem.message,
      icon: "problem",
      problem: true,
      wire: !UNSAID.includes(problem.code),
      other: true,
      action,
    };
  }
  if (state.ended) {
    const from = info?.range?.end === undefined ? {} : { from: info.range.start };
    const action = {
      label: "Play again",
      icon: "again",
      command: /** @type {PageCommand} */ ({ type: "play", ...from }),
    };
    return {
      title: "End of the film",
      text: "",
      icon: "film",
      aside: pictured,
      action,
    };
  }
  if (state.reconnecting !== undefined) return pictured ? undefined : reconnectingMessage(state.reconnecting.reason);
  if (activity === "setup" || (activity === "play" && state.state === "INIT")) {
    return { title: "Connecting", text: state.address, icon: "film" };
  }
  if (state.state === "INIT" && activity === undefined) {
    return {
      title: "No session",
      text: "Setup opens one with the server, Play also starts the film.",
      icon: "unplugged",
    };
  }
  if (state.state === "READY" && !pictured && activity === undefined) {
    return readyMessage(info);
  }
  return undefined;
}

/**
 * @param {string} reason
 * @returns {Message}
 */
function reconnectingMessage(reason) {
  return { title: "Trying to reach the server again", text: reason, icon: "unplugged" };
}

/**
 * @param {StreamInfo | undefined} info
 * @returns {Message}
 */
function readyMessage(info) {
  const facts = [];
  if (info?.width !== undefined && info.height !== undefined) {
    facts.push(`${info.width} \u00d7 ${info.height}`);
  }
  if (info?.frameRate !== undefined) {
    facts.push(`${Number(info.frameRate.toFixed(2))} pictures a second`);
  }
  if (info?.range?.end !== undefined) {
    facts.push(formatTime(info.range.end - info.range.start));
  }
  return { title: info?.title ?? "Ready", text: facts.join(", "), icon: "film" };
}
