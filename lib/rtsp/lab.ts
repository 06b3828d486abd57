import { type Bytes, decodeLatin1, encodeText } from "../core/bytes.ts";
import { escapeControls, type LineEnd, type RtspRequest } from "./message.ts";
import { reasonOf } from "./status.ts";

// The dialect of the assignment "Video Streaming with RTSP and RTP", as its programs really write it: three lines with
// no blank line behind them, a bare file name for URL, read by position rather than by header names.

/** Bytes of one request or reply that are read; the programs themselves take 256 to 1024. */
export const MAX_LAB_MESSAGE = 16 * 1024;
/** Bytes of one request that the assignment's server reads. */
export const MAX_LAB_REQUEST = 256;

const METHOD = /^[A-Z_]{1,20}$/;
const VERSION = /^RTSP\/\d\.\d$/i;
const REQUEST_LINE = /^[A-Z_]{2,20} \S{1,200} RTSP\/\d\.\d\s*$/;
/** A number with the next request behind it: the programs end no line, so two requests can stick together. */
const GLUED_REQUEST = /\d[A-Z_]{4,20} \S{1,200} RTSP\/\d\.\d\s*$/;
const utf8 = new TextDecoder();

/** A request of the dialect. */
export interface LabRequest {
  /** As written, such as "SETUP". */
  readonly method: string;
  /** The name without directories; empty where the program leaves it out. Not checked for anything else. */
  readonly file: string;
  /** The number of the second line, as written, to be echoed. Neither unique nor always rising. */
  readonly cseq: string;
  /** The client's UDP port; undefined if the request names none from 1 to 65535. */
  readonly rtpPort?: number;
  /** Whether the client waits for a TCP connection to that port instead ("RTP/TCP"). */
  readonly overTcp: boolean;
  /** As the first line ended; LF if it did not. */
  readonly lineEnd: LineEnd;
  /** Whether an empty line closed the request, so that the client expects one behind the reply. */
  readonly blankLine: boolean;
  /** Whether the lines have no header names: "SETUP movie.Mjpeg", "1", " RTSP/1.0 RTP/UDP 25000". */
  readonly headerless: boolean;
  /** As written, without parameters. The programs do not insist on it. */
  readonly session?: string;
  /** Other lines with a colon, such as `Range: frame=100`, by name as written. */
  readonly extra: Readonly<Record<string, string>>;
  /** Bytes of the request, empty lines before and behind it included; 0 if it came from the standard parser. */
  readonly length: number;
}

/** What is known beside the bytes. */
export interface LabReading {
  /**
   * Whether the peer has been silent long enough (about 50 ms) that nothing more belongs to the message: the default.
   * Otherwise only an empty line, or the start of another message, closes it.
   */
  readonly silent?: boolean;
  /** Whether an earlier request on the connection was of the dialect: then a URL is no sign against it. */
  readonly known?: boolean;
}

/** The lines of one message and what they say about its form. */
interface Cut {
  readonly lines: readonly string[];
  readonly lineEnd: LineEnd;
  readonly blankLine: boolean;
  /** Bytes up to the end, or to the next message. */
  readonly length: number;
}

/**
 * Reads the request at the start of `bytes`, such as `RtspParser.pending`.
 *
 * "incomplete": wait for more. "not-lab": nothing of the dialect so far, leave it to the standard parser. Unless `known`,
 * only a bare file name, a missing version or a Transport that no standard client writes shows the dialect: a standard
 * request that comes in slowly must not be taken for one.
 */
export function parseLabRequest(bytes: Bytes, reading: LabReading = {}): LabRequest | "incomplete" | "not-lab" {
  const { silent = true, known = false } = reading;
  if (bytes.length > MAX_LAB_MESSAGE) return "not-lab";
  const cut = cutMessage(decodeLatin1(bytes), findNextRequest);
  const first = readFirstLine(cut.lines[0] ?? "");
  if (first === "not-lab") return first;
  const closed = cut.blankLine || cut.length < bytes.length;
  if (cut.lines[1] === undefined || !(silent || closed)) return closed ? "not-lab" : "incomplete";
  const uri = utf8.decode(Uint8Array.from(first.uri, (character) => character.charCodeAt(0)));
  const request = readRequest({ ...first, uri }, cut);
  if (request === undefined) return closed ? "not-lab" : "incomplete";
  if (!known && !first.headerless && !isBareName(uri) && !isLabTransport(transportOf(cut.lines))) return "not-lab";
  return closed || isWhole(request, cut.lines) ? request : "incomplete";
}

