import { RtspError } from "./status.ts";

/** Characters of a URL (robustness P06). */
export const MAX_URL_LENGTH = 2048;
/** Ports used when the URL names none. */
export const DEFAULT_PORTS = { rtsp: 554, rtsps: 322 } as const;

/** An RTSP URL in its parts. */
export interface RtspUrl {
  /** "rtsps" is RTSP over TLS. */
  readonly scheme: "rtsp" | "rtsps";
  /** Name or address in lower case, IPv6 without brackets. */
  readonly host: string;
  /** As written, or the scheme's own. */
  readonly port: number;
  /** Decoded, without leading slashes; never holds control characters or a ".." part. */
  readonly path: string;
  /** As written after the "?", or empty. */
  readonly query: string;
  /** Decoded. */
  readonly username?: string;
  /** Decoded. */
  readonly password?: string;
  /** The URL to write into messages: no user information, unsafe characters escaped. */
  readonly href: string;
}

const URL_PARTS = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?/s;
const ORIGIN = /^\w+:\/\/[^/?]*/;
const HOST_NAME = /^[\w.~-]+$/;
const IPV6 = /^[0-9A-Fa-f:.]+(?:%[\w.~-]+)?$/;
const UNSAFE = /[^A-Za-z0-9\-._~:/?[\]@!$&'()*+,;=%]/gu;

/**
 * Takes an RTSP URL apart (RFC 2326 section 3.2). A fragment is dropped.
 *
 * Throws RtspError 414 if it is longer than `MAX_URL_LENGTH`, else 400. Messages never repeat the URL: it may hold a
 * password.
 */
export function parseRtspUrl(text: string): RtspUrl {
  checkUrlLength(text);
  if (!text.isWellFormed() || text.includes("\uFFFD")) throw urlError("it is no valid UTF-8");
  const [, schemeText, authority, rawPath, query = ""] = URL_PARTS.exec(text) ?? [];
  if (schemeText === undefined || authority === undefined || rawPath === undefined) {
    throw urlError("it has no form like rtsp://host/name");
  }
  const scheme = schemeText.toLowerCase();
  if (scheme !== "rtsp" && scheme !== "rtsps") throw urlError(`its scheme is ${scheme}`);
  const at = authority.lastIndexOf("@");
  const { host, port } = parseHostAndPort(authority.slice(at + 1));
  const shownHost = host.includes(":") ? `[${host}]` : host;
  const shownPort = port === undefined ? "" : `:${port}`;
  const shownQuery = query === "" ? "" : `?${escapeUnsafe(query)}`;
  return {
    scheme,
    host,
    port: port ?? DEFAULT_PORTS[scheme],
    path: parsePath(rawPath),
    query,
    ...(at < 0 ? {} : parseUserInfo(authority.slice(0, at))),
    href: `${scheme}://${shownHost}${shownPort}${escapeUnsafe(rawPath)}${shownQuery}`,
  };
}

/** As `parseRtspUrl()`, but undefined for what is no RTSP URL. */
export function readRtspUrl(text: string): RtspUrl | undefined {
  try {
    return parseRtspUrl(text);
  } catch {
    return undefined;
  }
}

/** Scheme, host and port of a URL as it goes into messages, without the slash that follows. */
export function originOf({ href }: RtspUrl): string {
  return ORIGIN.exec(href)![0];
}

/** Throws RtspError 414 if `text` is longer than `MAX_URL_LENGTH`. */
export function checkUrlLength(text: string): void {
  if (text.length > MAX_URL_LENGTH) throw new RtspError(414, `Cannot read a URL of ${text.length} characters`);
}

function urlError(found: string): RtspError {
  return new RtspError(400, `Cannot read the URL: ${found}`);
}

function parseHostAndPort(text: string): { host: string; port: number | undefined } {
  const bracket = text.startsWith("[") ? text.indexOf("]") : -1;
  if (text.startsWith("[") && bracket < 0) throw urlError("an IPv6 address lacks its closing bracket");
  const host = bracket < 0 ? text.split(":", 1)[0]! : text.slice(1, bracket);
  if (!(bracket < 0 ? HOST_NAME : IPV6).test(host)) throw urlError("its host is no name or address");
  const rest = bracket < 0 ? text.slice(host.length) : text.slice(bracket + 1);
  if (rest === "" || rest === ":") return { host: host.toLowerCase(), port: undefined };
  if (!/^:\d{1,5}$/.test(rest)) throw urlError("its port is no number up to 65535");
  const port = Number(rest.slice(1));
  if (port < 1 || port > 65535) throw urlError(`its port is ${port}`);
  return { host: host.toLowerCase(), port };
}

function parseUserInfo(text: string): { username: string; password?: string } {
  const colon = text.indexOf(":");
  if (colon < 0) return { username: decode(text) };
  return { username: decode(text.slice(0, colon)), password: decode(text.slice(colon + 1)) };
}

function parsePath(raw: string): string {
  const path = decode(raw).replace(/^\/+/, "");
  if (/\p{Cc}/u.test(path)) throw urlError("its path holds a control character");
  if (path.split(/[/\\]/).includes("..")) throw urlError('its path holds ".."');
  return path;
}

/** Percent escapes are decoded once; what they give must be UTF-8 (no overlong forms, no surrogates). */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new RtspError(400, "Cannot read the URL: its percent escapes are no UTF-8", { cause });
  }
}

