import type { Bytes } from "../core/bytes.ts";
import { contentLength, parseHeaderLines, parseStartLine, type StartLine } from "./head.ts";
import { INTERLEAVED_HEADER_SIZE, INTERLEAVED_MARK, type LineEnd, type RtspMessage } from "./message.ts";
import { ReceiveBuffer } from "./receive_buffer.ts";
import type { RtspHeaders } from "./rtsp_headers.ts";
import { framingError } from "./status.ts";

/** Bytes of a start line and its headers together. */
export const MAX_HEAD_SIZE = 16 * 1024;
/** Bytes that may wait unread: more than one full body, head and interleaved frame. */
export const MAX_UNREAD_SIZE = 1024 * 1024;

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const BLANK = 0x20;
const DELETE = 0x7f;
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** A head that was read and whose body has not come in whole. */
interface OpenMessage {
  readonly start: Exclude<StartLine, { kind: "bare" }>;
  readonly headers: RtspHeaders;
  readonly bodyLength: number;
  readonly lineEnd: LineEnd;
}

/**
 * Cuts the bytes of an RTSP connection into requests, responses and interleaved frames, in their order, however the
 * network cut them.
 *
 * After each `push` call `next` until it returns undefined. Lines end with CRLF or a lone LF; a CR inside a line, NUL and
 * other control characters are errors. Heads are read as UTF-8, with U+FFFD for bytes that are none. Empty lines between
 * messages are skipped, but not after a request with a body: there they show that the body was longer than declared.
 *
 * An error in the framing is thrown once, as a fatal RtspError; from then on the parser takes nothing and yields nothing.
 * It never looks for a later place that resembles a message.
 */
export class RtspParser {
  readonly #buffer = new ReceiveBuffer();
  #open: OpenMessage | undefined;
  #startLine: StartLine | undefined;
  #lineEnd: LineEnd = "\r\n";
  /** Bytes of the head in work that were looked at. */
  #scanned = 0;
  /** Where the line in work begins. */
  #lineStart = 0;
  #afterRequestBody = false;
  #dead = false;
  #speaksRtsp = false;

  /** Whether a start line of RTSP has come: who begins with something else speaks another protocol. */
  get speaksRtsp(): boolean {
    return this.#speaksRtsp;
  }

  /** Whether a framing error has ended the parser. */
  get dead(): boolean {
    return this.#dead;
  }

  /**
   * The bytes that became no message yet; empty while a body or an interleaved frame comes in. A view, good until the
   * next call. A request of the assignment's dialect stays here, for it has no blank line at its end.
   */
  get pending(): Bytes {
    const isBinary = this.#open !== undefined || (this.#buffer.length > 0 && this.#buffer.at(0) === INTERLEAVED_MARK);
    return this.#buffer.view(0, isBinary ? 0 : this.#buffer.length);
  }

  /** Removes and returns the first `length` bytes of `pending`, all of them by default; parsing starts anew behind. */
  takePending(length = this.pending.length): Bytes {
    const taken = this.#buffer.take(Math.min(length, this.pending.length));
    this.#beginMessage();
    this.#afterRequestBody = false;
    return taken;
  }

