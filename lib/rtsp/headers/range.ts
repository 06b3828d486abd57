import { quote, RtspError } from "../status.ts";
import { formatSmpte, isSmpteUnit, parseSmpte, type SmpteUnit } from "./smpte.ts";

/** Characters of a Range header. */
export const MAX_RANGE_LENGTH = 256;

/** A Range header (RFC 2326 sections 3.5 to 3.7 and 12.29): half-open, the end itself is not played. */
export interface Range {
  /** "clock" counts from 1970 (Unix time), the others from the start of the film. */
  readonly unit: "npt" | "clock" | SmpteUnit;
  /** Seconds. Undefined in "-20": from where the film stands. "now" (npt only) is the live edge. */
  readonly start?: number | "now";
  /** Seconds. Undefined: to the end. */
  readonly end?: number;
  /** When the operation shall take effect, Unix time in seconds. */
  readonly time?: number;
}

/**
 * Reads a Range header. Throws RtspError 501 for an unknown unit, 457 for anything else that is no range, also if the
 * end lies before the start, unless the film is to play `backward`. Whether it lies inside the film is the caller's to ask.
 */
export function parseRange(value: string, { backward = false }: { readonly backward?: boolean } = {}): Range {
  if (value.length > MAX_RANGE_LENGTH) throw rangeError(value);
  const [specifier = "", ...parameters] = value.split(";").map((part) => part.trim());
  const at = specifier.indexOf("=");
  const unit = specifier.slice(0, at).trim().toLowerCase();
  if (at < 0) throw rangeError(value);
  if (unit !== "npt" && unit !== "clock" && !isSmpteUnit(unit)) {
    throw new RtspError(501, `Cannot read Range: its unit is ${quote(unit)}`);
  }
  const [startText, endText] = splitEnds(specifier.slice(at + 1), value);
  const start = startText === "" ? undefined : parseTime(unit, startText, value);
  const end = endText === "" ? undefined : parseTime(unit, endText, value);
  if (end === "now") throw rangeError(value);
  if (!backward && typeof start === "number" && end !== undefined && end < start) throw rangeError(value);
  const time = parseTimeParameter(parameters, value);
  return {
    unit,
    ...(start === undefined ? {} : { start }),
    ...(end === undefined ? {} : { end }),
    ...(time === undefined ? {} : { time }),
  };
}

function rangeError(value: string): RtspError {
  return new RtspError(457, `Cannot read Range: ${quote(value)}`);
}

function splitEnds(text: string, value: string): [string, string] {
  const [start = "", end, ...more] = text.split("-").map((part) => part.trim());
  if (end === undefined || more.length > 0 || (start === "" && end === "")) throw rangeError(value);
  return [start, end];
}

function parseTime(unit: Range["unit"], text: string, value: string): number | "now" {
  if (unit === "npt" && text.toLowerCase() === "now") return "now";
  const seconds = unit === "npt" ? parseNpt(text) : unit === "clock" ? parseClock(text) : parseSmpte(unit, text);
  if (seconds === undefined) throw rangeError(value);
  return seconds;
}

/** RFC 2326 section 3.6: seconds or hours:minutes:seconds, each with a fraction. */
function parseNpt(text: string): number | undefined {
  if (/^\d{1,10}(?:\.\d{0,9})?$/.test(text)) return Number(text);
  const [, hours, minutes, seconds] = /^(\d{1,6}):(\d{1,2}):(\d{1,2}(?:\.\d{0,9})?)$/.exec(text) ?? [];
  if (hours === undefined || Number(minutes) > 59 || Number(seconds) >= 60) return undefined;
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

/** RFC 2326 section 3.7: 19961108T143720.25Z, as Unix time; nothing before 1970. */
function parseClock(text: string): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\.\d{0,9})?Z$/i.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hours, minutes, seconds, fraction] = match;
  const whole = Date.parse(`${year}-${month}-${day}T${hours}:${minutes}:${seconds}Z`) / 1000;
  return whole >= 0 ? whole + Number(`0${fraction ?? ""}`) : undefined;
}

function parseTimeParameter(parameters: readonly string[], value: string): number | undefined {
  for (const parameter of parameters) {
    const [, text] = /^time\s*=\s*(\S*)$/i.exec(parameter) ?? [];
    if (text === undefined) continue;
    const time = parseClock(text);
    if (time === undefined) throw rangeError(value);
    return time;
  }
  return undefined;
}

/** Writes a Range header; npt in seconds with three to six decimals. Throws RangeError for times below 0. */
export function formatRange({ unit, start, end, time }: Range): string {
  const write = (value: number | "now" | undefined) => value === undefined ? "" : formatTime(unit, value);
  const range = `${unit}=${write(start)}-${write(end)}`;
  return time === undefined ? range : `${range};time=${formatClock(time)}`;
}

function formatTime(unit: Range["unit"], value: number | "now"): string {
  if (value === "now") return value;
  if (!(value >= 0 && value < Infinity)) throw new RangeError(`Cannot write the time ${value} into Range`);
  if (unit === "npt") return value.toFixed(6).replace(/0{1,3}$/, "");
  return unit === "clock" ? formatClock(value) : formatSmpte(unit, value);
}

function formatClock(time: number): string {
  const [date = "", rest = ""] = new Date(Math.round(time * 1000)).toISOString().split("T");
  return `${date.replaceAll("-", "")}T${rest.replaceAll(":", "").replace(/\.?0*Z$/, "Z")}`;
}