function escapeUnsafe(text: string): string {
  return text.toWellFormed().replace(UNSAFE, (character) => encodeURIComponent(character));
}

/** A stream's name, such as "films/a b.mjpeg", as the path of a URL: slashes stay, all else that is unsafe is escaped. */
export function encodePath(name: string): string {
  return name.split("/").map((part) => encodeURIComponent(part.toWellFormed())).join("/");
}

/**
 * The URL of a control attribute (RFC 2326 appendix C.1.1) against the base URL of the session description.
 *
 * "*" and "" mean the base itself. A relative control is put behind the base's path with one slash and before its query.
 * An absolute control keeps its path and query but gets the base's host: a description cannot lead to another machine.
 * Throws RtspError 400 if base or an absolute control is no RTSP URL, 414 if one is too long.
 */
export function joinControl(base: string, control: string): string {
  checkUrlLength(control);
  const url = parseRtspUrl(base);
  const { href } = url;
  if (control === "" || control === "*") return href;
  const origin = originOf(url);
  if (/^rtsps?:\/\//i.test(control)) {
    const absolute = parseRtspUrl(control).href;
    return origin + absolute.replace(ORIGIN, "");
  }
  const [path, query] = splitOnce(href.slice(origin.length), "?");
  const joined = `${origin}${trimSlashes(path)}/${escapeUnsafe(control.replace(/^\/+/, ""))}`;
  return query === undefined ? joined : `${joined}?${trimSlashes(query)}`;
}

function splitOnce(text: string, mark: string): [string, string | undefined] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + mark.length)];
}

/**
 * Takes the track from the end of a URL's path: "movie.mjpeg/track1" names track 1 of "movie.mjpeg".
 *
 * Slashes at the end and doubled ones before the track do not count. Clients that put the control part behind the query
 * ("movie.mjpeg?fps=5/track1": FFmpeg, live555) are understood if `query` is given.
 */
export function splitTrack(path: string, query = ""): { name: string; track?: number } {
  const trimmed = trimSlashes(path);
  const inPath = trackAtEnd(trimmed);
  if (inPath) return { name: trimSlashes(trimmed.slice(0, inPath.at)), track: inPath.track };
  const inQuery = trackAtEnd(trimSlashes(query));
  return inQuery ? { name: trimmed, track: inQuery.track } : { name: trimmed };
}

function trackAtEnd(text: string): { at: number; track: number } | undefined {
  const at = text.lastIndexOf("/");
  const track = at < 0 ? null : /^track(\d{1,3})$/.exec(text.slice(at + 1));
  return track ? { at, track: Number(track[1]) } : undefined;
}

function trimSlashes(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === "/") end--;
  return text.slice(0, end);
}
