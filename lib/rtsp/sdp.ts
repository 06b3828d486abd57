import { parse, type SdpAttributes, type SdpMedia, write } from "sdp-transform";
import { InvalidDataError } from "../core/errors.ts";
import { formatRange } from "./headers/range.ts";

/** Characters of a session description that is read (robustness R20). */
export const MAX_DESCRIPTION_LENGTH = 64 * 1024;
/** Characters of one of its lines. */
export const MAX_DESCRIPTION_LINE = 2048;
/** Its lines. */
export const MAX_DESCRIPTION_LINES = 1000;
/** Its media sections. */
export const MAX_MEDIA_SECTIONS = 32;

/** RTP payload type of JPEG and its clock in hertz (RFC 3551 section 6). */
const JPEG_PAYLOAD_TYPE = 26;
const JPEG_CLOCK_RATE = 90_000;
/** Largest width and height that an RTP/JPEG header can tell, in steps of 8 (RFC 2435 section 3.1.5). */
const MAX_HEADER_DIMENSION = 2040;
const HEADER_DIMENSION_STEP = 8;
const MAX_NAME_LENGTH = 200;

/** What a client must know of a film or a live feed before SETUP. */
export interface SessionDescriptionOptions {
  /** Shown to people; made harmless here. */
  readonly name: string;
  /** The server's address, IPv4 or IPv6, as the client reached it. */
  readonly address: string;
  /** Control of the one track, relative to Content-Base; "track1" by default. */
  readonly control?: string;
  /** Seconds; left out for a live feed. */
  readonly duration?: number;
  /** Frames a second; left out where frames have times of their own. */
  readonly frameRate?: number;
  /** True width in pixels. */
  readonly width: number;
  /** True height in pixels. */
  readonly height: number;
  /** 26 by default. */
  readonly payloadType?: number;
  /** Whether there is no start or end to seek to. */
  readonly live: boolean;
}

/** One media section of a description. */
export interface MediaDescription {
  /** "video", "audio", ... */
  readonly type: string;
  /** The first one listed; NaN if it is no number. */
  readonly payloadType: number;
  /** Upper or lower case as written; undefined if neither rtpmap nor the static table names it. */
  readonly encoding?: string;
  /** Hertz. */
  readonly clockRate?: number;
  /** To be joined with the base URL; "*" if the section has none. */
  readonly control: string;
  /** Frames a second. */
  readonly frameRate?: number;
  /** True width in pixels, where the description tells it. */
  readonly width?: number;
  /** True height in pixels, where the description tells it. */
  readonly height?: number;
}

/** What is read from a session description. */
export interface SessionDescription {
  /** Text of a stranger: show it as text. */
  readonly name: string;
  /** Control of the aggregate; "*" if there is none. */
  readonly control: string;
  /** Value of a=range, for `parseRange`. */
  readonly range?: string;
  /** In the order written. */
  readonly media: readonly MediaDescription[];
}

/**
 * Writes the description of a session with one JPEG track (RFC 2326 appendix C, RFC 3551).
 *
 * `a=range` with an end is what makes VLC offer seeking. The true size is written where the RTP packets cannot tell it:
 * `x-dimensions` is what GStreamer, live555 and VLC read, `framesize` what Axis devices write.
 */
export function describeSession(options: SessionDescriptionOptions): string {
  const ipVer = options.address.includes(":") ? 6 : 4;
  return write({
    version: 0,
    origin: {
      username: "-",
      sessionId: 0,
      sessionVersion: 0,
      netType: "IN",
      ipVer,
      address: withoutBlanks(options.address),
    },
    name: harmlessName(options.name),
    connection: { version: ipVer, ip: ipVer === 6 ? "::" : "0.0.0.0" },
    timing: { start: 0, stop: 0 },
    control: "*",
    invalid: [{ value: "tool:Flipbook" }, { value: `range:${rangeOf(options)}` }],
    media: [describeTrack(options)],
  });
}

