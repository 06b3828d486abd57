// @ts-check
/** Where in the inspector each number of the page is explained. Nothing here touches the page. */

/**
 * @typedef {object} Cause
 * @property {"rtsp" | "rtp" | "rtcp" | "statistics"} tab
 * @property {string} [filter] what messages or reports must contain
 * @property {import("./fragment_frames.js").Choice} [frames] which frames the map shows
 * @property {string} [card] the measure whose chart is opened
 * @property {"any" | "failed"} [newest] opens the newest message, or one shortly before it that tells of a failure
 */

/** @type {Readonly<Record<string, Cause>>} */
export const CAUSES = {
  state: { tab: "rtsp", newest: "any" },
  problem: { tab: "rtsp", newest: "failed" },
  transport: { tab: "rtsp", filter: "transport" },
  position: { tab: "rtsp", filter: "range" },
  scale: { tab: "rtsp", filter: "scale" },
  fps: { tab: "statistics", card: "fps" },
  bitrate: { tab: "statistics", card: "bitrate" },
  jitter: { tab: "statistics", card: "jitter" },
  delay: { tab: "statistics", card: "delay" },
  buffer: { tab: "statistics", card: "buffer" },
  dropped: { tab: "statistics", card: "dropped" },
  repaired: { tab: "statistics", card: "repaired" },
  frame: { tab: "rtp", frames: "all" },
  lost: { tab: "rtp", frames: "lost" },
  late: { tab: "rtp", frames: "late" },
  "sender reports": { tab: "rtcp", filter: "NTP time" },
  "jitter reports": { tab: "rtcp", filter: "jitter" },
};

/**
 * What lies behind a chart: the words of its button, and the cause that it opens.
 * @type {Readonly<Record<string, readonly [label: string, cause: string]>>}
 */
export const BEHIND = {
  fps: ["Frames on the wire", "frame"],
  bitrate: ["Frames on the wire", "frame"],
  loss: ["Lost fragments", "lost"],
  reorder: ["Late fragments", "late"],
  jitter: ["Reports with jitter", "jitter reports"],
  delay: ["Sender reports", "sender reports"],
  buffer: ["Jitter", "jitter"],
  dropped: ["Lost fragments", "lost"],
  repaired: ["Lost fragments", "lost"],
};
