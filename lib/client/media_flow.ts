import type { Bytes } from "../core/bytes.ts";
import { writeRtpPacket } from "../rtp/packet.ts";
import { MediaClock } from "./media_clock.ts";
import type { PlayOrder, SessionContext, SessionCounters } from "./media_session.ts";
import type { MediaSink } from "./media_transport.ts";
import type { PlayAnswer } from "./play_answer.ts";
import { PlayerError } from "./player_types.ts";
import type { Presentation } from "./presentation.ts";
import { type ArrivedJpeg, Receiver } from "./receiver.ts";
import { Timers } from "./timers.ts";

/** Packets kept that overtook the answer to PLAY: more than one burst of a large frame. */
const MAX_HELD = 512;
/** Time for packets that a BYE has overtaken, ms. */
const GOODBYE_GRACE = 200;
/** How often silence is looked at, ms. */
const WATCH_INTERVAL = 100;
/** A film counts as played when its last frame lies this close to the end of the range, in frames. */
const END_TOLERANCE = 2.5;
const DEFAULT_FRAME_RATE = 25;

/** What a flow needs from the session around it. */
export interface FlowOwner {
  sendRtcp(packet: Bytes): void;
  /** Whether silence is worth a try by another transport. */
  readonly mayFallBack: boolean;
  /** No packet came in time: the session is of no use. */
  fail(problem: PlayerError): void;
}

/** The media of one track: from packets to numbered pictures, reports the other way, and a watch over silence. */
export class MediaFlow implements MediaSink {
  readonly #context: SessionContext;
  readonly #presentation: Presentation;
  readonly #owner: FlowOwner;
  readonly #receiver: Receiver;
  readonly #clock: MediaClock;
  readonly #timers: Timers<"receiver" | "watch" | "goodbye">;
  #state: "idle" | "asked" | "playing" = "idle";
  #held: { readonly kind: "rtp" | "rtcp"; readonly data: Bytes; readonly at: number }[] = [];
  #frames = 0;
  #lastTime: number | undefined;
  /** What is being played: where it ends, and how fast it goes. */
  #until = Infinity;
  #scale = 1;
  /** Media time of the next picture, where the answer to PLAY did not tell its timestamp. */
  #nextTime: number | undefined;
  /** Clock time of the last packet or of PLAY; RTP alone, and RTP or RTCP. */
  #lastRtp = 0;
  #lastHeard = 0;
  #everRtp = false;
  /** The deadline that the timer of the receiver stands at. */
  #scheduled: number | undefined;

  constructor(presentation: Presentation, context: SessionContext, owner: FlowOwner) {
    this.#presentation = presentation;
    this.#context = context;
    this.#owner = owner;
    this.#timers = new Timers(context.clock);
    this.#clock = new MediaClock(presentation.clockRate);
    const { payloadType, clockRate, info } = presentation;
    const size = info.width && info.height ? { width: info.width, height: info.height } : undefined;
    this.#receiver = new Receiver({ payloadType, clockRate, random: context.random, ...(size && { size }) });
  }

  /** PLAY is about to be sent: what comes before its answer waits, since only the answer tells its media time. */
  expect(): void {
    this.#state = "asked";
  }

