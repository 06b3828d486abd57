import { isToken, RtspHeaders } from "./rtsp_headers.ts";
import { framingError, quote } from "./status.ts";

/** Header fields in one message. */
export const MAX_HEADERS = 128;
/** Characters of a header name. */
export const MAX_HEADER_NAME = 128;
/** Characters of a header value, continuation lines included. */
export const MAX_HEADER_VALUE = 8 * 1024;
/** Bytes of a body: session descriptions and parameters are far smaller. */
export const MAX_BODY_SIZE = 128 * 1024;

/**
 * The first line of a message. "bare" has no version at its end ("SETUP movie.Mjpeg"): no RTSP, but perhaps the
 * header-less form of the assignment's dialect.
 */
export type StartLine =
  | { readonly kind: "request"; readonly method: string; readonly uri: string; readonly version: string }
  | { readonly kind: "response"; readonly status: number; readonly reason: string }
  | { readonly kind: "bare" };

const VERSION = /^RTSP\/\d{1,3}\.\d{1,3}$/;
const STATUS_LINE = /^RTSP\/\d{1,3}\.\d{1,3} +(\d{3})(?: +(.*))?$/;
/** Header-less requests name a file, never a URL. */
const BARE_LINE = /^[A-Z]{2,20}(?: (?!.*:\/\/)|$)/;

/**
 * Reads a start line (RFC 2326 sections 6.1 and 7.1). Blanks at its end and blanks inside the URL are let through:
 * some clients write both. Throws a fatal RtspError for what is no RTSP.
 */
export function parseStartLine(line: string): StartLine {
  const text = line.trimEnd();
  if (text.startsWith("RTSP/")) {
    const [, status, reason] = STATUS_LINE.exec(text) ?? [];
    if (status === undefined) throw framingError(`Cannot read the status line ${quote(text)}`);
    return { kind: "response", status: Number(status), reason: reason ?? "" };
  }
  const first = text.indexOf(" ");
  const last = text.lastIndexOf(" ");
  const version = text.slice(last + 1);
  if (!VERSION.test(version)) {
    if (BARE_LINE.test(text) && !/^HTTP\//i.test(version)) return { kind: "bare" };
    throw framingError("Cannot read the first line: it has no RTSP version");
  }
  const method = text.slice(0, first);
  const uri = text.slice(first, last).trim();
  if (!isToken(method)) throw framingError(`Cannot read the method ${quote(method)}`);
  if (uri === "") throw framingError(`Cannot read the request: ${method} has no URL`);
  return { kind: "request", method, uri, version };
}

/**
 * Reads header lines (RFC 2326 section 4.2); a line that begins with a blank continues the one before.
 * Throws a fatal RtspError for a line without colon, a name that is no token, or a limit exceeded.
 */
export function parseHeaderLines(lines: readonly string[]): RtspHeaders {
  const headers = new RtspHeaders();
  for (let at = 0; at < lines.length; at++) {
    let line = lines[at]!;
    const first = at;
    while (at + 1 < lines.length && isContinuation(lines[at + 1]!)) line += ` ${lines[++at]!.trim()}`;
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).trimEnd();
    const value = line.slice(colon + 1).trim();
    if (colon < 0 || !isToken(name)) throw framingError(`Cannot read header line ${first + 1}: ${quote(line)}`);
    if (name.length > MAX_HEADER_NAME) throw framingError(`Cannot read a header name of ${name.length} characters`);
    if (value.length > MAX_HEADER_VALUE) throw framingError(`Cannot read ${value.length} characters of ${quote(name)}`);
    if (headers.size === MAX_HEADERS) throw framingError(`Cannot read more than ${MAX_HEADERS} headers`);
    headers.append(name, value);
  }
  return headers;
}

function isContinuation(line: string): boolean {
  return line.startsWith(" ") || line.startsWith("\t");
}

/**
 * The length of the body that follows (RFC 2326 section 12.14), 0 without Content-Length.
 * Throws a fatal RtspError: 400 if it is no plain decimal number or given twice, 413 if it exceeds `MAX_BODY_SIZE`.
 */
export function contentLength(headers: RtspHeaders): number {
  const [value, ...more] = headers.getAll("Content-Length");
  if (value === undefined) return 0;
  if (more.length > 0) throw framingError("Cannot read the body: Content-Length is given twice");
  if (!/^\d+$/.test(value)) throw framingError(`Cannot read the body: Content-Length is ${quote(value)}`);
  const length = Number(value);
  if (length > MAX_BODY_SIZE) throw framingError(`Cannot read the body: Content-Length is ${quote(value)}`, 413);
  return length;
}
