import { parseRange } from "../../rtsp/headers/range.ts";
import { parseRtpInfo } from "../../rtsp/headers/rtp_info.ts";
import type { RtspResponse } from "../../rtsp/message.ts";

/** What the answer to PLAY tells about time (RFC 2326 12.29, 12.33, 12.34). */
export interface PlayAnswer {
  /** Media time in seconds from which the server plays. */
  readonly start: number | undefined;
  /** RTP time that stands for `start`. */
  readonly timestamp: number | undefined;
  /** Speed that the server granted; 1 is normal. */
  readonly scale: number;
}

/** Reads an answer; what is missing or cannot be read stays undefined, for playing does not depend on it. */
export function readPlayAnswer(response: RtspResponse): PlayAnswer {
  const scale = Number(response.headers.get("Scale") ?? 1);
  return {
    start: readStart(response.headers.get("Range")),
    timestamp: readTimestamp(response.headers.get("RTP-Info")),
    scale: Number.isFinite(scale) && scale !== 0 ? scale : 1,
  };
}

function readStart(text: string | undefined): number | undefined {
  try {
    const range = text === undefined ? undefined : parseRange(text, { backward: true });
    return range?.unit === "npt" && typeof range.start === "number" ? range.start : undefined;
  } catch {
    return undefined;
  }
}

function readTimestamp(text: string | undefined): number | undefined {
  try {
    return text === undefined ? undefined : parseRtpInfo(text)[0]?.timestamp;
  } catch {
    return undefined;
  }
}
