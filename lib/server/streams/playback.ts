import type { Timeline } from "../../rtp/timeline.ts";
import { FrameBursts, MAX_BURST } from "../sending/bursts.ts";
import { Course, type FrameTimes, type Passage } from "./course.ts";
import type { MediaPackets } from "../sending/media_packets.ts";

/** Later than so many ms (the process was stopped) nothing is made up: the film goes on from where it is. */
const REBASE_AFTER_MS = 1000;
/** From the last frame shown before a seek to the first one after it, ms, at the least: timestamps never stand still. */
const SEEK_GAP_MS = 1;

/** The packets of a frame; "loading" while they are being made, "unusable" if this form cannot carry the frame. */
export type FrameState = MediaPackets | "loading" | "unusable";

/** Packets of one frame that leave together. */
interface PacketsStep {
  readonly kind: "packets";
  frame: MediaPackets;
  index: number;
  /** The packets `from` (included) to `to` (excluded) of the frame. */
  from: number;
  to: number;
  timestamp: number;
}

/** What one step has to send, or what it found; good until the next step. */
export type PlaybackStep =
  | Readonly<PacketsStep>
  | { readonly kind: "skipped"; readonly index: number }
  | { readonly kind: "nothing" }
  /** The point set by `pauseAt()` was reached. */
  | { readonly kind: "paused" }
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
  readonly #bursts: FrameBursts;
  readonly #queue: Passage[] = [];
  #passage: Passage = { index: 0, scale: 1, speed: 1, loop: false };
  #course: Course | undefined;
  #playing = false;
  #pausing = false;
  #index = 0;
  #lastIndex: number | undefined;
  /** When the last frame that was begun is shown (clock ms). */
  #lastShown = -Infinity;
  #timestamp = 0;
  #lateness = 0;
  #deadline = Infinity;
  /** One for all frames: what is made for each has to be cleared away too. */
  #packets: PacketsStep | undefined;

  /** `maxBurst` is Infinity for a transport that takes only whole frames. */
  constructor(times: FrameTimes, timeline: Timeline, maxBurst = MAX_BURST) {
    this.#times = times;
    this.#timeline = timeline;
    this.#bursts = new FrameBursts(maxBurst);
  }

  get playing(): boolean {
    return this.#playing;
  }

  /** The next frame to begin, or the one that is half sent; -1 or the number of frames past the film's ends. */
  get index(): number {
    return this.#index;
  }

  /** The last frame that was begun. */
  get lastIndex(): number | undefined {
    return this.#lastIndex;
  }

  /** How long after its time the last frame was begun, ms. */
  get lateness(): number {
    return this.#lateness;
  }

  /** What is being played, or was at last. */
  get passage(): Passage {
    return this.#passage;
  }

  /** The last passage that is to be played, behind all that wait. */
  get lastPassage(): Passage {
    return this.#queue.at(-1) ?? this.#passage;
  }

  /** Passages that wait for the one before to end. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** When `step` wants to be called (clock ms); Infinity while paused or waiting for a frame. */
  get deadline(): number {
    return this.#deadline;
  }

  /** Plays a passage at once, its first frame at clock ms `at`; what waited is forgotten. */
  play(passage: Passage, at: number): void {
    this.#queue.length = 0;
    this.#pausing = false;
    this.#playing = true;
    this.#begin(passage, at, this.#timeline.wholeTick(Math.max(at, this.#lastShown + SEEK_GAP_MS)));
    this.#bursts.reset();
    this.#deadline = at;
  }

  /** Plays a passage when all before it have ended, without a gap. */
  queue(passage: Passage): void {
    this.#queue.push(passage);
  }

  /** Stops. A frame that is half sent will be sent again, whole. */
  pause(): void {
    this.#playing = false;
    this.#queue.length = 0;
    this.#bursts.reset();
    this.#deadline = Infinity;
  }

  /** Lets the round under way be the last. */
  endLoop(): void {
    this.#passage = { ...this.#passage, loop: false };
    this.#course = new Course(this.#times, this.#passage);
  }

  /** Stops when media time `time` (seconds) is reached. */
  pauseAt(time: number): void {
    this.#queue.length = 0;
    this.#pausing = true;
    this.#passage = { ...this.#passage, until: time };
    this.#course = new Course(this.#times, this.#passage);
  }

  /** The frame that `step` found loading has arrived, or has turned out to be unusable. */
  frameArrived(now: number): void {
    if (this.#playing && this.#deadline === Infinity) this.#deadline = now;
  }

  /** Names the frames to be sent after the one that is due, at most `count`. */
  forUpcoming(count: number, name: (index: number) => void): void {
    const course = this.#course;
    if (!course) return;
    for (let index = this.#index, left = count; left > 0; left--) {
      const next = course.next(index);
      const following = course.endsAt(next) ? course.restart() ?? this.#queue[0]?.index : next;
      if (following === undefined) return;
      name(following);
      index = following;
    }
  }

  /** What is due at `now`. `frameAt` is asked for the current frame only. */
  step(now: number, frameAt: (index: number) => FrameState): PlaybackStep {
    if (!this.#playing || now < this.#deadline) return NOTHING;
    if (this.#course!.endsAt(this.#index) && !this.#goOn()) {
      this.pause();
      return { kind: this.#pausing ? "paused" : "end" };
    }
    const frame = frameAt(this.#index);
    if (frame === "loading") {
      this.#deadline = Infinity;
      return NOTHING;
    }
    if (frame === "unusable") return this.#skip();
    if (!this.#bursts.underWay) this.#beginFrame(now);
    return this.#sendBurst(now, frame);
  }

  /** Begins the next round or the next passage where the one before ends. */
  #goOn(): boolean {
    const course = this.#course!;
    const restart = course.restart();
    const next = restart === undefined ? this.#queue.shift() : { ...this.#passage, index: restart };
    if (next === undefined) return false;
    const end = course.timeOf(this.#index);
    this.#begin(next, this.#timeline.dueAt(end), this.#timeline.shownAt(end));
    return !this.#course!.endsAt(this.#index) || this.#goOn();
  }

  #begin(passage: Passage, at: number, shownAt: number): void {
    const { index, scale, speed } = passage;
    this.#passage = passage;
    this.#course = new Course(this.#times, passage);
    this.#timeline.begin(this.#times.timeOf(index), at, { scale, speed, shownAt });
    this.#index = index;
  }

  #skip(): PlaybackStep {
    const index = this.#index;
    this.#index = this.#course!.next(index);
    this.#bursts.reset();
    this.#deadline = this.#dueOf(this.#index);
    return { kind: "skipped", index };
  }

  #beginFrame(now: number): void {
    const time = this.#times.timeOf(this.#index);
    if (now - this.#timeline.dueAt(time) > REBASE_AFTER_MS) this.#rebase(time, now);
    const due = this.#timeline.dueAt(time);
    this.#timestamp = this.#timeline.timestampOf(time);
    this.#lastShown = this.#timeline.shownAt(time);
    this.#lastIndex = this.#index;
    this.#lateness = Math.max(0, now - due);
    const interval = this.#dueOf(this.#course!.next(this.#index)) - due;
    this.#bursts.begin(due, Math.min(interval, 1000 / this.#times.frameRate));
  }

  #rebase(time: number, now: number): void {
    const { scale, speed } = this.#passage;
    const shownAt = this.#timeline.wholeTick(Math.max(now, this.#timeline.shownAt(time)));
    this.#timeline.begin(time, now, { scale, speed, shownAt });
  }

  #sendBurst(now: number, frame: MediaPackets): PlaybackStep {
    const index = this.#index;
    const { from, to, next } = this.#bursts.take(now, frame.payloads.length);
    if (next === undefined) {
      this.#index = this.#course!.next(index);
      this.#deadline = Math.max(this.#dueOf(this.#index), this.#bursts.earliestNext);
    } else {
      this.#deadline = next;
    }
    return this.#packetsOf(frame, index, from, to);
  }

  #packetsOf(frame: MediaPackets, index: number, from: number, to: number): PlaybackStep {
    const timestamp = this.#timestamp;
    const step = this.#packets ??= { kind: "packets", frame, index, from, to, timestamp };
    step.frame = frame;
    step.index = index;
    step.from = from;
    step.to = to;
    step.timestamp = timestamp;
    return step;
  }

  /** When frame `index` is due, or the end of the passage if that comes first. */
  #dueOf(index: number): number {
    return this.#timeline.dueAt(this.#course!.timeOf(index));
  }
}
