import type { RtspRequest, RtspResponse } from "../../rtsp/message.ts";
import { requestUrl } from "../../rtsp/check.ts";
import { encodePath, parseRtspUrl, splitTrack } from "../../rtsp/url.ts";
import type { Control, Services } from "../services.ts";

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

/** The stream that a request's URL names, and the absolute URL, ending in "/", that its description is relative to. */
export function target(request: RtspRequest): { name: string; track: number | undefined; base: string } {
  const url = requestUrl(request);
  const { name, track } = splitTrack(url.path, url.query);
  const { protocol, host } = originOf(url.href);
  return { name, track, base: parseRtspUrl(`${protocol}//${host}/${encodePath(name)}`).href + "/" };
}

function originOf(href: string): { protocol: string; host: string } {
  const [, protocol = "rtsp:", host = ""] = /^(\w+:)\/\/([^/?]*)/.exec(href) ?? [];
  return { protocol, host };
}