function describeTrack(options: SessionDescriptionOptions): SdpMedia {
  const { payloadType = JPEG_PAYLOAD_TYPE, width, height, frameRate } = options;
  const attributes = fitsHeader(width) && fitsHeader(height)
    ? []
    : [{ value: `x-dimensions:${width},${height}` }, { value: `framesize:${payloadType} ${width}-${height}` }];
  return {
    type: "video",
    port: 0,
    protocol: "RTP/AVP",
    payloads: String(payloadType),
    rtp: [{ payload: payloadType, codec: "JPEG", rate: JPEG_CLOCK_RATE }],
    control: withoutBlanks(options.control ?? "track1"),
    ...(frameRate === undefined ? {} : { framerate: Number(frameRate.toFixed(3)) }),
    invalid: attributes,
  };
}

function fitsHeader(size: number): boolean {
  return size <= MAX_HEADER_DIMENSION && size % HEADER_DIMENSION_STEP === 0;
}

function rangeOf({ live, duration }: SessionDescriptionOptions): string {
  if (live) return formatRange({ unit: "npt", start: "now" });
  return `npt=0-${duration === undefined ? "" : duration.toFixed(3)}`;
}

/** Quotes, brackets and control characters become blanks: a name can neither add a line nor leave a place of display. */
function harmlessName(name: string): string {
  const harmless = name.toWellFormed().replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}"'`<>&\\]/gu, " ").trim();
  return harmless.slice(0, MAX_NAME_LENGTH) || " ";
}

function withoutBlanks(text: string): string {
  return text.replace(/[\p{Cc}\s]/gu, "");
}

/**
 * Reads a session description, tolerantly: lines that are not understood are passed over.
 * Throws InvalidDataError beyond the limits named in this file.
 */
export function parseSession(text: string): SessionDescription {
  checkSize(text);
  const session = parse(text);
  const range = attribute(session, "range") ?? session.media.map((media) => attribute(media, "range")).find(Boolean);
  return {
    name: String(session.name ?? "").trim(),
    control: controlOf(session),
    ...(range === undefined ? {} : { range }),
    media: session.media.map(readMedia),
  };
}

function checkSize(text: string): void {
  if (text.length > MAX_DESCRIPTION_LENGTH) {
    throw new InvalidDataError(`Cannot read a session description of ${text.length} characters`);
  }
  const lines = text.split(/\r\n|\r|\n/);
  const media = lines.filter((line) => line.startsWith("m=")).length;
  const longest = lines.reduce((most, line) => Math.max(most, line.length), 0);
  if (lines.length > MAX_DESCRIPTION_LINES || media > MAX_MEDIA_SECTIONS || longest > MAX_DESCRIPTION_LINE) {
    throw new InvalidDataError(
      `Cannot read a session description of ${lines.length} lines, the longest ${longest} characters, with ${media} media`,
    );
  }
}

function readMedia(media: SdpMedia): MediaDescription {
  const payloadType = Number(/^\d{1,3}/.exec(String(media.payloads ?? ""))?.[0] ?? NaN);
  const frameRate = Number(media.framerate);
  return {
    type: media.type,
    payloadType,
    ...encodingOf(media, payloadType),
    control: controlOf(media),
    ...(frameRate > 0 && frameRate < Infinity ? { frameRate } : {}),
    ...dimensionsOf(media),
  };
}

function encodingOf(media: SdpMedia, payloadType: number): { encoding?: string; clockRate?: number } {
  const mapped = media.rtp?.find(({ payload }) => Number(payload) === payloadType);
  if (mapped) {
    const clockRate = Number(mapped.rate);
    return { encoding: String(mapped.codec), ...(clockRate > 0 ? { clockRate } : {}) };
  }
  return payloadType === JPEG_PAYLOAD_TYPE ? { encoding: "JPEG", clockRate: JPEG_CLOCK_RATE } : {};
}

function dimensionsOf(media: SdpMedia): { width?: number; height?: number } {
  const text = attribute(media, "x-dimensions") ?? attribute(media, "framesize")?.replace(/^\d+ +/, "");
  const [, width, height] = /^(\d{1,5})[,-] ?(\d{1,5})$/.exec(text?.trim() ?? "") ?? [];
  return Number(width) > 0 && Number(height) > 0 ? { width: Number(width), height: Number(height) } : {};
}

function controlOf({ control }: SdpAttributes): string {
  return String(control ?? "").trim() || "*";
}

function attribute({ invalid }: SdpAttributes, name: string): string | undefined {
  const line = invalid?.find(({ value }) => String(value).startsWith(`${name}:`));
  return line === undefined ? undefined : String(line.value).slice(name.length + 1).trim();
}
