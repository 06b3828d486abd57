import { response } from "../../rtsp/message.ts";
import type { Viewer } from "../streams/stream.ts";
import type { Method } from "./exchange.ts";
import { readMediaRange } from "./media_range.ts";

/**
 * PAUSE (RFC 2326 section 10.6): the film stands at the next frame, from which PLAY goes on; with Range, at that point,
 * and what was queued behind it is forgotten.
 */
export const pause: Method = ({ request, control }) => {
  const session = control.session!;
  session.pause(readPoint(request.headers.get("Range"), session.viewer));
  return response(200, { Session: session.id });
};

/** The point is one value and no range; with a dash behind it, as many write it, it means the same. */
function readPoint(value: string | undefined, viewer: Viewer): number | undefined {
  if (value === undefined) return undefined;
  const { start } = readMediaRange(value.includes("-", value.indexOf("=")) ? value : `${value}-`, viewer);
  return typeof start === "number" ? start : undefined;
}