  /** Adds bytes that came in. Throws a fatal RtspError if more wait unread than any message needs. */
  push(chunk: Uint8Array): void {
    if (this.#dead) return;
    if (this.#buffer.length + chunk.length > MAX_UNREAD_SIZE) {
      throw this.#die(framingError(`Cannot hold more than ${MAX_UNREAD_SIZE} unread bytes`, 413));
    }
    this.#buffer.push(chunk);
  }

  /** The next whole message, or undefined if more bytes are needed. Throws a fatal RtspError when the framing is broken. */
  next(): RtspMessage | undefined {
    if (this.#dead) return undefined;
    try {
      if (this.#open) return this.#readBody(this.#open);
      if (this.#scanned === 0) this.#skipEmptyLines();
      if (this.#buffer.length === 0 || this.#isCutEmptyLine()) return undefined;
      return this.#buffer.at(0) === INTERLEAVED_MARK ? this.#readInterleaved() : this.#readHead();
    } catch (error) {
      throw this.#die(error);
    }
  }

  #die(error: unknown): unknown {
    this.#dead = true;
    this.#buffer.drop(this.#buffer.length);
    return error;
  }

  #beginMessage(): void {
    this.#startLine = undefined;
    this.#scanned = 0;
    this.#lineStart = 0;
  }

  #skipEmptyLines(): void {
    let empty = 0;
    while (empty < this.#buffer.length) {
      const byte = this.#buffer.at(empty);
      if (byte === LF) empty++;
      else if (byte === CR && empty + 1 < this.#buffer.length && this.#buffer.at(empty + 1) === LF) empty += 2;
      else break;
    }
    if (empty > 0 && this.#afterRequestBody) {
      throw framingError("Cannot go on: a body was longer than its Content-Length");
    }
    if (empty > 0) this.#buffer.drop(empty);
  }

  /** Whether all there is is the CR of an empty line whose LF has not come yet. */
  #isCutEmptyLine(): boolean {
    return this.#scanned === 0 && this.#buffer.length === 1 && this.#buffer.at(0) === CR;
  }

  /** RFC 2326 section 10.12: `$`, channel, 16-bit length, data. */
  #readInterleaved(): RtspMessage | undefined {
    const buffer = this.#buffer;
    if (buffer.length < INTERLEAVED_HEADER_SIZE) return undefined;
    const size = INTERLEAVED_HEADER_SIZE + ((buffer.at(2) << 8) | buffer.at(3));
    if (buffer.length < size) return undefined;
    const channel = buffer.at(1);
    this.#afterRequestBody = false;
    return { kind: "interleaved", channel, data: buffer.take(size).subarray(INTERLEAVED_HEADER_SIZE) };
  }

  #readHead(): RtspMessage | undefined {
    const buffer = this.#buffer;
    while (this.#scanned < buffer.length) {
      const at = this.#scanned++;
      const byte = buffer.at(at);
      if (at >= MAX_HEAD_SIZE) throw framingError(`Cannot read a head of more than ${MAX_HEAD_SIZE} bytes`);
      this.#checkByte(byte, at);
      if (byte !== LF) continue;
      const lineEnd: LineEnd = at > 0 && buffer.at(at - 1) === CR ? "\r\n" : "\n";
      const line = { from: this.#lineStart, to: at + 1 - lineEnd.length };
      this.#lineStart = at + 1;
      if (!this.#startLine) {
        this.#lineEnd = lineEnd;
        this.#startLine = parseStartLine(utf8.decode(buffer.view(line.from, line.to)));
        this.#speaksRtsp ||= this.#startLine.kind !== "bare";
      } else if (line.to === line.from && this.#startLine.kind !== "bare") {
        return this.#readBody(this.#openMessage(this.#startLine));
      }
    }
    return undefined;
  }

  #checkByte(byte: number, at: number): void {
    if (at === 0 && byte <= BLANK) throw framingError(`Cannot read a message that begins with byte ${byte}`);
    if (byte !== LF && at > 0 && this.#buffer.at(at - 1) === CR) {
      throw framingError(`Cannot read a lone CR at byte ${at - 1}`);
    }
    if ((byte < BLANK && byte !== TAB && byte !== CR && byte !== LF) || byte === DELETE) {
      throw framingError(`Cannot read control character ${byte} in a head, at byte ${at}`);
    }
  }

  /** Takes the head, which ends at the byte scanned last, from the buffer. */
  #openMessage(start: OpenMessage["start"]): OpenMessage {
    const lines = utf8.decode(this.#buffer.view(0, this.#scanned)).split("\n");
    // The last two are the empty line and what follows its LF, which is nothing.
    const headers = parseHeaderLines(lines.slice(1, -2).map((line) => line.endsWith("\r") ? line.slice(0, -1) : line));
    this.#buffer.drop(this.#scanned);
    this.#beginMessage();
    return this.#open = { start, headers, bodyLength: contentLength(headers), lineEnd: this.#lineEnd };
  }

  #readBody({ start, headers, bodyLength, lineEnd }: OpenMessage): RtspMessage | undefined {
    if (this.#buffer.length < bodyLength) return undefined;
    const body = this.#buffer.take(bodyLength);
    this.#open = undefined;
    this.#afterRequestBody = start.kind === "request" && bodyLength > 0;
    return start.kind === "request" ? { ...start, headers, body, lineEnd } : { ...start, headers, body };
  }
}
