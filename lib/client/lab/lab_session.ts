import { errorMessage } from "../../core/errors.ts";
import { log } from "../../core/log.ts";
import { normalizePeer, type Peer } from "../../net/peer.ts";
import type { UdpSocket } from "../../net/udp.ts";
import type { LabReply } from "../../rtsp/lab.ts";
import type { MediaSession, SessionContext, SessionCounters } from "../control/media_session.ts";
import { PlayerError, type StreamInfo } from "../player_types.ts";
import { connectProblem, portProblem, quote } from "../control/problems.ts";
import { Timers } from "../timers.ts";
import { isJavaSession, JAVA_REPORT_INTERVAL, JAVA_REPORT_PORT, writeJavaReport } from "./java_report.ts";
import { LabConnection } from "./lab_connection.ts";
import { LabReceiver } from "./lab_receiver.ts";

/** Silence after the last frame of a film whose length the server has told, ms. */
const KNOWN_END_SILENCE = 300;
/** How often silence is looked at, ms. */
const WATCH_INTERVAL = 100;
/** Time for the first packet after PLAY: these servers say 200 to whatever is asked, ms. */
const FIRST_PACKET = 2000;
/** Time for the answer to PLAY and PAUSE, ms. A canonical server that has no such file never answers. */
const VERB_TIMEOUT = 2000;
/** Frames a second of the assignment. */
const FRAME_RATE = 20;

/** The four values of the assignment's client. */
export interface LabTarget {
  readonly host: string;
  readonly port: number;
  readonly rtpPort: number;
  readonly file: string;
}

/** A stream of a server of the networking assignment ("Video Streaming with RTSP and RTP"). */
export class LabSession implements MediaSession {
  readonly transport = "udp";
  readonly #target: LabTarget;
  readonly #context: SessionContext;
  readonly #connection: LabConnection;
  readonly #socket: UdpSocket;
  readonly #receiver = new LabReceiver();
  readonly #timers: Timers<"watch" | "report">;
  readonly #server: string;
  #session = "";
  #frameCount: number | undefined;
  /** Whether PLAY is sent and not answered. */
  #starting = false;
  #playing = false;
  #everPlayed = false;
  #closed = false;
  /** Clock time of the last packet, or of PLAY, and whether a packet has come since PLAY. */
  #heard = 0;
  #heardAny = false;

  private constructor(target: LabTarget, context: SessionContext, connection: LabConnection, socket: UdpSocket) {
    this.#target = target;
    this.#context = context;
    this.#connection = connection;
    this.#socket = socket;
    this.#timers = new Timers(context.clock);
    this.#server = normalizePeer(connection.remote).hostname;
    socket.onPacket = (data, from) => this.#packet(data, from);
    connection.onEnd = () => this.#end();
    connection.onClosed = (reason) => this.#gone(reason);
  }

