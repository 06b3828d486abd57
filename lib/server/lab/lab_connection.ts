import { type Bytes, concatBytes } from "../../core/bytes.ts";
import { sleep } from "../../core/clock.ts";
import { errorMessage } from "../../core/errors.ts";
import { peerText } from "../../net/peer.ts";
import { type LabRequest, MAX_LAB_MESSAGE, parseLabRequest, writeLabReply } from "../../rtsp/lab.ts";
import { RtspError } from "../../rtsp/status.ts";
import type { Control, Services } from "../sessions/services.ts";
import { answerLab } from "./lab_methods.ts";

/** Silence after which a request without an empty line counts as whole, ms. */
export const LAB_SILENCE_MS = 50;
/** From a request to its reply at the least, ms: clients that note what they sent only after sending lose quicker ones. */
const REPLY_DELAY_MS = 30;
/** Requests that may wait for their answers. */
const MAX_QUEUED = 64;

/** A connection of the assignment's dialect: its requests, one after the other, and their replies. */
export class LabConnection {
  readonly #control: Control;
  readonly #services: Services;
  readonly #stop = new AbortController();
  #buffer: Bytes = new Uint8Array(0);
  #queue: Promise<void> = Promise.resolve();
  #queued = 0;
  #lastId = "0";
  /** What the last SETUP told of its film: one family of clients wants to read it in every reply. */
  #film: Readonly<Record<string, string>> = {};
  #cancelSilence: (() => void) | undefined;

  constructor(control: Control, services: Services) {
    this.#control = control;
    this.#services = services;
  }

  /** Whether a request is being answered. */
  get busy(): boolean {
    return this.#queued > 0;
  }

  /** Takes over with the request that gave the dialect away (after silence or at once) and the bytes behind it. */
  begin(request: LabRequest, silent: boolean, rest: Bytes): void {
    this.#enqueue(request, silent);
    if (rest.length > 0) this.push(rest);
  }

  push(chunk: Bytes): void {
    this.#cancelSilence?.();
    this.#buffer = concatBytes([this.#buffer, chunk]);
    this.#readRequests(false);
    if (this.#buffer.length > MAX_LAB_MESSAGE) this.#buffer = new Uint8Array(0);
    if (this.#buffer.length === 0) return;
    const { clock } = this.#services;
    this.#cancelSilence = clock.at(clock.now() + LAB_SILENCE_MS, () => this.#readRequests(true));
  }

  close(): void {
    this.#cancelSilence?.();
    this.#stop.abort();
  }

  #readRequests(silent: boolean): void {
    while (this.#buffer.length > 0) {
      const request = parseLabRequest(this.#buffer, { silent, known: true });
      if (request === "incomplete") return;
      if (request === "not-lab") {
        if (silent) this.#buffer = new Uint8Array(0);
        return;
      }
      this.#buffer = this.#buffer.slice(request.length);
      this.#enqueue(request, silent);
    }
  }

  /** The silence that ended a request is delay enough. */
  #enqueue(request: LabRequest, silent: boolean): void {
    if (this.#queued >= MAX_QUEUED) return;
    this.#queued++;
    const { clock } = this.#services;
    const earliest = clock.now() + (silent ? 0 : REPLY_DELAY_MS);
    this.#queue = this.#queue
      .then(() => earliest > clock.now() ? sleep(clock, earliest - clock.now(), this.#stop.signal) : undefined)
      .then(() => this.#stop.signal.aborted ? undefined : this.#answer(request))
      .finally(() => this.#queued--);
  }

  async #answer(request: LabRequest): Promise<void> {
    const { counters, events } = this.#services;
    counters.requests++;
    try {
      const { film = this.#film, extra, after } = await answerLab(request, this.#control, this.#services);
      this.#film = film;
      this.#reply(request, 200, { ...film, ...extra });
      after?.();
    } catch (thrown) {
      counters.refusals++;
      const status = thrown instanceof RtspError ? thrown.status : 500;
      if (status === 500) counters.failures++;
      events.info("Refused {method} of {peer} with {status}: {reason}", {
        method: request.method,
        peer: peerText(this.#control.remote),
        status,
        reason: errorMessage(thrown),
      });
      this.#reply(request, status);
    }
  }

  /** A reply without a session line makes most clients hang, so there always is one. */
  #reply(request: LabRequest, status: number, extra: Readonly<Record<string, string>> = {}): void {
    const id = this.#control.session?.id ?? this.#lastId;
    if (this.#control.session) this.#lastId = this.#control.session.id;
    this.#control.writer.message(writeLabReply(request, status, id, extra));
  }
}
