import { type Bytes, concatBytes, encodeText } from "../../core/bytes.ts";
import type { Clock } from "../../core/clock.ts";
import { errorMessage } from "../../core/errors.ts";
import { peerText } from "../../net/peer.ts";
import type { ByteStream, Peer } from "../../net/tcp.ts";
import { type LabReply, writeLabRequest } from "../../rtsp/lab.ts";
import type { WireLog } from "../inspection/wire_log.ts";
import { goneProblem, noAnswerProblem } from "../control/problems.ts";
import { PlayerError } from "../player_types.ts";
import { Timers } from "../timers.ts";
import { LabReplies } from "./lab_replies.ts";

const LINE_END = encodeText("\n");

interface Waiting {
  readonly cseq: number;
  readonly method: string;
  readonly resolve: (reply: LabReply) => void;
  readonly reject: (reason: PlayerError) => void;
}

/**
 * The control connection in the assignment's dialect: one request at a time, each in one write of three lines without
 * final line end, because the given server takes one `recv` for one request and reads words by position.
 */
export class LabConnection {
  /** Set by the owner: the server says that the film is over. */
  onEnd: (() => void) | undefined;
  /** Set by the owner: the connection is gone; not called after `close()`. */
  onClosed: ((reason: PlayerError) => void) | undefined;
  readonly #stream: ByteStream;
  readonly #clock: Clock;
  readonly #wire: WireLog | undefined;
  readonly #timers: Timers<"reply" | "request" | "nudge">;
  readonly #replies = new LabReplies();
  readonly #timedOut = new Set<number>();
  #sequence = 0;
  #waiting: Waiting | undefined;
  #finalNewline = false;
  #closed: PlayerError | undefined;

  constructor(stream: ByteStream, clock: Clock, wire?: WireLog) {
    this.#wire = wire;
    this.#stream = stream;
    this.#clock = clock;
    this.#timers = new Timers(clock);
    void this.#read();
  }

  get local(): Peer {
    return this.#stream.local;
  }

  get remote(): Peer {
    return this.#stream.remote;
  }

  get isClosed(): boolean {
    return this.#closed !== undefined;
  }

  /**
   * Sends a request with the RTP port (SETUP) or the session as third line; resolves with the reply, whatever its
   * status. After `nudge` milliseconds without one the missing final line end is sent: a server that reads lines waits
   * for it.
   */
  request(
    method: string,
    file: string,
    third: { readonly rtpPort: number } | { readonly session: string },
    waits: { readonly timeout: number; readonly nudge?: number },
  ): Promise<LabReply> {
    if (this.#closed) return Promise.reject(this.#closed);
    this.#settle()?.reject(new PlayerError("closed", `${method} came in between.`));
    const cseq = ++this.#sequence;
    const request = writeLabRequest(method, file, cseq, third);
    this.#write(this.#finalNewline ? concatBytes([request, LINE_END]) : request);
    return new Promise((resolve, reject) => {
      this.#waiting = { cseq, method, resolve, reject };
      this.#timers.after("request", waits.timeout, () => {
        this.#timedOut.add(cseq);
        this.#settle()?.reject(noAnswerProblem(peerText(this.remote), method, waits.timeout));
      });
      if (waits.nudge === undefined) return;
      this.#timers.after("nudge", waits.nudge, () => {
        this.#finalNewline = true;
        this.#write(LINE_END);
      });
    });
  }

  close(reason = new PlayerError("closed", "The connection was closed.")): void {
    if (this.#closed) return;
    this.#closed = reason;
    this.#settle()?.reject(reason);
    this.#timers.clearAll();
    this.#stream.close();
  }

  #write(bytes: Bytes): void {
    this.#wire?.message(true, this, bytes);
    this.#stream.write(bytes).catch((thrown) => this.#end(errorMessage(thrown)));
  }

  async #read(): Promise<void> {
    try {
      while (!this.#closed) {
        const chunk = await this.#stream.read();
        if (chunk === undefined) break;
        this.#wire?.message(false, this, chunk);
        this.#replies.push(chunk, this.#clock.now());
        this.#drain(this.#clock.now());
      }
      this.#drain(Infinity);
      this.#end(this.#stream.failure?.message);
    } catch (thrown) {
      this.#end(errorMessage(thrown));
    }
  }

  /** Hands out what is complete at `now`, and looks again when silence will have told more. */
  #drain(now: number): void {
    for (let message = this.#replies.next(now); message; message = this.#replies.next(now)) {
      if (message.kind === "end") this.onEnd?.();
      else this.#answer(message);
    }
    const deadline = this.#replies.nextDeadline;
    if (deadline !== undefined && !this.#closed) {
      this.#timers.set("reply", deadline, () => this.#drain(this.#clock.now()));
    }
  }

  #answer(reply: LabReply): void {
    // A reply that comes after its deadline must not be taken for the answer to the next request; apart from that the
    // number is not looked at, since some servers get it wrong.
    if (reply.cseq !== undefined && this.#timedOut.delete(reply.cseq)) return;
    this.#settle()?.resolve(reply);
  }

  #settle(): Waiting | undefined {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.#timers.clear("request");
    this.#timers.clear("nudge");
    return waiting;
  }

  #end(why: string | undefined): void {
    if (this.#closed) return;
    const reason = goneProblem(peerText(this.remote), why);
    this.close(reason);
    this.onClosed?.(reason);
  }
}
