import type { Bytes } from "../../core/bytes.ts";
import type { Clock } from "../../core/clock.ts";
import { InvalidDataError } from "../../core/errors.ts";
import { parseRtcp, type ReportBlock } from "../../rtp/rtcp.ts";
import { type Peer, peerText } from "../../net/peer.ts";
import { RtspError } from "../../rtsp/status.ts";
import { nextState, type SessionState } from "../../rtsp/session_state.ts";
import type { StreamUse } from "../streams/catalog.ts";
import { DelayedPlay } from "./delayed_play.ts";
import type { Delivery } from "../sending/delivery.ts";
import type { EventLog } from "./event_log.ts";
import type { RegisteredSession } from "./registry.ts";
import type { Scheduled, Scheduler, Task } from "../sending/scheduler.ts";
import type { PlayOrder, PlayStart, Viewer, ViewerOptions } from "../streams/stream.ts";

/** Sessions that never played end after so long where an address holds many of them, ms (robustness T12). */
const UNPLAYED_TIMEOUT_MS = 10_000;
/** A UDP viewer that has played so long without any packet from it is named in the log, ms (robustness T07). */
const SILENT_VIEWER_MS = 10_000;
/** Reports of one client are read at most so often, ms: a flood of them costs nothing. */
const REPORT_INTERVAL_MS = 100;

/** A PLAY that waits for its time is told to the film so long before, ms, that its first frame leaves at that time. */
const DELAYED_LEAD_MS = 20;

/** What a session is made of. */
export interface SessionOptions {
  readonly id: string;
  readonly ssrc: number;
  readonly remote: Peer;
  readonly use: StreamUse;
  /** Track URL for RTP-Info. */
  readonly control: string;
  readonly delivery: Delivery;
  /** The client's UDP addresses; empty over TCP. */
  readonly udpPeers: readonly Peer[];
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly events: EventLog;
  /** Milliseconds without sign of life; Infinity where the connection itself shows it. */
  readonly timeout: number;
  readonly viewer: Omit<ViewerOptions, "delivery" | "ssrc" | "clock" | "onEnd" | "onFailure">;
  /** Whether the client's address holds so many sessions that an unplayed one must not wait. */
  readonly isCrowded: () => boolean;
  /** Called once, when the session has ended. */
  readonly onEnded: (session: Session, reason: string) => void;
}

/** One viewer: its state, its signs of life and what it watches. */
export class Session implements RegisteredSession, Task {
  readonly id: string;
  /** The source that its packets name: its own, or that of a live line. */
  readonly ssrc: number;
  readonly address: string;
  readonly udpPeers: readonly Peer[];
  readonly control: string;
  readonly viewer: Viewer;
  readonly #options: SessionOptions;
  readonly #scheduled: Scheduled;
  readonly #delayed: DelayedPlay;
  readonly #started: number;
  #state: SessionState = "Ready";
  #lastSign: number;
  #playedAt: number | undefined;
  #mediaPackets = 0;
  #lastReport = -Infinity;
  #reception: ReportBlock | undefined;
  #told = false;
  #ended = false;

