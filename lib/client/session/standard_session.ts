import { formatTransport, parseTransport, type TransportSpec } from "../../rtsp/headers/transport.ts";
import { parseSession, type SessionHeader } from "../../rtsp/headers/session.ts";
import type { RtspResponse } from "../../rtsp/message.ts";
import { formatRange } from "../../rtsp/headers/range.ts";
import { describe } from "../control/describe.ts";
import { MediaFlow } from "../receiving/media_flow.ts";
import type { MediaSession, PlayOrder, SessionContext, SessionCounters } from "../control/media_session.ts";
import type { MediaTransport } from "../receiving/media_transport.ts";
import { readPlayAnswer } from "../control/play_answer.ts";
import { PlayerError, type StreamInfo, type TransportChoice } from "../player_types.ts";
import { type Presentation, readPresentation } from "../control/presentation.ts";
import { faultyServer, portProblem, statusProblem } from "../control/problems.ts";
import type { RtspClient } from "../control/rtsp_client.ts";
import { Timers } from "../timers.ts";
import { InterleavedTransport } from "../receiving/transport_interleaved.ts";
import { UdpTransport } from "../receiving/transport_udp.ts";

/** Session timeout where the server names none, in seconds (RFC 2326 12.37), and the shortest that is obeyed. */
const DEFAULT_SESSION_TIMEOUT = 60;
const MIN_SESSION_TIMEOUT = 2;
const UNSUPPORTED_TRANSPORT = 461;
const NOT_VALID_IN_THIS_STATE = 455;

/** What to open. */
export interface StandardTarget {
  readonly url: string;
  readonly transport: TransportChoice;
  /** 0: any. */
  readonly rtpPort: number;
  /** The server has been asked and is silent. */
  readonly onSilence?: () => void;
}

/** A stream of an RTSP server (RFC 2326). */
export class StandardSession implements MediaSession {
  readonly #client: RtspClient;
  readonly #context: SessionContext;
  readonly #presentation: Presentation;
  readonly #choice: TransportChoice;
  readonly #flow: MediaFlow;
  readonly #timers: Timers<"keep-alive">;
  #transport: MediaTransport;
  #session: string | undefined;
  #everPlayed = false;
  /** Speed that the server granted last. */
  #scale = 1;
  #closed = false;
  /** Requests under way: while one waits, a failure is told by its rejection. */
  #requests = 0;

