import { RTSP_VERSION, type RtspRequest } from "./message.ts";
import { quote, RtspError } from "./status.ts";
import { checkUrlLength, parseRtspUrl, type RtspUrl } from "./url.ts";

/** Sequence numbers stay below this: 2^32. */
const CSEQ_LIMIT = 2 ** 32;

/**
 * Checks what is the same for every request, in the order in which RFC 2326 lets a server answer.
 *
 * Throws RtspError: 400 (CSeq missing, repeated, or no number below 2^32), 505 (no RTSP/1.0), 414 (URL too long), 551 with
 * Unsupported (Require or Proxy-Require names a feature not in `supported`), 411 or 415 (body without length or of a type
 * that the method does not take). An answer may carry the CSeq only if `readCSeq` finds one.
 */
export function checkRequest(request: RtspRequest, supported: readonly string[] = []): void {
  if (readCSeq(request) === undefined) {
    throw new RtspError(
      400,
      `Cannot read CSeq: ${quote(request.headers.getAll("CSeq").join(" and ") || "there is none")}`,
    );
  }
  if (request.version !== RTSP_VERSION) throw new RtspError(505, `Cannot speak ${quote(request.version)}`);
  checkUrlLength(request.uri);
  checkRequire(request, supported);
  checkBody(request);
}

/** The CSeq of a request as written, or undefined if it has none that may be echoed (RFC 2326 section 12.17). */
export function readCSeq(request: RtspRequest): string | undefined {
  const [value, ...more] = request.headers.getAll("CSeq");
  if (value === undefined || more.length > 0 || !/^\d{1,10}$/.test(value)) return undefined;
  return Number(value) < CSEQ_LIMIT ? value : undefined;
}

/**
 * The URL of a request to a server. Throws RtspError 400 for "*" (the caller lets OPTIONS have it), for another scheme,
 * and for user information, which belongs into Authorization; 414 if it is too long.
 */
export function requestUrl(request: RtspRequest): RtspUrl {
  const url = parseRtspUrl(request.uri);
  if (url.username !== undefined) throw new RtspError(400, "Cannot take user information in the URL of a request");
  return url;
}

/** RFC 2326 section 12.32 and 12.27. */
function checkRequire({ headers }: RtspRequest, supported: readonly string[]): void {
  const tags = [...headers.getAll("Require"), ...headers.getAll("Proxy-Require")]
    .flatMap((value) => value.split(",")).map((tag) => tag.trim()).filter((tag) => tag !== "");
  const unknown = tags.filter((tag) => !supported.includes(tag));
  if (unknown.length === 0) return;
  throw new RtspError(551, `Cannot do what is required: ${quote(unknown.join(", "))}`, {
    headers: { Unsupported: unknown.join(", ") },
  });
}

/** RFC 2326 sections 10.3 and 10.9. */
function checkBody({ method, headers, body }: RtspRequest): void {
  const type = mediaType(headers.get("Content-Type") ?? "");
  if (method === "ANNOUNCE") {
    if (!headers.has("Content-Length")) throw new RtspError(411, "Cannot read ANNOUNCE: it has no Content-Length");
    if (type !== "application/sdp") throw new RtspError(415, `Cannot read ANNOUNCE: its type is ${quote(type)}`);
  }
  if (method === "SET_PARAMETER" && body.length > 0 && type !== "text/parameters") {
    throw new RtspError(415, `Cannot read SET_PARAMETER: its type is ${quote(type)}`);
  }
}

/**
 * Checks that a request takes an answer of this media type (RFC 2326 section 12.1); without Accept any will do. Throws
 * RtspError 406.
 */
export function checkAccept(request: RtspRequest, type: string): void {
  const accept = acceptedTypes(request);
  if (accept.length === 0) return;
  if (accept.some((each) => each === type || each === `${type.split("/", 1)[0]}/*` || each === "*/*")) return;
  throw new RtspError(406, `Cannot describe as ${quote(request.headers.getAll("Accept").join(","))}`);
}

/** The media types that a request names in Accept, in lower case and without parameters. */
export function acceptedTypes({ headers }: RtspRequest): string[] {
  return headers.getAll("Accept").join(",").split(",").map(mediaType).filter((type) => type !== "");
}

/** A media type without its parameters, in lower case. */
export function mediaType(text: string): string {
  return text.split(";", 1)[0]!.trim().toLowerCase();
}
