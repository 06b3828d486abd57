import type { Bytes } from "../../core/bytes.ts";
import { errorMessage } from "../../core/errors.ts";
import { StreamWriter } from "../../net/stream_writer.ts";
import { type Peer, peerText } from "../../net/peer.ts";
import type { ByteStream } from "../../net/tcp.ts";
import { isLabRequest, type LabRequest, parseLabRequest, toLabRequest } from "../../rtsp/lab.ts";
import { errorResponse, type RtspMessage, type RtspRequest, writeMessage } from "../../rtsp/message.ts";
import { RtspParser } from "../../rtsp/parser.ts";
import { RtspError } from "../../rtsp/status.ts";
import { dispatch } from "./dispatch.ts";
import { LAB_SILENCE_MS, LabConnection } from "../lab/lab_connection.ts";
import type { Scheduled, Task } from "../sending/scheduler.ts";
import type { Control, Services } from "../sessions/services.ts";
import type { Session } from "../sessions/session.ts";

/** From the first byte of a message (or from the connection) to its last, ms: a total, not an idle time. */
const MESSAGE_TIMEOUT_MS = 10_000;
/** A connection that has no session may idle so long, ms. */
const IDLE_TIMEOUT_MS = 60_000;
/** Requests for sessions that are not the connection's own (guesses) before it ends. */
const MAX_WRONG_SESSIONS = 50;
/** Responses that nobody asked for, and interleaved frames that belong to no session, before the connection ends. */
const MAX_STRAY_RESPONSES = 10;
const MAX_STRAY_FRAMES = 100;

/** One RTSP connection: bytes to messages to answers. The assignment's dialect is handed over to a room of its own. */
export class Connection implements Control, Task {
  readonly remote: Peer;
  readonly local: Peer;
  readonly writer: StreamWriter;
  session: Session | undefined;
  readonly #stream: ByteStream;
  readonly #services: Services;
  readonly #parser = new RtspParser();
  readonly #scheduled: Scheduled;
  #lab: LabConnection | undefined;
  #cancelSilence: (() => void) | undefined;
  #strayResponses = 0;
  #strayFrames = 0;
  #wrongSessions = 0;
  #settled = false;
  #partial = false;
  #closeReason: string | undefined;

  constructor(stream: ByteStream, services: Services) {
    this.#stream = stream;
    this.#services = services;
    this.remote = stream.remote;
    this.local = stream.local;
    this.writer = new StreamWriter(stream, { clock: services.clock, direct: services.direct });
    this.#scheduled = services.scheduler.add(this, services.clock.now() + MESSAGE_TIMEOUT_MS);
  }

  /** Whether one whole request has come. */
  get settled(): boolean {
    return this.#settled;
  }