/**
 * Whether a request that the standard parser has read, since it ended with an empty line, is of the dialect. `known` as
 * in `LabReading`.
 */
export function isLabRequest({ uri, headers }: RtspRequest, known = false): boolean {
  const transport = headers.get("Transport");
  return known || (transport === undefined ? isBareName(uri) : isLabTransport(transport));
}

/** The request of the dialect in one that the standard parser has read; undefined if it has no number to be echoed. */
export function toLabRequest({ method, uri, headers, lineEnd = "\r\n" }: RtspRequest): LabRequest | undefined {
  const lines = ["", ...headers.entries().map(([name, value]) => `${name}: ${value}`)];
  return readRequest({ method, uri, headerless: false }, { lines, lineEnd, blankLine: true, length: 0 });
}

/** Whether a Transport value is one of the assignment's ("RTP/UDP", "RTP/TCP") and of no standard client. */
export function isLabTransport(value: string | undefined): boolean {
  return value !== undefined && /^\s*RTP\/(?:UDP|TCP)(?=[\s;]|$)/i.test(value);
}

function isBareName(uri: string): boolean {
  return uri !== "" && uri !== "*" && !uri.includes("://");
}

/** Cuts the first message from a text; `findNext` tells where inside a line another message begins, or -1. */
function cutMessage(text: string, findNext: (line: string, index: number) => number): Cut {
  const lines: string[] = [];
  let lineEnd: LineEnd = "\n";
  let at = /^[\r\n]*/.exec(text)![0].length;
  while (at < text.length) {
    const feed = text.indexOf("\n", at);
    const end = feed < 0 ? text.length : feed;
    const line = text.slice(at, text[end - 1] === "\r" && end > at ? end - 1 : end);
    const next = findNext(line, lines.length);
    if (next >= 0) {
      if (next > 0) lines.push(line.slice(0, next));
      return { lines, lineEnd, blankLine: false, length: at + next };
    }
    if (lines.length === 0 && end - at > line.length) lineEnd = "\r\n";
    at = end + 1;
    if (line.trim() === "" && feed >= 0) return { lines, lineEnd, blankLine: true, length: at };
    if (line.trim() !== "") lines.push(line);
  }
  return { lines, lineEnd, blankLine: false, length: text.length };
}

function findNextRequest(line: string, index: number): number {
  if (index === 0) return -1;
  if (REQUEST_LINE.test(line)) return 0;
  const glued = GLUED_REQUEST.exec(line);
  return glued ? glued.index + 1 : -1;
}

interface FirstLine {
  readonly method: string;
  readonly uri: string;
  readonly headerless: boolean;
}

