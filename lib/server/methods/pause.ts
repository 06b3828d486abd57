import { parseRange } from "../../rtsp/headers/range.ts";
import { response } from "../../rtsp/message.ts";
import { RtspError } from "../../rtsp/status.ts";
import type { Method } from "./exchange.ts";

/**
 * PAUSE (RFC 2326 section 10.6): the film stands at the next frame, from which PLAY goes on; with Range, at that point,
 * and what was queued behind it is forgotten.
 */
export const pause: Method = ({ request, control }) => {
  const session = control.session!;
  session.pause(readPoint(request.headers.get("Range")));
  return response(200, { Session: session.id });
};

/** The point is one value and no range; with a dash behind it, as many write it, it means the same. */
function readPoint(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const { unit, start } = parseRange(value.includes("-", value.indexOf("=")) ? value : `${value}-`);
  if (unit === "clock") throw new RtspError(457, "Cannot pause at a clock time: films count from their start");
  return typeof start === "number" ? start : undefined;
}