  /** Connects, opens the RTP port and sends SETUP. Rejects with a PlayerError. */
  static async open(target: LabTarget, context: SessionContext): Promise<LabSession> {
    const { network, timeouts, signal, clock, wire } = context;
    const { host, port } = target;
    const stream = await network.connect({ hostname: host, port, timeout: timeouts.request, signal })
      .catch((thrown) => Promise.reject(connectProblem(thrown, host, port)));
    const connection = new LabConnection(stream, clock, wire);
    signal.addEventListener("abort", () => connection.close(), { once: true });
    try {
      if (signal.aborted) throw new PlayerError("closed", "The player was closed.");
      const session = new LabSession(target, context, connection, openSocket(target, context, stream.local));
      await session.#setup().catch((thrown) => {
        session.close();
        throw thrown;
      });
      return session;
    } catch (thrown) {
      connection.close();
      throw thrown;
    }
  }

  get info(): StreamInfo {
    const { host, port, file } = this.#target;
    return {
      dialect: "lab",
      title: quote(file),
      address: `rtsp://${host.includes(":") ? `[${host}]` : host}:${port}/${quote(file)}`,
      range: undefined,
      frameRate: FRAME_RATE,
      width: undefined,
      height: undefined,
    };
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** From where the film stands: the dialect knows no other place and no other speed. */
  async play(): Promise<void> {
    this.#starting = true;
    this.#heard = this.#context.clock.now();
    this.#heardAny = false;
    try {
      await this.#request("PLAY", VERB_TIMEOUT);
    } catch (thrown) {
      this.#starting = false;
      // Pictures are as good an answer as a reply.
      const answered = this.#heardAny && thrown instanceof PlayerError && thrown.code === "no-answer";
      if (!answered) throw this.#everPlayed || this.#closed ? thrown : this.#notFound(thrown);
    }
    if (this.#starting) this.#begin();
    if (isJavaSession(this.#session)) this.#report();
  }

  async pause(): Promise<void> {
    await this.#request("PAUSE", VERB_TIMEOUT);
    this.#stop();
  }

  async teardown(patience: number): Promise<void> {
    this.#stop();
    // The given server dies of a TEARDOWN that no PLAY came before.
    if (this.#everPlayed && !this.#closed) await this.#request("TEARDOWN", patience).catch(() => {});
    this.close();
  }

  close(): void {
    this.#closed = true;
    this.#playing = false;
    this.#timers.clearAll();
    this.#socket.close();
    this.#connection.close();
  }

  counters(): SessionCounters {
    return this.#receiver.counters();
  }

  async #setup(): Promise<void> {
    const { timeouts } = this.#context;
    const third = { rtpPort: this.#socket.local.port };
    const reply = await this.#connection.request("SETUP", this.#target.file, third, {
      timeout: timeouts.request,
      nudge: timeouts.firstAnswer,
    });
    this.#check(reply, "SETUP");
    this.#session = reply.session ?? "0";
    const frames = Number(reply.headers["total frames"] ?? reply.headers["frames"]);
    this.#frameCount = frames > 0 ? frames : undefined;
  }

  async #request(method: string, timeout: number): Promise<void> {
    const third = { session: this.#session };
    this.#check(await this.#connection.request(method, this.#target.file, third, { timeout }), method);
  }

  #check(reply: LabReply, method: string): void {
    if (reply.status === 200) return;
    if (reply.status === 404) throw this.#notFound();
    const said = quote(`${reply.status} ${reply.reason}`);
    throw new PlayerError("refused", `The server answered ${method} with ${said}.`, {
      advice: "Try again; what the server prints may tell more.",
    });
  }

  #notFound(cause?: unknown): PlayerError {
    const { host, port, file } = this.#target;
    const message = `No stream named ${quote(file)} on ${quote(host)}:${port}, or the server cannot use RTP port ` +
      `${this.#socket.local.port}. Check the file name, or choose another RTP port.`;
    return new PlayerError("not-found", message, { cause });
  }

  #begin(): void {
    this.#starting = false;
    if (this.#playing || this.#closed) return;
    this.#playing = true;
    this.#everPlayed = true;
    this.#context.listener.playing();
    this.#watch();
  }

  #packet(data: Parameters<LabReceiver["push"]>[0], from: Peer): void {
    // The source port is never announced and changes with each PLAY: only the address is known.
    if (from.hostname !== this.#server || this.#closed) return;
    this.#context.wire?.packet("rtp", false, { local: this.#socket.local, remote: from }, data);
    const now = this.#context.clock.now();
    this.#heard = now;
    this.#heardAny = true;
    if (this.#starting) this.#begin();
    const frame = this.#receiver.push(data, now);
    if (frame && this.#playing) this.#context.listener.frame(frame);
  }

  #watch(): void {
    this.#timers.after("watch", WATCH_INTERVAL, () => {
      const silence = this.#context.clock.now() - this.#heard;
      if (!this.#heardAny) {
        if (silence >= FIRST_PACKET) return this.#fail(this.#silentProblem());
      } else if (silence >= (this.#isComplete() ? KNOWN_END_SILENCE : this.#context.timeouts.endSilence)) {
        return this.#end();
      }
      this.#watch();
    });
  }

  #isComplete(): boolean {
    return this.#frameCount !== undefined && (this.#receiver.lastIndex ?? -1) + 1 >= this.#frameCount;
  }

  /** Silence after PLAY: the film was at its end already, or nothing gets through. */
  #silentProblem(): PlayerError {
    if (this.#receiver.counters().packets === 0) return this.#notFound();
    return new PlayerError("no-media", "The server sends no more pictures.", { advice: "Press Setup to start again." });
  }

  #report(): void {
    this.#timers.after("report", JAVA_REPORT_INTERVAL, () => {
      const { fractionLost, lost, highest } = this.#receiver.takeLoss();
      const report = writeJavaReport(fractionLost, lost, highest);
      this.#socket.send(report, { hostname: this.#server, port: JAVA_REPORT_PORT });
      this.#report();
    });
  }

  #stop(): void {
    this.#playing = false;
    this.#timers.clearAll();
  }

  #end(): void {
    if (!this.#playing) return;
    this.#stop();
    this.#context.listener.ended();
  }

  #fail(problem: PlayerError): void {
    if (this.#closed) return;
    this.close();
    this.#context.listener.failed(problem);
  }

  #gone(reason: PlayerError): void {
    log("client", "lab").info("Lost the server: {reason}", { reason: errorMessage(reason) });
    this.#fail(reason);
  }
}

function openSocket(target: LabTarget, context: SessionContext, local: Peer): UdpSocket {
  try {
    return context.network.udpSocket({ hostname: local.hostname, port: target.rtpPort });
  } catch (thrown) {
    throw portProblem(thrown, target.rtpPort);
  }
}
