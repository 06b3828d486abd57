import { getLogger, type Logger } from "@logtape/logtape";

export type { Logger };

/**
 * The log of one part of the house, as `log("server", "session")`. Silent until a program configures sinks, so a
 * library user sees nothing unasked. Write `log.info("Closed {peer}: {reason}", { peer, reason })`.
 */
export function log(...part: [string, ...string[]]): Logger {
  return getLogger(["flipbook", ...part]);
}
