import type { RtspRequest, RtspResponse } from "../../rtsp/message.ts";
import { requestUrl } from "../../rtsp/check.ts";
import { encodePath, originOf, parseRtspUrl, splitTrack } from "../../rtsp/url.ts";
import type { Control, Services } from "../sessions/services.ts";
import { formatVariant, parseVariant, type Variant } from "../sessions/variant.ts";

/** The methods that the server has. */
export const METHOD_NAMES = [
  "OPTIONS",
  "DESCRIBE",
  "SETUP",
  "PLAY",
  "PAUSE",
  "TEARDOWN",
  "GET_PARAMETER",
  "SET_PARAMETER",
] as const;
/** The same as the Public header names them. */
export const PUBLIC = METHOD_NAMES.join(", ");

/** The one track of every stream. */
export const TRACK = 1;
/** Its control attribute. */
export const TRACK_CONTROL = `track${TRACK}`;

/** A request and what it may touch. */
export interface Exchange {
  readonly request: RtspRequest;
  readonly control: Control;
  readonly services: Services;
}

/** Answers a request; throws RtspError for everything but success. */
export type Method = (exchange: Exchange) => RtspResponse | Promise<RtspResponse>;

/** What a request's URL names. */
export interface Target {
  readonly name: string;
  readonly track: number | undefined;
  readonly variant: Variant;
  /** The absolute URL, ending in "/", that the stream's description is relative to. */
  readonly base: string;
  /** The control attribute of the one track: absolute where the URL has a query, which clients would lose or misplace. */
  readonly control: string;
}

/** Reads a request's URL. Throws RtspError 400 for a variant that cannot be. */
export function target(request: RtspRequest): Target {
  const url = requestUrl(request);
  const { name, track } = splitTrack(url.path, url.query);
  const variant = parseVariant(url.query);
  const base = parseRtspUrl(`${originOf(url)}/${encodePath(name)}`).href + "/";
  const query = formatVariant(variant);
  return { name, track, variant, base, control: query === "" ? TRACK_CONTROL : `${base}${TRACK_CONTROL}${query}` };
}