function readFirstLine(line: string): FirstLine | "not-lab" {
  const [method = "", ...words] = line.trim().split(/\s+/);
  const last = words.at(-1) ?? "";
  if (method !== "" && (!METHOD.test(method) || /^HTTP\//i.test(last))) return "not-lab";
  const headerless = !VERSION.test(last);
  return { method, uri: (headerless ? words : words.slice(0, -1)).join(" "), headerless };
}

/** Undefined if the second line has no number. */
function readRequest({ method, uri, headerless }: FirstLine, cut: Cut): LabRequest | undefined {
  const numberLine = cut.lines.slice(1).find((line) => /^\s*cseq\s*:/i.test(line)) ?? cut.lines[1] ?? "";
  const [, cseq] = (headerless ? /^\s*(\d{1,20})\s*$/ : /(?<!\d)(\d{1,20})\D*$/).exec(numberLine) ?? [];
  if (cseq === undefined) return undefined;
  const transport = headerless ? cut.lines[2] : transportOf(cut.lines);
  const rtpPort = transport === undefined ? undefined : readPort(transport);
  const fields = cut.lines.slice(1).filter((line) => line !== numberLine).flatMap(splitField);
  const session = fields.find(([name]) => isSessionName(name))?.[1].replace(/\s*;.*$/, "");
  return {
    method,
    file: baseName(uri),
    cseq,
    ...(rtpPort === undefined ? {} : { rtpPort }),
    overTcp: transport !== undefined && /RTP\/TCP/i.test(transport),
    lineEnd: cut.lineEnd,
    blankLine: cut.blankLine,
    headerless,
    ...(session ? { session } : {}),
    extra: Object.fromEntries(fields.filter(([name]) => !isSessionName(name) && !/^transport$/i.test(name))),
    length: cut.length,
  };
}

/** Three lines (two without header names), and for SETUP a port: programs that write less are still writing. */
function isWhole({ method, headerless }: LabRequest, lines: readonly string[]): boolean {
  if (method === "SETUP") {
    return /\d/.test((headerless ? lines[2] : transportOf(lines))?.replace(/RTSP\/[\d.]*/, "") ?? "");
  }
  return headerless || lines.length >= 3;
}

function transportOf(lines: readonly string[]): string | undefined {
  const line = lines.slice(1).find((candidate) => /^\s*transport\s*:/i.test(candidate)) ??
    lines.slice(2).find((candidate) => /client_port/i.test(candidate));
  return line?.replace(/^\s*transport\s*:/i, "");
}

/** The number behind client_port, else the fourth word of the line: where the given server looks. */
function readPort(transport: string): number | undefined {
  const [, named] = /client_port\s*[=:]\s*(\d+)/i.exec(transport) ?? [];
  const port = Number(named ?? /\d+\s*$/.exec(transport)?.[0] ?? NaN);
  return port >= 1 && port <= 65535 ? port : undefined;
}

function splitField(line: string): [name: string, value: string][] {
  const at = line.indexOf(":");
  return at < 0 ? [] : [[line.slice(0, at).trim(), line.slice(at + 1).trim()]];
}

/** One program writes "Sesssion". */
function isSessionName(name: string): boolean {
  return /^ses{2,3}ion$/i.test(name);
}

function baseName(uri: string): string {
  const path = uri.includes("://") ? decodeEscapes(uri.replace(/^\w*:\/\/[^/]*|\?.*$/g, "")) : uri;
  return path.replace(/[/\\]+$/, "").split(/[/\\]/).at(-1)!.trim();
}

function decodeEscapes(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * A reply in the order that the programs read by position: status, CSeq, Session, then the rest. Lines end as the
 * request's do, the last one too; an empty line follows only if the request had one.
 *
 * `session` must be decimal digits, "0" if there is none: most clients make a number of it and hang without the line.
 * Clients with CRLF and no empty line (Java) read exactly three lines, so for them `extra` is left out.
 * Throws TypeError for another session.
 */
export function writeLabReply(
  request: Pick<LabRequest, "cseq" | "lineEnd" | "blankLine">,
  status: number,
  session: string,
  extra: Readonly<Record<string, string>> = {},
): Bytes {
  if (!/^\d{1,20}$/.test(session)) throw new TypeError(`Cannot tell the session ${JSON.stringify(session)}: no number`);
  const { cseq, lineEnd, blankLine } = request;
  const lines = [`RTSP/1.0 ${status} ${reasonOf(status)}`, `CSeq: ${cseq}`, `Session: ${session}`];
  if (lineEnd === "\n" || blankLine) {
    for (const [name, value] of Object.entries(extra)) lines.push(`${escapeControls(name)}: ${escapeControls(value)}`);
  }
  return encodeText(`${lines.join(lineEnd)}${lineEnd}${blankLine ? lineEnd : ""}`);
}

/**
 * A request in the one form that every server of the assignment reads: three lines, the third naming the port (SETUP) or
 * the session, a blank before the port's number, no empty line. With LF the last line has no end; with CRLF (the Java
 * server) it has. Throws RangeError beyond `MAX_LAB_REQUEST` bytes and TypeError if a part holds a line end.
 */
export function writeLabRequest(
  method: string,
  file: string,
  cseq: number,
  options: { readonly rtpPort?: number; readonly session?: string; readonly lineEnd?: LineEnd } = {},
): Bytes {
  const { rtpPort, session = "0", lineEnd = "\n" } = options;
  const third = rtpPort === undefined ? `Session: ${session}` : `Transport: RTP/UDP; client_port= ${rtpPort}`;
  if (/[\r\n]/.test(method + file + session)) {
    throw new TypeError("Cannot write a request with a line end in its parts");
  }
  const bytes = encodeText(
    [`${method} ${file} RTSP/1.0`, `CSeq: ${cseq}`, third].join(lineEnd) +
      (lineEnd === "\r\n" ? lineEnd : ""),
  );
  if (bytes.length > MAX_LAB_REQUEST) throw new RangeError(`Cannot write a request of ${bytes.length} bytes`);
  return bytes;
}

/** A reply of a server of the assignment. */
export interface LabReply {
  /** "end" is what one server sends unasked at the end of the film: `RTSP/1.0 END`, here with status 0. */
  readonly kind: "reply" | "end";
  /** Three digits, or 0. */
  readonly status: number;
  /** What stands behind the status, perhaps nothing. */
  readonly reason: string;
  /** The number of the CSeq line, where there is one. */
  readonly cseq?: number;
  /** Opaque: to be sent back as it came. */
  readonly session?: string;
  /** All header lines, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** What follows the head, such as a session description. */
  readonly body: string;
  /** Bytes of the reply, empty lines before and behind it included. */
  readonly length: number;
}

const STATUS_LINE = /^RTSP\/\d\.\d\s+(?:(\d{3})|END)\b\s*(.*)$/i;

/**
 * Reads the reply at the start of `bytes`; line ends may be mixed, and the next reply may follow at once.
 *
 * Without silence a reply is complete at its empty line, or where another begins. "not-lab": it is no reply.
 */
export function parseLabReply(bytes: Bytes, { silent = true }: LabReading = {}): LabReply | "incomplete" | "not-lab" {
  if (bytes.length > MAX_LAB_MESSAGE) return "not-lab";
  const text = decodeLatin1(bytes);
  const cut = cutMessage(text, (line, index) => index > 0 ? line.search(/RTSP\/\d\.\d\s+(?:\d{3}|END)/i) : -1);
  const [first, ...rest] = cut.lines;
  if (first === undefined) return "incomplete";
  const ended = silent || cut.blankLine || cut.length < text.length;
  const match = STATUS_LINE.exec(first.trim());
  if (!match) return ended || !/^R/i.test(first) ? "not-lab" : "incomplete";
  if (!ended) return "incomplete";
  // Some servers write the session description without an empty line before it.
  const bodyAt = rest.findIndex((line) => /^[a-z]=/.test(line));
  const head = bodyAt < 0 ? rest : rest.slice(0, bodyAt);
  const headers = Object.fromEntries(head.flatMap(splitField).map(([name, value]) => [name.toLowerCase(), value]));
  const body = bodyAt < 0 ? readBody(text, cut, headers["content-length"], silent) : rest.slice(bodyAt).join("\n");
  if (body === undefined) return "incomplete";
  const cseq = /\d{1,15}/.exec(headers["cseq"] ?? "")?.[0];
  return {
    kind: match[1] === undefined ? "end" : "reply",
    status: Number(match[1] ?? 0),
    reason: match[2]!,
    ...(cseq === undefined ? {} : { cseq: Number(cseq) }),
    ...(headers["session"] ? { session: headers["session"] } : {}),
    headers,
    body,
    length: cut.length + (bodyAt < 0 ? body.length : 0),
  };
}

/** The Content-Length bytes behind the empty line; undefined while they have not all come. */
function readBody(text: string, cut: Cut, declared: string | undefined, silent: boolean): string | undefined {
  if (!cut.blankLine || !/^\d{1,5}$/.test(declared ?? "")) return "";
  const body = text.slice(cut.length, cut.length + Number(declared));
  return body.length < Number(declared) && !silent ? undefined : body;
}