  /** Serves the connection to its end. Never rejects. */
  async run(): Promise<void> {
    void this.writer.closed.then((reason) => this.#closeReason ??= reason);
    try {
      for (let chunk = await this.#stream.read(); chunk; chunk = await this.#stream.read()) {
        if (!(await this.#take(chunk))) break;
      }
    } catch (thrown) {
      this.#services.counters.failures++;
      this.#services.events.error("Connection of {peer} failed: {reason}", {
        peer: peerText(this.remote),
        reason: errorMessage(thrown),
      });
      this.#closeReason ??= "an error in the server";
    }
    this.#finish();
  }

  /** Ends the connection and its session. */
  close(reason: string): void {
    this.#closeReason ??= reason;
    this.session?.end(reason);
    this.writer.close(reason);
  }

  /** Says BYE, lets what is queued leave, and closes; `limit` (ms) bounds the wait for a peer that does not read. */
  async finish(reason: string, limit: number): Promise<void> {
    this.session?.end(reason);
    this.#closeReason ??= reason;
    const { clock } = this.#services;
    let cancel = () => {};
    const late = new Promise<void>((resolve) => cancel = clock.at(clock.now() + limit, resolve));
    await Promise.race([this.writer.drain(), late]);
    cancel();
    this.writer.close(reason);
  }

  step(now: number): number {
    if (this.session || this.#lab?.busy) return now + IDLE_TIMEOUT_MS;
    this.close(this.#settled && !this.#partial ? "idle without a session" : "no whole request in time");
    return Infinity;
  }

  failed(thrown: unknown): void {
    this.close(errorMessage(thrown));
  }

  #finish(): void {
    this.#cancelSilence?.();
    this.#scheduled.cancel();
    this.#lab?.close();
    const reason = this.#closeReason ?? this.#stream.failure?.message ?? "the client closed it";
    this.close(`connection closed: ${reason}`);
    this.#services.events.debug("Connection of {peer} closed: {reason}", { peer: peerText(this.remote), reason });
  }

  /** Handles a chunk; false: the connection is over. */
  async #take(chunk: Bytes): Promise<boolean> {
    this.#cancelSilence?.();
    if (this.#lab) {
      this.#lab.push(chunk);
      return true;
    }
    try {
      this.#parser.push(chunk);
      for (let message = this.#parser.next(); message; message = this.#parser.next()) {
        this.#settled = true;
        if (!(await this.#handle(message))) return false;
        if (this.#lab) return true;
      }
    } catch (thrown) {
      if (!(thrown instanceof RtspError)) throw thrown;
      return await this.#refuseFraming(thrown);
    }
    this.#watchRest();
    return true;
  }

  async #handle(message: RtspMessage): Promise<boolean> {
    if (message.kind === "request") return await this.#handleRequest(message);
    if (message.kind === "response") return this.#countStray("response", ++this.#strayResponses, MAX_STRAY_RESPONSES);
    const { session } = this;
    if (session?.delivery.ownsChannel(message.channel)) {
      session.touch();
      return true;
    }
    return this.#countStray("interleaved frame", ++this.#strayFrames, MAX_STRAY_FRAMES);
  }

  async #handleRequest(request: RtspRequest): Promise<boolean> {
    const lab = !this.session && isLabRequest(request) ? toLabRequest(request) : undefined;
    if (lab) {
      this.#switchToLab(lab, false);
      return true;
    }
    const answer = await dispatch(request, this, this.#services);
    this.writer.message(writeMessage(answer));
    if (answer.status === 500) return await this.#endAfterAnswer("an error in the server");
    if (answer.status !== 454 || ++this.#wrongSessions < MAX_WRONG_SESSIONS) return true;
    this.#services.events.warn("Closed the connection of {peer}: it asked for {count} sessions that are not its own", {
      peer: peerText(this.remote),
      count: this.#wrongSessions,
    });
    return await this.#endAfterAnswer("too many requests for sessions of others");
  }

  /** After an error in the framing nothing that follows can be trusted: one answer, then the end. */
  #refuseFraming(error: RtspError): Promise<boolean> {
    this.#services.counters.refusals++;
    this.#services.events.info("Refused bytes of {peer} with {status}: {reason}", {
      peer: peerText(this.remote),
      status: error.status,
      reason: error.message,
    });
    // Who speaks no RTSP at all gets no answer that it might read as one of its own protocol.
    if (this.#settled || this.#parser.speaksRtsp || error.status !== 400) {
      this.writer.message(writeMessage(errorResponse(error)));
    }
    return this.#endAfterAnswer(error.message);
  }

  /** The answer leaves before the connection is closed. */
  async #endAfterAnswer(reason: string): Promise<false> {
    await this.finish(reason, MESSAGE_TIMEOUT_MS);
    return false;
  }

  #countStray(what: string, count: number, limit: number): boolean {
    if (count < limit) return true;
    this.#closeReason ??= `${count} times an unexpected ${what}`;
    return false;
  }

  /** Bytes of an unfinished head stay: they must be completed in time, or are a request of the assignment's dialect. */
  #watchRest(): void {
    const now = this.#services.clock.now();
    const partial = this.#parser.pending.length > 0;
    if (partial && !this.#partial) this.#scheduled.moveTo(now + MESSAGE_TIMEOUT_MS);
    if (!partial && this.#settled) this.#scheduled.moveTo(now + IDLE_TIMEOUT_MS);
    this.#partial = partial;
    if (!partial || this.session) return;
    this.#cancelSilence = this.#services.clock.at(now + LAB_SILENCE_MS, () => this.#lookForLab());
  }

  #lookForLab(): void {
    const lab = parseLabRequest(this.#parser.pending);
    if (typeof lab !== "string") this.#switchToLab(lab, true);
  }

  #switchToLab(request: LabRequest, silent: boolean): void {
    this.#settled = true;
    this.#partial = false;
    this.#scheduled.moveTo(this.#services.clock.now() + IDLE_TIMEOUT_MS);
    this.#services.events.debug("{peer} speaks the assignment's dialect", { peer: peerText(this.remote) });
    this.#lab = new LabConnection(this, this.#services);
    const rest = this.#parser.takePending().slice(request.length);
    this.#lab.begin(request, silent, rest);
  }
}
