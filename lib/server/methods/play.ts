import { formatRange, type Range } from "../../rtsp/headers/range.ts";
import { formatRtpInfo } from "../../rtsp/headers/rtp_info.ts";
import { response, type RtspRequest } from "../../rtsp/message.ts";
import { formatPace, parseScale, parseSpeed } from "../streams/pace.ts";
import { momentOf } from "../sessions/delayed_play.ts";
import type { Session } from "../sessions/session.ts";
import type { PlayOrder, PlayStart } from "../streams/stream.ts";
import type { Method } from "./exchange.ts";
import { inUnit, readMediaRange } from "./media_range.ts";

/**
 * PLAY (RFC 2326 section 10.5): from Range, else from where the film stands. While it plays, without Range, it is a
 * change of pace (VLC), or a ping where nothing changes. At the time that Range names, if that is yet to come (section
 * 12.29).
 */
export const play: Method = ({ request, control, services: { clock } }) => {
  const session = control.session!;
  const pace = readPace(request);
  const rangeHeader = request.headers.get("Range");
  if (session.state === "Playing" && rangeHeader === undefined && keepsPace(session, pace)) {
    return response(200, { Session: session.id, ...paceHeaders(pace, session.viewer.grant(pace)) });
  }
  const range = rangeHeader === undefined
    ? undefined
    : readMediaRange(rangeHeader, session.viewer, { backward: (pace.scale ?? 1) < 0 });
  const at = momentOf(range?.time, { now: clock.now(), wallTime: clock.wallTime() });
  const start = session.play({ ...pace, ...timesOf(range), ...(at === undefined ? {} : { at }) });
  return response(200, {
    Session: session.id,
    Range: formatRange({
      ...inUnit(range?.unit ?? "npt", rangeOf(start), session.viewer),
      ...(at === undefined ? {} : { time: range!.time! }),
    }),
    ...(start.first ? { "RTP-Info": formatRtpInfo([{ url: session.control, ...start.first }]) } : {}),
    ...paceHeaders(pace, start),
  });
};

function readPace({ headers }: RtspRequest): PlayOrder {
  const scale = headers.get("Scale");
  const speed = headers.get("Speed");
  return {
    ...(scale === undefined ? {} : { scale: parseScale(scale) }),
    ...(speed === undefined ? {} : { speed: parseSpeed(speed) }),
  };
}

/** Whether what is asked for is what the session has. */
function keepsPace({ viewer }: Session, order: PlayOrder): boolean {
  const { scale, speed } = viewer.pace;
  const granted = viewer.grant(order);
  return (order.scale === undefined || granted.scale === scale) &&
    (order.speed === undefined || granted.speed === speed);
}

/** Scale and Speed are answered where they were asked for, as they were granted. */
function paceHeaders({ scale, speed }: PlayOrder, granted: { scale: number; speed: number }): Record<string, string> {
  return {
    ...(scale === undefined ? {} : { Scale: formatPace(granted.scale) }),
    ...(speed === undefined ? {} : { Speed: formatPace(granted.speed) }),
  };
}

/** "now" of a film is where it stands. */
function timesOf({ start, end }: Partial<Range> = {}): PlayOrder {
  return {
    ...(typeof start === "number" ? { start } : {}),
    ...(end === undefined ? {} : { end }),
  };
}

function rangeOf({ start, end }: PlayStart): { start: number | "now"; end?: number } {
  return { start: start ?? "now", ...(end === undefined ? {} : { end }) };
}