  constructor(options: SessionOptions) {
    this.id = options.id;
    this.address = options.remote.hostname;
    this.udpPeers = options.udpPeers;
    this.control = options.control;
    this.#options = options;
    this.#started = this.#lastSign = options.clock.now();
    this.viewer = options.use.stream.watch({
      ...options.viewer,
      delivery: options.delivery,
      ssrc: options.ssrc,
      clock: options.clock,
      onEnd: (reason) => this.#mediaEnded(reason),
      onFailure: (thrown) => this.#failed(thrown),
    });
    this.ssrc = this.viewer.sender.ssrc;
    this.#scheduled = options.scheduler.add(this, this.#started + this.#checkInterval());
    this.#delayed = new DelayedPlay(
      options.scheduler,
      (order) => this.#playDelayed(order),
      (thrown) => this.#delayedRefused(thrown),
    );
  }

  get state(): SessionState {
    return this.#state;
  }

  /** When it was set up (clock ms). */
  get started(): number {
    return this.#started;
  }

  /** Address of the RTSP connection. */
  get remote(): Peer {
    return this.#options.remote;
  }

  get streamName(): string {
    return this.#options.use.stream.name;
  }

  /** Bits a second that this viewer takes while it plays. */
  get bitrate(): number {
    const { use, viewer } = this.#options;
    return use.stream.bitrateIn(viewer.form) * this.viewer.pace.speed;
  }

  get live(): boolean {
    return this.#options.use.stream.live;
  }

  get delivery(): Delivery {
    return this.#options.delivery;
  }

  get played(): boolean {
    return this.#playedAt !== undefined;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** The state after `method`, or undefined where it is not valid now. */
  allows(method: string): SessionState | undefined {
    return nextState(this.#state, method);
  }

  /** The client lives: a request, a report, or bytes that it took. */
  touch(): void {
    this.#lastSign = this.#options.clock.now();
  }

  /** A UDP packet came from the client. */
  heard(): void {
    this.#mediaPackets++;
    this.touch();
  }

  /** An RTCP packet came from the client; what does not follow RFC 3550 is only a sign of life. */
  reported(packet: Bytes): void {
    const now = this.#options.clock.now();
    if (now - this.#lastReport < REPORT_INTERVAL_MS) return;
    this.#lastReport = now;
    try {
      for (const part of parseRtcp(packet)) {
        if (part.kind === "sender-report" || part.kind === "receiver-report") {
          this.#reception = part.reports.find(({ ssrc }) => ssrc === this.ssrc) ?? this.#reception;
        }
      }
    } catch (thrown) {
      if (!(thrown instanceof InvalidDataError)) throw thrown;
    }
  }

  /** What the client last told about what it receives. */
  get reception(): ReportBlock | undefined {
    return this.#reception;
  }

  /** Plays at once or at `order.at`; what plays already goes on until then. */
  play(order: PlayOrder): PlayStart {
    const { at } = order;
    const waits = at !== undefined && (this.live || this.viewer.playing);
    const start = waits ? this.viewer.foresee(order) : this.viewer.play(order);
    this.#delayed.clear();
    if (waits) this.#delayed.set(order, this.live ? at : at - DELAYED_LEAD_MS);
    this.#state = "Playing";
    this.#playedAt ??= at ?? this.#options.clock.now();
    return start;
  }

  /** At once, or when media time `at` (seconds) is reached. */
  pause(at?: number): void {
    this.viewer.pause(at);
    this.#delayed.clear();
    if (at === undefined) this.#state = "Ready";
  }

  /** Ends the session: BYE, and everything is given back. Harmless when repeated. */
  end(reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#state = "Init";
    this.#scheduled.cancel();
    this.#delayed.cancel();
    this.viewer.close();
    this.#options.use.release();
    this.#options.onEnded(this, reason);
    this.#logEnd(reason);
  }

  step(now: number): number {
    const { timeout } = this.#options;
    const silent = now - this.#lastSign;
    if (silent >= timeout) this.end(`no sign of life for ${Math.round(timeout / 1000)} s`);
    else if (!this.played && silent >= UNPLAYED_TIMEOUT_MS && this.#options.isCrowded()) {
      this.end(`not played for ${UNPLAYED_TIMEOUT_MS / 1000} s`);
    }
    this.#tellSilence(now);
    return this.#ended ? Infinity : Math.min(now + this.#checkInterval(), this.#lastSign + timeout);
  }

  failed(thrown: unknown): void {
    this.#failed(thrown);
  }

  #checkInterval(): number {
    return Math.min(UNPLAYED_TIMEOUT_MS, this.#options.timeout);
  }

  /** A receiver behind a NAT or a container's network gets nothing, and this is the only place where that can be seen. */
  #tellSilence(now: number): void {
    if (this.#told || this.#mediaPackets > 0 || this.udpPeers.length === 0 || this.#playedAt === undefined) return;
    if (now - this.#playedAt < SILENT_VIEWER_MS || this.delivery.kind === "lab") return;
    this.#told = true;
    this.#options.events.warn(
      "No RTCP and no other UDP packet came from {peer} since it plays ({bytes} bytes sent): perhaps nothing arrives there",
      { peer: peerText(this.udpPeers[0]!), session: this.id, bytes: this.viewer.sender.payloadBytes },
    );
  }

  #playDelayed(order: PlayOrder): void {
    this.viewer.play(order);
    this.#state = "Playing";
  }

  /** The film has changed meanwhile: nobody waits for an answer any more. */
  #delayedRefused(thrown: unknown): void {
    if (!(thrown instanceof RtspError)) return this.#failed(thrown);
    this.#options.events.info("PLAY of {peer} could not begin at its time: {reason}", {
      ...this.#facts(),
      reason: thrown.message,
    });
  }

  #mediaEnded(reason: string): void {
    this.#state = "Ready";
    this.#options.events.info("{stream} ended for {peer}: {reason}", { ...this.#facts(), reason });
  }

  #failed(thrown: unknown): void {
    this.#options.events.error("Session failed: {error}", { ...this.#facts(), error: String(thrown) });
    this.end("an error in the server");
  }

  #logEnd(reason: string): void {
    const { sender } = this.viewer;
    this.#options.events.info("Session of {peer} ended: {reason}", {
      ...this.#facts(),
      reason,
      frames: sender.frames,
      packets: sender.packets,
      bytes: sender.payloadBytes,
      dropped: this.delivery.droppedFrames,
      delay: Number(this.viewer.delay.mean.toFixed(1)),
      lost: this.#reception?.cumulativeLost ?? 0,
      seconds: Math.round((this.#options.clock.now() - this.#started) / 1000),
    });
  }

  #facts(): { stream: string; peer: string; session: string; transport: string } {
    const { remote, delivery } = this.#options;
    return { stream: this.streamName, peer: peerText(remote), session: this.id, transport: delivery.kind };
  }
}
