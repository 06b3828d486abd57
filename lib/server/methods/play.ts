import { formatRange, parseRange } from "../../rtsp/headers/range.ts";
import { formatRtpInfo } from "../../rtsp/headers/rtp_info.ts";
import { response } from "../../rtsp/message.ts";
import { RtspError } from "../../rtsp/status.ts";
import type { PlayRange, PlayStart } from "../stream.ts";
import type { Method } from "./exchange.ts";

/** The one speed there is. */
const NORMAL_SCALE = "1.000";

/** PLAY (RFC 2326 section 10.5): from Range, else from where the film stands; while it plays, without Range, a ping. */
export const play: Method = ({ request, control }) => {
  const session = control.session!;
  const rangeHeader = request.headers.get("Range");
  const scale = request.headers.has("Scale") ? { Scale: NORMAL_SCALE } : {};
  if (session.state === "Playing" && rangeHeader === undefined) return response(200, { Session: session.id, ...scale });
  const start = session.play(readRange(rangeHeader));
  return response(200, {
    Session: session.id,
    Range: formatRange({ unit: "npt", ...rangeOf(start) }),
    "RTP-Info": formatRtpInfo([{ url: session.control, sequence: start.sequence, timestamp: start.timestamp }]),
    ...scale,
  });
};

function readRange(value: string | undefined): PlayRange {
  if (value === undefined) return {};
  const { unit, start, end } = parseRange(value);
  if (unit === "clock") throw new RtspError(457, "Cannot play a range of clock times");
  return {
    ...(typeof start === "number" ? { start } : {}),
    ...(end === undefined ? {} : { end }),
  };
}

function rangeOf({ start, end }: PlayStart): { start: number | "now"; end?: number } {
  return { start: start ?? "now", ...(end === undefined ? {} : { end }) };
}
