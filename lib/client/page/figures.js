// @ts-check
/** The numbers of the status line. Nothing here touches the page, so it is tested without one. */
import { formatBitrate, formatLoss, UNKNOWN } from "./format.js";
import { formatSpeed } from "./speeds.js";

/** @typedef {import("../player_types.ts").PlayerStats} PlayerStats */

/**
 * @typedef {object} Figure
 * @property {string} id
 * @property {string} name for a screen reader
 * @property {string} meaning
 * @property {string} cause where the inspector explains it, one of `CAUSES`
 * @property {(stats: PlayerStats | undefined) => Text} text undefined: nothing stands
 * @property {(stats: PlayerStats) => boolean} [bad]
 */

/** @typedef {{ before?: string, value: string, after?: string }} Text a number among its words */

/** @type {readonly Figure[]} */
export const FIGURES = [
  {
    id: "transport",
    name: "Transport",
    meaning: "How the pictures travel",
    cause: "transport",
    text: (stats) => {
      const transport = stats?.transport?.toUpperCase() ?? UNKNOWN;
      return { value: stats?.dialect === "lab" ? `${transport} (lab)` : transport };
    },
  },
  {
    id: "fps",
    name: "Frame rate",
    meaning: "Pictures a second",
    cause: "fps",
    text: (stats) => ({ value: stats?.fps.toFixed(1) ?? UNKNOWN, after: "fps" }),
  },
  {
    id: "bitrate",
    name: "Bitrate",
    meaning: "Bits received a second",
    cause: "bitrate",
    text: (stats) => {
      const { value, unit } = stats === undefined ? { value: UNKNOWN, unit: "Mbit/s" } : formatBitrate(stats.kbps);
      return { value, after: unit };
    },
  },
  {
    id: "loss",
    name: "Loss",
    meaning: "Packets that never came",
    cause: "lost",
    text: (stats) => ({
      before: "loss",
      value: stats === undefined ? UNKNOWN : formatLoss(stats.lostPackets, stats.packets),
      after: "%",
    }),
    bad: ({ lostPackets }) => lostPackets > 0,
  },
  {
    id: "jitter",
    name: "Jitter",
    meaning: "Variation of the packets' travel time (RFC 3550)",
    cause: "jitter",
    text: (stats) => ({ before: "jitter", value: stats?.jitterMs.toFixed(1) ?? UNKNOWN, after: "ms" }),
  },
  {
    id: "delay",
    name: "Delay",
    meaning: "From the sender's clock to the picture",
    cause: "delay",
    text: (stats) => ({ before: "delay", value: milliseconds(stats?.latencyMs), after: "ms" }),
  },
  {
    id: "buffer",
    name: "Buffer",
    meaning: "How long pictures are held to be shown evenly",
    cause: "buffer",
    text: (stats) => ({ before: "buffer", value: milliseconds(stats?.bufferMs), after: "ms" }),
  },
  {
    id: "dropped",
    name: "Dropped",
    meaning: "Pictures that were not shown because a part was missing",
    cause: "dropped",
    text: (stats) => ({
      before: "dropped",
      value: stats === undefined ? UNKNOWN : String(stats.damagedFrames - stats.repairedFrames),
    }),
    bad: ({ damagedFrames, repairedFrames }) => damagedFrames > repairedFrames,
  },
  {
    id: "repaired-count",
    name: "Repaired",
    meaning: "Pictures whose missing part shows the one before",
    cause: "repaired",
    text: (stats) => ({ before: "repaired", value: stats === undefined ? UNKNOWN : String(stats.repairedFrames) }),
  },
  {
    id: "scale",
    name: "Scale",
    meaning: "The speed that the server granted",
    cause: "scale",
    text: (stats) => ({ before: "scale", value: stats === undefined ? UNKNOWN : formatSpeed(stats.scale) }),
  },
];

/**
 * @param {number | undefined} value
 * @returns {string}
 */
function milliseconds(value) {
  return value === undefined ? UNKNOWN : Math.max(0, value).toFixed(0);
}