  private constructor(client: RtspClient, presentation: Presentation, target: StandardTarget, context: SessionContext) {
    this.#client = client;
    this.#context = context;
    this.#presentation = presentation;
    this.#choice = target.transport;
    this.#timers = new Timers(context.clock);
    const isOpen = () => this.#choice === "auto" && this.#transport.kind === "udp";
    this.#flow = new MediaFlow(presentation, context, {
      sendRtcp: (packet) => this.#transport.sendRtcp(packet),
      get mayFallBack() {
        return isOpen();
      },
      fail: (problem) => this.#fail(problem),
    });
    this.#transport = target.transport === "tcp" ? this.#interleaved() : this.#udp(target.rtpPort);
    client.onClosed = (reason) => this.#fail(reason);
  }

  /** DESCRIBE and SETUP. Rejects with a PlayerError, a NotStandardError where the assignment's dialect may help. */
  static async open(target: StandardTarget, context: SessionContext): Promise<StandardSession> {
    const described = await describe(target.url, context, target.onSilence);
    let session: StandardSession | undefined;
    try {
      session = new StandardSession(described.client, readPresentation(described), target, context);
      await session.#setup();
      return session;
    } catch (thrown) {
      session?.close();
      described.client.close();
      throw thrown;
    }
  }

  get info(): StreamInfo {
    return this.#presentation.info;
  }

  get transport(): "udp" | "tcp" {
    return this.#transport.kind;
  }

  get closed(): boolean {
    return this.#closed;
  }

  async play({ from, until, scale = 1 }: PlayOrder): Promise<void> {
    // The first PLAY names the start, as every known client does; without Range it resumes at the pause point.
    const start = from ?? (this.#everPlayed ? undefined : 0);
    const range = start === undefined ? undefined : { unit: "npt" as const, start, ...(until && { end: until }) };
    const headers = {
      ...(range && { Range: formatRange(range) }),
      ...(scale !== 1 || this.#scale !== 1 ? { Scale: scale.toFixed(3) } : {}),
    };
    this.#flow.expect();
    try {
      await this.#request("PLAY", headers, (response) => {
        const answer = readPlayAnswer(response);
        this.#everPlayed = true;
        this.#scale = answer.scale;
        this.#flow.begin(answer, { from: start, until });
      });
    } catch (thrown) {
      this.#flow.stop();
      throw thrown;
    }
  }

  async pause(): Promise<void> {
    this.#requests++;
    try {
      await this.#client.request("PAUSE", this.#presentation.sessionUrl, this.#sessionHeader(), (response) => {
        // A server that plays no more, because the range is over, may refuse: it is paused all the same.
        if (response.status !== NOT_VALID_IN_THIS_STATE) this.#check(response, "PAUSE");
        this.#flow.stop();
      });
    } finally {
      this.#requests--;
    }
  }

  async teardown(patience: number): Promise<void> {
    this.#flow.stop();
    this.#timers.clearAll();
    if (!this.#closed) await this.#request("TEARDOWN", {}, () => {}, patience).catch(() => {});
    this.close();
  }

  close(): void {
    this.#closed = true;
    this.#timers.clearAll();
    this.#flow.close();
    this.#transport.close();
    this.#client.close();
  }

  counters(): SessionCounters {
    return { ...this.#flow.counters(), scale: this.#scale };
  }

  #udp(port: number): UdpTransport {
    try {
      const pair = this.#context.network.udpPair({ hostname: this.#client.local.hostname, port });
      return new UdpTransport(pair, this.#client.remote.hostname, this.#flow, this.#context.wire);
    } catch (thrown) {
      throw portProblem(thrown, port);
    }
  }

  #interleaved(): InterleavedTransport {
    const transport = new InterleavedTransport(this.#client, this.#flow, this.#context.wire);
    this.#client.onInterleaved = (channel, data) => transport.packet(channel, data);
    return transport;
  }

  async #setup(): Promise<void> {
    let response = await this.#askSetup();
    if (response.status === UNSUPPORTED_TRANSPORT && this.#choice === "auto" && this.#transport.kind === "udp") {
      this.#transport.close();
      this.#transport = this.#interleaved();
      response = await this.#askSetup();
    }
    this.#check(response, "SETUP");
    const session = readSession(response);
    this.#session = session?.id;
    this.#transport.accept(readTransport(response));
    const { rtp, rtcp } = this.#flow.punches();
    this.#transport.punch(rtp, rtcp);
    this.#keepAlive(Math.max(MIN_SESSION_TIMEOUT, session?.timeout ?? DEFAULT_SESSION_TIMEOUT) * 500);
  }

  async #askSetup(): Promise<RtspResponse> {
    const headers = { Transport: formatTransport(this.#transport.offer) };
    this.#requests++;
    try {
      return await this.#client.request("SETUP", this.#presentation.trackUrl, headers, (response) => response);
    } finally {
      this.#requests--;
    }
  }

  async #request(
    method: string,
    headers: Record<string, string>,
    accept: (response: RtspResponse) => void,
    timeout?: number,
  ): Promise<void> {
    this.#requests++;
    try {
      await this.#client.request(method, this.#presentation.sessionUrl, { ...this.#sessionHeader(), ...headers }, (
        response,
      ) => {
        this.#check(response, method);
        accept(response);
      }, timeout);
    } finally {
      this.#requests--;
    }
  }

  #check(response: RtspResponse, method: string): void {
    if (response.status >= 300) throw statusProblem(response, method, this.info.address, this.#client.loggedIn);
    const told = response.headers.get("Session")?.replace(/;.*$/, "").trim();
    if (this.#session !== undefined && told !== undefined && told !== this.#session) {
      throw faultyServer(`The server answered ${method} for another session than ours.`);
    }
  }

  #sessionHeader(): Record<string, string> {
    return this.#session === undefined ? {} : { Session: this.#session };
  }

  /** A sign of life at half the timeout, whose answer nobody waits for (OPTIONS is known to every server). */
  #keepAlive(interval: number): void {
    this.#timers.after("keep-alive", interval, () => {
      this.#client.ping("OPTIONS", this.#presentation.sessionUrl, this.#sessionHeader());
      this.#keepAlive(interval);
    });
  }

  #fail(problem: PlayerError): void {
    if (this.#closed) return;
    const waited = this.#requests > 0;
    this.close();
    if (!waited) this.#context.listener.failed(problem);
  }
}

function readSession(response: RtspResponse): SessionHeader | undefined {
  const header = response.headers.get("Session");
  if (header === undefined) return undefined;
  try {
    return parseSession(header);
  } catch (thrown) {
    throw faultyServer("The server's answer to SETUP has a Session that cannot be read.", thrown);
  }
}

function readTransport(response: RtspResponse): TransportSpec | undefined {
  const header = response.headers.get("Transport");
  if (header === undefined) return undefined;
  try {
    return parseTransport(header)[0];
  } catch (thrown) {
    throw faultyServer("The server's answer to SETUP has a Transport that cannot be read.", thrown);
  }
}