  /** PLAY was accepted. */
  begin(answer: PlayAnswer, { from, until }: PlayOrder = {}): void {
    const now = this.#context.clock.now();
    this.#state = "playing";
    this.#lastRtp = this.#lastHeard = now;
    this.#lastTime = undefined;
    this.#scale = answer.scale;
    this.#until = until ?? Infinity;
    // Only a film begins where it was told to when the answer names no place.
    const start = answer.start ?? (this.#presentation.info.range?.end === undefined ? undefined : from);
    this.#nextTime = answer.timestamp === undefined ? start : undefined;
    if (answer.timestamp !== undefined && start !== undefined) {
      this.#clock.begin(answer.timestamp, start, answer.scale);
    }
    this.#context.listener.playing();
    this.#release();
    this.#watch();
    this.#schedule();
  }

  /** PAUSE was accepted, or PLAY was not: pictures still on their way are not shown. */
  stop(): void {
    this.#state = "idle";
    this.#held = [];
    this.#timers.clear("watch");
    this.#timers.clear("goodbye");
  }

  close(): void {
    this.stop();
    this.#timers.clearAll();
  }

  counters(): Omit<SessionCounters, "scale"> {
    return this.#receiver.counters();
  }

  /** Packets that say nothing, to open a way through a NAT. */
  punches(): { rtp: Bytes; rtcp: Bytes } {
    const { payloadType } = this.#presentation;
    const header = { marker: false, payloadType, sequence: 0, timestamp: 0, ssrc: this.#receiver.ssrc };
    return {
      rtp: writeRtpPacket({ ...header, csrcs: [], payload: new Uint8Array(0) }),
      rtcp: this.#receiver.report(this.#context.clock.now()),
    };
  }

  rtp(data: Bytes): void {
    const now = this.#context.clock.now();
    if (this.#state === "asked") return this.#hold("rtp", data, now);
    this.#takeRtp(data, now);
    this.#schedule();
  }

  rtcp(data: Bytes): void {
    const now = this.#context.clock.now();
    if (this.#state === "asked") return this.#hold("rtcp", data, now);
    this.#takeRtcp(data, now);
  }

  #takeRtp(data: Bytes, at: number): void {
    this.#lastRtp = this.#lastHeard = at;
    this.#everRtp = true;
    this.#show(this.#receiver.rtp(data, at));
  }

  #takeRtcp(data: Bytes, at: number): void {
    this.#lastHeard = at;
    const goodbye = this.#receiver.rtcp(data, at);
    if (!goodbye || this.#state !== "playing") return;
    this.#timers.after("goodbye", GOODBYE_GRACE, () => this.#end());
  }

  #hold(kind: "rtp" | "rtcp", data: Bytes, at: number): void {
    if (this.#held.length < MAX_HELD) this.#held.push({ kind, data, at });
  }

  #release(): void {
    for (const { kind, data, at } of this.#held.splice(0)) {
      if (kind === "rtp") this.#takeRtp(data, at);
      else this.#takeRtcp(data, at);
    }
  }

  #show(arrived: readonly ArrivedJpeg[]): void {
    for (const { jpeg, arrival } of arrived) {
      const running = this.#frames++;
      if (this.#state !== "playing") continue;
      const { frameRate } = this.#presentation.info;
      if (this.#nextTime !== undefined) this.#clock.begin(jpeg.timestamp, this.#nextTime, this.#scale);
      this.#nextTime = undefined;
      const mediaTime = this.#clock.timeOf(jpeg.timestamp);
      this.#lastTime = mediaTime;
      this.#context.listener.frame({
        data: jpeg.data,
        index: mediaTime !== undefined && frameRate ? Math.max(0, Math.round(mediaTime * frameRate)) : running,
        mediaTime,
        width: jpeg.width,
        height: jpeg.height,
        arrival,
      });
    }
  }

  /** One timer for what the receiver waits for: a gap that may still close, and the next report. */
  #schedule(): void {
    const deadline = this.#receiver.nextDeadline;
    if (deadline === this.#scheduled) return;
    this.#scheduled = deadline;
    this.#timers.set("receiver", deadline, () => {
      this.#scheduled = undefined;
      const now = this.#context.clock.now();
      this.#show(this.#receiver.flush(now));
      if (this.#receiver.reportDue(now)) this.#owner.sendRtcp(this.#receiver.report(now));
      this.#schedule();
    });
  }

  #watch(): void {
    this.#timers.after("watch", WATCH_INTERVAL, () => {
      const { timeouts, clock, listener } = this.#context;
      const now = clock.now();
      if (this.#isAtEnd() && now - this.#lastRtp >= timeouts.endSilence) return this.#end();
      if (!this.#everRtp && this.#owner.mayFallBack && now - this.#lastRtp >= timeouts.udpSilence) {
        return listener.silent();
      }
      if (now - this.#lastHeard >= timeouts.mediaSilence) return this.#owner.fail(this.#silenceProblem());
      this.#watch();
    });
  }

  #isAtEnd(): boolean {
    const { range, frameRate = DEFAULT_FRAME_RATE } = this.#presentation.info;
    if (this.#lastTime === undefined) return false;
    const tolerance = Math.max(1, Math.abs(this.#scale)) * END_TOLERANCE / frameRate;
    if (this.#scale < 0) return this.#lastTime <= (range?.start ?? 0) + tolerance;
    return this.#lastTime >= Math.min(range?.end ?? Infinity, this.#until) - tolerance;
  }

  #silenceProblem(): PlayerError {
    const seconds = Math.round(this.#context.timeouts.mediaSilence / 1000);
    const message = this.#everRtp
      ? `The server has sent nothing for ${seconds} s. Press Setup to try again.`
      : `The server plays, but no picture has come for ${seconds} s. A firewall may stop it: try TCP (--transport tcp).`;
    return new PlayerError("no-media", message);
  }

  #end(): void {
    if (this.#state !== "playing") return;
    this.#show(this.#receiver.drain(this.#context.clock.now()));
    this.stop();
    this.#context.listener.ended();
  }
}
