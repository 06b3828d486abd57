import { type Bytes, concatBytes, decodeLatin1 } from "../../core/bytes.ts";
import { type LabReply, parseLabReply } from "../../rtsp/lab.ts";

/** Bytes that may wait unread; the reader itself refuses single replies of more than it takes. */
const MAX_PENDING = 16 * 1024;
/** Silence after which a reply without an empty line counts as complete, ms: with a Session line, and without one. */
const SETTLE_TIME = 60;
const LONG_SETTLE_TIME = 300;

/**
 * Cuts the replies of the assignment's servers out of the byte stream; pure. They have no empty line and no final line
 * end, so only silence tells that a reply is whole.
 */
export class LabReplies {
  #pending: Bytes = new Uint8Array(0);
  #last = 0;

  /** Adds what came at clock time `now`. Throws a RangeError when a reply does not end. */
  push(chunk: Bytes, now: number): void {
    if (this.#pending.length + chunk.length > MAX_PENDING) {
      throw new RangeError(`Cannot read a reply of more than ${MAX_PENDING} bytes`);
    }
    this.#pending = concatBytes([this.#pending, chunk]);
    this.#last = now;
  }

  /** When `next()` should be asked again though nothing came; undefined while nothing waits. */
  get nextDeadline(): number | undefined {
    if (this.#pending.length === 0) return undefined;
    const hasSession = /^\s*session\s*:\s*\S/im.test(decodeLatin1(this.#pending));
    return this.#last + (hasSession ? SETTLE_TIME : LONG_SETTLE_TIME);
  }

  /** The next reply that is complete at clock time `now`. What is no reply is thrown away. */
  next(now: number): LabReply | undefined {
    const deadline = this.nextDeadline;
    if (deadline === undefined) return undefined;
    const silent = now >= deadline;
    const reply = parseLabReply(this.#pending, { silent });
    if (reply === "not-lab" || (reply === "incomplete" && silent)) this.#pending = new Uint8Array(0);
    if (typeof reply === "string") return undefined;
    this.#pending = this.#pending.slice(reply.length);
    return reply;
  }
}
