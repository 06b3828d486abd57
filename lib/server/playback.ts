import type { Timeline } from "../rtp/timeline.ts";
import type { MediaPackets } from "./rtp_sender.ts";

/** Packets sent at once; a frame of more is spread over the frame interval (a default buffer holds about 92). */
export const MAX_BURST = 32;
/** Quarters of the frame interval over which a large frame is spread. */
const SPREAD_QUARTERS = 3;

/** The pause between the bursts of a frame, in ms: whole quarters if it has few, where the bursts of others are too. */
export function burstPause(interval: number, bursts: number): number {
  const quarters = SPREAD_QUARTERS / bursts;
  return (quarters >= 1 ? Math.floor(quarters) : quarters) * interval / 4;
}

/** A late sender makes up for it with frames at most so much closer together than they are recorded. */
const CATCH_UP = 0.5;
/** Later than so many ms (the process was stopped) nothing is made up: the film goes on from where it is. */
const REBASE_AFTER_MS = 1000;

/** The end of a range travels as decimal text: a frame so little before it is the one that the client means, seconds. */
const END_TOLERANCE_S = 1e-5;

/** The times of a film's frames: what playback needs to know of a clip. */
export interface FrameTimes {
  readonly frameCount: number;
  readonly frameRate: number;
  /** Seconds from the first frame to the end of the last one. */
  readonly duration: number;
  /** Whether all frames are known. */
  readonly complete: boolean;
  timeOf(index: number): number;
  indexAt(time: number): number;
}

/** The packets of a frame; "loading" while they are being made, "unusable" if this form cannot carry the frame. */
export type FrameState = MediaPackets | "loading" | "unusable";

/** What one step has to send, or what it found. */
export type PlaybackStep =
  | {
    readonly kind: "packets";
    readonly frame: MediaPackets;
    readonly index: number;
    /** The packets `from` (included) to `to` (excluded) of the frame. */
    readonly from: number;
    readonly to: number;
    readonly timestamp: number;
  }
  | { readonly kind: "skipped"; readonly index: number }
  | { readonly kind: "nothing" }
  | { readonly kind: "end" };

const NOTHING: PlaybackStep = { kind: "nothing" };

/**
 * One viewer's way through a film: which packets are to leave at which moment. It holds no clock and no socket.
 *
 * Every frame has an absolute deadline from its time in the film. A large frame leaves in bursts inside its interval.
 * A late step catches up by shortening the pauses, never by sending everything at once.
 */
export class Playback {
  readonly #times: FrameTimes;
  readonly #timeline: Timeline;
  readonly #maxBurst: number;
  #playing = false;
  #index = 0;
  #until = Infinity;
  /** Packets of the current frame that have left. */
  #sent = 0;
  /** When the current frame was due and when its first packet left (clock ms). */
  #due = 0;
  #begun = 0;
  #timestamp = 0;
  #deadline = Infinity;

  /** `maxBurst` is Infinity for a transport that takes only whole frames. */
  constructor(times: FrameTimes, timeline: Timeline, maxBurst = MAX_BURST) {
    this.#times = times;
    this.#timeline = timeline;
    this.#maxBurst = maxBurst;
  }

  get playing(): boolean {
    return this.#playing;
  }

  /** The next frame to begin; the frame that is half sent, if one is. */
  get index(): number {
    return this.#index;
  }

  /** When `step` wants to be called (clock ms); Infinity while paused or waiting for a frame. */
  get deadline(): number {
    return this.#deadline;
  }

  /** Plays from frame `index` up to media time `until` (seconds, excluded), the first frame at clock ms `at`. */
  play(index: number, until: number, at: number): void {
    this.#timeline.begin(this.#times.timeOf(index), at);
    this.#playing = true;
    this.#index = index;
    this.#until = until;
    this.#sent = 0;
    this.#begun = -Infinity;
    this.#deadline = at;
  }

  /** Stops. A frame that is half sent will be sent again, whole. */
  pause(): void {
    this.#playing = false;
    this.#sent = 0;
    this.#deadline = Infinity;
  }

  /** The frame that `step` found loading has arrived, or has turned out to be unusable. */
  frameArrived(now: number): void {
    if (this.#playing && this.#deadline === Infinity) this.#deadline = now;
  }

  /** What is due at `now`. `frameAt` is asked for the current frame only. */
  step(now: number, frameAt: (index: number) => FrameState): PlaybackStep {
    if (!this.#playing || now < this.#deadline) return NOTHING;
    if (this.#atEnd()) {
      this.pause();
      return { kind: "end" };
    }
    const frame = frameAt(this.#index);
    if (frame === "loading") {
      this.#deadline = Infinity;
      return NOTHING;
    }
    if (frame === "unusable") return this.#skip();
    if (this.#sent === 0) this.#beginFrame(now);
    return this.#sendBurst(now, frame);
  }

  #atEnd(): boolean {
    const { frameCount, complete } = this.#times;
    if (this.#index >= frameCount) return complete;
    return this.#times.timeOf(this.#index) >= this.#until - END_TOLERANCE_S;
  }

  #skip(): PlaybackStep {
    const index = this.#index++;
    this.#sent = 0;
    this.#deadline = this.#dueOf(this.#index);
    return { kind: "skipped", index };
  }

  #beginFrame(now: number): void {
    const time = this.#times.timeOf(this.#index);
    if (now - this.#timeline.dueAt(time) > REBASE_AFTER_MS) this.#timeline.begin(time, now);
    this.#due = this.#timeline.dueAt(time);
    this.#timestamp = this.#timeline.timestampOf(time);
    this.#begun = now;
  }

  #sendBurst(now: number, frame: MediaPackets): PlaybackStep {
    const count = frame.payloads.length;
    const bursts = Math.ceil(count / this.#maxBurst) || 1;
    const from = this.#sent;
    const to = Math.min(count, from + Math.ceil(count / bursts));
    const interval = this.#intervalOf(this.#index);
    const pause = burstPause(interval, bursts);
    const index = this.#index;
    if (to < count) {
      this.#sent = to;
      const planned = this.#due + pause * Math.round(to * bursts / count);
      this.#deadline = Math.max(planned, now + pause * CATCH_UP);
    } else {
      this.#sent = 0;
      this.#index++;
      this.#deadline = Math.max(this.#dueOf(this.#index), this.#begun + interval * CATCH_UP);
    }
    return { kind: "packets", frame, index, from, to, timestamp: this.#timestamp };
  }

  /** When frame `index` is due, or the end of the range if that comes first. */
  #dueOf(index: number): number {
    const { frameCount, duration } = this.#times;
    const time = index < frameCount ? this.#times.timeOf(index) : duration;
    return this.#timeline.dueAt(Math.min(time, this.#until));
  }

  /** Milliseconds from frame `index` to the next one. */
  #intervalOf(index: number): number {
    const { frameCount, frameRate } = this.#times;
    if (index + 1 >= frameCount) return 1000 / frameRate;
    return Math.max(0, this.#times.timeOf(index + 1) - this.#times.timeOf(index)) * 1000;
  }
}
