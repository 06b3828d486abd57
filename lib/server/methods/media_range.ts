import { parseRange, type Range } from "../../rtsp/headers/range.ts";
import { RtspError } from "../../rtsp/status.ts";
import type { Viewer } from "../streams/stream.ts";

/**
 * Reads a Range header in seconds of media time; of clock times (RFC 2326 section 3.7) what lies before the recording
 * counts as its start. The unit stays as it was asked for. Throws RtspError 457 for clock times of what has none.
 */
export function readMediaRange(value: string, viewer: Viewer, options?: { readonly backward: boolean }): Range {
  const range = parseRange(value, options);
  if (range.unit !== "clock") return range;
  const recordedAt = recordingOf(viewer);
  const media = (time: number) => Math.max(0, time - recordedAt);
  return {
    ...range,
    ...(typeof range.start === "number" ? { start: media(range.start) } : {}),
    ...(range.end === undefined ? {} : { end: media(range.end) }),
  };
}

/** A range of media time in `unit`, as the answer tells it. */
export function inUnit(unit: Range["unit"], { start, end }: Omit<Range, "unit">, viewer: Viewer): Range {
  const shift = unit === "clock" ? recordingOf(viewer) : 0;
  return {
    unit,
    ...(start === undefined ? {} : { start: start === "now" ? start : start + shift }),
    ...(end === undefined ? {} : { end: end + shift }),
  };
}

function recordingOf({ recordedAt }: Viewer): number {
  if (recordedAt === undefined) {
    throw new RtspError(457, "Cannot tell clock times: it is not known when this was recorded");
  }
  return recordedAt;
}
