import type { Bytes } from "../../core/bytes.ts";
import { writeRtpPacket } from "../../rtp/packet.ts";
import { MediaClock } from "./media_clock.ts";
import type { PlayOrder, SessionContext, SessionCounters } from "../control/media_session.ts";
import type { MediaSink } from "./media_transport.ts";
import type { PlayAnswer } from "../control/play_answer.ts";
import { PlayerError } from "../player_types.ts";
import type { Presentation } from "../control/presentation.ts";
import { type ArrivedJpeg, Receiver } from "./receiver.ts";
import { JitterBuffer } from "../timing/jitter_buffer.ts";
import { Timers } from "../timers.ts";

/** Packets kept that overtook the answer to PLAY: more than one burst of a large frame. */
const MAX_HELD = 512;
/** Time for packets that a BYE has overtaken, ms. */
const GOODBYE_GRACE = 200;
/** How often silence is looked at, ms. */
const WATCH_INTERVAL = 100;
/** A film counts as played when its last frame lies this close to the end of the range, in frames. */
const END_TOLERANCE = 2.5;
const DEFAULT_FRAME_RATE = 25;
/** So long after PLAY pictures of before it may still arrive by UDP, which the answer by TCP has overtaken, ms. */
const LATE_ARRIVALS = 300;
/** Clocks that show a picture so long before it was sent, or after, do not agree, ms. */
const MAX_LEAD = 5;
const MAX_LATENCY = 60_000;
/** What is left in the buffer at a goodbye is shown in its time, and a little later the end is told, ms. */
const BUFFER_GRACE = 20;

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
  readonly #buffer: JitterBuffer<ArrivedJpeg>;
  readonly #timers: Timers<"receiver" | "watch" | "goodbye" | "buffer">;
  #state: "idle" | "asked" | "playing" = "idle";
  #held: { readonly kind: "rtp" | "rtcp"; readonly data: Bytes; readonly at: number }[] = [];
  #frames = 0;
  #lastTime: number | undefined;
  /** What is being played: where it ends, and how fast it goes. */
  #until = Infinity;
  #scale = 1;
  /** Milliseconds from the sender's clock to showing. */
  #latency: number | undefined;
  /** Media time of the next picture, where the answer to PLAY did not tell its timestamp. */
  #nextTime: number | undefined;
  /** RTP timestamp with which the answer to PLAY lets the media begin, and the clock time of that answer. */
  #beginning: { readonly timestamp: number; readonly at: number } | undefined;
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
    this.#buffer = new JitterBuffer({ clockRate, latency: context.latencyMs });
    const size = info.width && info.height ? { width: info.width, height: info.height } : undefined;
    this.#receiver = new Receiver({
      payloadType,
      clockRate,
      random: context.random,
      ...(size && { size }),
    });
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
    this.#beginning = answer.timestamp === undefined ? undefined : { timestamp: answer.timestamp, at: now };
    this.#buffer.restart();
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
    this.#buffer.restart();
    this.#timers.clear("buffer");
    this.#timers.clear("watch");
    this.#timers.clear("goodbye");
  }

  close(): void {
    this.stop();
    this.#timers.clearAll();
  }

  counters(): Omit<SessionCounters, "scale"> {
    return { ...this.#receiver.counters(), bufferMs: this.#buffer.delay, latencyMs: this.#latency };
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
    this.#receiver.repair = this.#context.repair();
    this.#take(this.#receiver.rtp(data, at));
  }

  #takeRtcp(data: Bytes, at: number): void {
    this.#lastHeard = at;
    const goodbye = this.#receiver.rtcp(data, at);
    if (!goodbye || this.#state !== "playing") return;
    const grace = Math.max(GOODBYE_GRACE, this.#buffer.delay + BUFFER_GRACE);
    this.#timers.after("goodbye", grace, () => this.#end());
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

  /** Pictures are whole: they are shown at once, or held as long as the unevenness of the network asks for. */
  #take(arrived: readonly ArrivedJpeg[]): void {
    for (const picture of arrived) {
      if (this.#isOfBefore(picture)) continue;
      // A picture that was asked for alone has no neighbours to keep a distance from.
      if (this.#state !== "playing" || this.#until < Infinity) this.#show([picture]);
      else this.#show(this.#buffer.push(picture, picture.jpeg.timestamp, picture.arrival));
    }
    if (arrived.length > 0) this.#awaitBuffer();
  }

  /** Whether a picture was sent before the PLAY that was answered last: its RTP timestamp lies before the answer's. */
  #isOfBefore({ jpeg, arrival }: ArrivedJpeg): boolean {
    const beginning = this.#beginning;
    if (!beginning || arrival > beginning.at + LATE_ARRIVALS) return false;
    return ((jpeg.timestamp - beginning.timestamp) | 0) < 0;
  }

  #awaitBuffer(): void {
    const deadline = this.#buffer.nextDeadline;
    if (deadline === undefined) return;
    this.#timers.set("buffer", deadline, () => {
      this.#show(this.#buffer.take(this.#context.clock.now()));
      this.#awaitBuffer();
    });
  }

  #show(pictures: readonly ArrivedJpeg[]): void {
    for (const { jpeg, arrival } of pictures) {
      const running = this.#frames++;
      if (this.#state !== "playing") continue;
      const { frameRate } = this.#presentation.info;
      if (this.#nextTime !== undefined) this.#clock.begin(jpeg.timestamp, this.#nextTime, this.#scale);
      this.#nextTime = undefined;
      const mediaTime = this.#clock.timeOf(jpeg.timestamp);
      this.#lastTime = mediaTime;
      this.#measureLatency(jpeg.timestamp);
      this.#context.listener.frame({
        data: jpeg.data,
        index: mediaTime !== undefined && frameRate ? Math.max(0, Math.round(mediaTime * frameRate)) : running,
        mediaTime,
        width: jpeg.width,
        height: jpeg.height,
        arrival,
        ...(jpeg.repaired && { repaired: true }),
      });
    }
  }

  #measureLatency(timestamp: number): void {
    const now = this.#context.clock.wallTime();
    const sent = this.#receiver.senderTime(timestamp, now);
    const latency = sent === undefined ? undefined : now - sent;
    this.#latency = latency !== undefined && latency >= -MAX_LEAD && latency <= MAX_LATENCY ? latency : undefined;
  }

  /** One timer for what the receiver waits for: a gap that may still close, and the next report. */
  #schedule(): void {
    const deadline = this.#receiver.nextDeadline;
    if (deadline === this.#scheduled) return;
    this.#scheduled = deadline;
    this.#timers.set("receiver", deadline, () => {
      this.#scheduled = undefined;
      const now = this.#context.clock.now();
      this.#take(this.#receiver.flush(now));
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
    if (this.#everRtp) {
      return new PlayerError("no-media", `The server has sent nothing for ${seconds} s.`, {
        advice: "Press Setup to try again.",
      });
    }
    return new PlayerError("no-media", `The server plays, but no picture has come for ${seconds} s.`, {
      advice: "A firewall may stop it: try TCP (--transport tcp).",
    });
  }

  #end(): void {
    if (this.#state !== "playing") return;
    this.#take(this.#receiver.drain(this.#context.clock.now()));
    this.#show(this.#buffer.drain());
    this.stop();
    this.#context.listener.ended();
  }
}
