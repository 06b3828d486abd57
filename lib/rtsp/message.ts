import { type Bytes, concatBytes, encodeText } from "../core/bytes.ts";
import { isToken, RtspHeaders } from "./rtsp_headers.ts";
import { reasonOf, type RtspError } from "./status.ts";

/** The version Flipbook speaks (RFC 2326). */
export const RTSP_VERSION = "RTSP/1.0";
/** First byte of a binary frame on the RTSP connection (RFC 2326 section 10.12). */
export const INTERLEAVED_MARK = 0x24;
/** Bytes before the data of an interleaved frame: `$`, channel, 16-bit length. */
export const INTERLEAVED_HEADER_SIZE = 4;
/** The 16-bit length of an interleaved frame ends here. */
export const MAX_INTERLEAVED_DATA = 0xffff;

/** How the lines of a head end. */
export type LineEnd = "\n" | "\r\n";

/** A request; method and URL are neither checked nor decoded. */
export interface RtspRequest {
  /** Tells it from the other messages. */
  readonly kind: "request";
  /** As written, such as "DESCRIBE". */
  readonly method: string;
  /** As written: an absolute URL or "*". */
  readonly uri: string;
  /** As written, such as "RTSP/1.0". */
  readonly version: string;
  /** In the order written. */
  readonly headers: RtspHeaders;
  /** Empty if there is none. */
  readonly body: Bytes;
  /** How the start line ended; set on what was received. */
  readonly lineEnd?: LineEnd;
}

/** A response. */
export interface RtspResponse {
  /** Tells it from the other messages. */
  readonly kind: "response";
  /** Three digits. */
  readonly status: number;
  /** Reason phrase, for people. */
  readonly reason: string;
  /** In the order written. */
  readonly headers: RtspHeaders;
  /** Empty if there is none. */
  readonly body: Bytes;
}

/** A binary frame between messages: one RTP or RTCP packet of the channel. */
export interface InterleavedFrame {
  /** Tells it from the other messages. */
  readonly kind: "interleaved";
  /** 0 to 255, as agreed in the Transport header. */
  readonly channel: number;
  /** The packet, up to 65,535 bytes. */
  readonly data: Bytes;
}

/** What travels on an RTSP connection. */
export type RtspMessage = RtspRequest | RtspResponse | InterleavedFrame;

const NO_BODY: Bytes = new Uint8Array(0);

/** A request of RTSP 1.0 with headers in the order given. */
export function request(
  method: string,
  uri: string,
  headers: Readonly<Record<string, string>> = {},
  body: Bytes = NO_BODY,
): RtspRequest {
  return { kind: "request", method, uri, version: RTSP_VERSION, headers: RtspHeaders.from(headers), body };
}

/** A response of RTSP 1.0 with headers in the order given and the status's own reason phrase unless one is given. */
export function response(
  status: number,
  headers: Readonly<Record<string, string>> = {},
  body: Bytes = NO_BODY,
  reason: string = reasonOf(status),
): RtspResponse {
  return { kind: "response", status, reason, headers: RtspHeaders.from(headers), body };
}

/** The answer to a request that failed; without `cseq` (none was readable) the header is left out. */
export function errorResponse(error: RtspError, cseq?: string): RtspResponse {
  const headers = cseq === undefined ? error.headers : { CSeq: cseq, ...error.headers };
  return response(error.status, headers, NO_BODY, error.reason);
}

/**
 * The bytes of a message (RFC 2326 sections 6 and 7), lines ended by CRLF.
 *
 * Content-Length is always the body's true length, and left out when there is no body. Control characters in the start
 * line or in a header value become percent escapes, so that no text can add a line to the head.
 * Throws TypeError if the method is no token or the status no three digits.
 */
export function writeMessage(message: RtspRequest | RtspResponse): Bytes {
  let head = message.kind === "request" ? requestLine(message) : statusLine(message);
  for (const [name, value] of message.headers.entries()) {
    if (name.toLowerCase() !== "content-length") head += `${name}: ${escapeControls(value)}\r\n`;
  }
  if (message.body.length > 0) head += `Content-Length: ${message.body.length}\r\n`;
  const bytes = encodeText(`${head}\r\n`);
  return message.body.length > 0 ? concatBytes([bytes, message.body]) : bytes;
}

function requestLine({ method, uri, version }: RtspRequest): string {
  if (!isToken(method)) throw new TypeError(`Cannot write the method ${JSON.stringify(method)}`);
  return `${method} ${escapeControls(uri).replaceAll(" ", "%20")} ${escapeControls(version)}\r\n`;
}

function statusLine({ status, reason }: RtspResponse): string {
  if (!Number.isInteger(status) || status < 100 || status > 999) throw new TypeError(`Cannot write status ${status}`);
  return `${RTSP_VERSION} ${status} ${escapeControls(reason)}\r\n`;
}

/** The text with each control character (CR, LF and NUL above all) as percent escapes of its UTF-8 bytes. */
export function escapeControls(text: string): string {
  return text.replace(/\p{Cc}/gu, (control) => encodeURIComponent(control));
}

/** The bytes of one interleaved frame. Throws RangeError if the packet exceeds 65,535 bytes or the channel a byte. */
export function writeInterleaved(channel: number, packet: Uint8Array): Bytes {
  if (packet.length > MAX_INTERLEAVED_DATA) throw new RangeError(`Cannot interleave ${packet.length} bytes`);
  if (!(channel >= 0 && channel <= 255)) throw new RangeError(`Cannot interleave on channel ${channel}`);
  const bytes = new Uint8Array(INTERLEAVED_HEADER_SIZE + packet.length);
  bytes[0] = INTERLEAVED_MARK;
  bytes[1] = channel;
  bytes[2] = packet.length >>> 8;
  bytes[3] = packet.length;
  bytes.set(packet, INTERLEAVED_HEADER_SIZE);
  return bytes;
}
