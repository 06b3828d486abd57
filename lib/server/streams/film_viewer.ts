import { RtspError } from "../../rtsp/status.ts";
import { Timeline } from "../../rtp/timeline.ts";
import type { Clip } from "../../media/clip.ts";
import { Course, type Passage } from "./course.ts";
import { DelayMeter } from "./delay_meter.ts";
import type { FrameSource } from "./frame_source.ts";
import { grantPace } from "./pace.ts";
import { Playback } from "./playback.ts";
import { RtpSender } from "../sending/rtp_sender.ts";
import type { Scheduled, Scheduler, Task } from "../sending/scheduler.ts";
import type { StartSlots } from "../sending/start_slots.ts";
import type { Pace, PlayOrder, PlayStart, Viewer, ViewerOptions } from "./stream.ts";

/** From the answer to PLAY to the first packet, ms: the answer arrives first even where paths differ. */
const PLAY_LEAD_MS = 10;
/** Ranges that may wait for the one before to end. */
const MAX_QUEUED = 16;
/** Rounding of times that travel as decimal text, seconds. */
const TIME_TOLERANCE_S = 1e-3;

/** One who watches a film, on a timeline of its own. */
export class FilmViewer implements Viewer, Task {
  readonly sender: RtpSender;
  readonly delay = new DelayMeter();
  readonly #clip: Clip;
  readonly #source: FrameSource;
  readonly #options: ViewerOptions;
  readonly #timeline: Timeline;
  readonly #playback: Playback;
  readonly #scheduled: Scheduled;
  readonly #slots: StartSlots;
  #inSlot = false;
  #skipped = 0;
  #closed = false;

  constructor(clip: Clip, source: FrameSource, scheduler: Scheduler, options: ViewerOptions) {
    const { clock, firstTimestamp, delivery } = options;
    this.#clip = clip;
    this.#source = source;
    this.#options = options;
    this.#timeline = new Timeline({ firstTimestamp, origin: clock.now() });
    this.#playback = new Playback(clip, this.#timeline, delivery.maxBurst);
    this.sender = new RtpSender({ ...options, timestampAt: (now) => this.#timeline.timestampAt(now) });
    this.#slots = scheduler.slots;
    this.#scheduled = scheduler.add(this, Infinity);
  }

  get recordedAt(): number | undefined {
    return this.#clip.recordedAt;
  }

  get playing(): boolean {
    return this.#playback.playing;
  }

  get atEnd(): boolean {
    return !this.playing && this.#clip.complete && this.#playback.index >= this.#clip.frameCount;
  }

  /** Frames left out because the form cannot carry them. */
  get skipped(): number {
    return this.#skipped;
  }

  get pace(): Pace {
    const { scale, speed } = this.#playback.passage;
    return { scale, speed };
  }

  grant(order: PlayOrder): Pace {
    return grantPace(order);
  }

  play(order: PlayOrder): PlayStart {
    const passage = this.#passageFor(order);
    const answer = this.#rangeOf(passage);
    if (this.#isSequel(order, passage)) {
      if (this.#playback.waiting >= MAX_QUEUED) throw new RtspError(503, "Cannot queue one more range");
      this.#playback.queue(passage);
      return answer;
    }
    this.#leaveSlot();
    const at = this.#beginning(order);
    this.#options.delivery.discard();
    this.#playback.play(passage, at);
    this.#source.prefetch(passage.index);
    this.sender.requestReport();
    this.#scheduled.moveTo(at);
    const timestamp = this.#timeline.timestampOf(this.#clip.timeOf(passage.index));
    return { ...answer, first: { sequence: this.sender.nextSequence, timestamp } };
  }

  foresee(order: PlayOrder): PlayStart {
    return this.#rangeOf(this.#passageFor(order));
  }

  pause(at?: number): void {
    if (at !== undefined) return this.#pauseAt(at);
    this.#leaveSlot();
    this.#playback.pause();
    this.#options.delivery.discard();
    this.#scheduled.moveTo(Infinity);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.pause();
    this.#scheduled.cancel();
    this.sender.bye();
  }

  step(now: number): number {
    const step = this.#playback.step(now, this.#frameAt);
    if (step.kind === "packets") {
      if (step.from === 0) {
        this.delay.note(this.#playback.lateness);
        this.sender.reportIfDue(now);
        this.#playback.forUpcoming(this.#source.lookahead, this.#prefetch);
      }
      this.sender.send(step.frame, step.from, step.to, step.timestamp);
    } else if (step.kind === "skipped") {
      this.#skipped++;
      // What is left of a film that was rewritten is not worth looping: who asks again gets the new one.
      if (this.#source.damaged && this.#playback.passage.loop) this.#playback.endLoop();
    } else if (step.kind === "end") {
      this.#leaveSlot();
      this.sender.bye();
      this.#options.onEnd("the end of the range was reached");
    } else if (step.kind === "paused") {
      // No BYE: the client asked for a pause, and will go on.
      this.#leaveSlot();
      this.#options.onEnd("the point set for the pause was reached");
    }
    return this.#playback.deadline;
  }

  failed(thrown: unknown): void {
    this.#options.onFailure(thrown);
  }

  /** When the first frame leaves: at the moment that was asked for, else in the next slot, where those of others are. */
  #beginning({ at }: PlayOrder): number {
    const soonest = this.#options.clock.now() + PLAY_LEAD_MS;
    if (at !== undefined && at > soonest) return at;
    this.#inSlot = true;
    return this.#slots.enter(soonest, this.#clip.frameRate);
  }

  #leaveSlot(): void {
    if (this.#inSlot) this.#slots.leave();
    this.#inSlot = false;
  }

  readonly #frameAt = (index: number) => this.#source.get(index, this.#frameArrived);

  readonly #prefetch = (index: number) => this.#source.prefetch(index);

  readonly #frameArrived = () => {
    if (this.#closed) return;
    this.#playback.frameArrived(this.#options.clock.now());
    this.#scheduled.moveTo(this.#playback.deadline);
  };

  #passageFor(order: PlayOrder): Passage {
    // A change of pace on the way leaves what it does not name.
    const pace = this.grant(order.start === undefined && this.playing ? { ...this.pace, ...order } : order);
    const [start, end] = inOrder(order, pace.scale);
    const index = start === undefined ? this.#resumeIndex(pace.scale) : this.#indexAt(start);
    const { until: current, scale } = this.#playback.passage;
    const goesOn = start === undefined && this.playing && Math.sign(scale) === Math.sign(pace.scale);
    const until = end ?? (goesOn ? current : undefined);
    const passage = { index, ...pace, loop: this.#options.loop ?? false, ...(until === undefined ? {} : { until }) };
    if (start === undefined && end !== undefined && new Course(this.#clip, passage).endsAt(index)) {
      throw new RtspError(457, `Cannot play to ${end} s: the film stands at ${this.#clip.timeOf(index)} s`);
    }
    return passage;
  }

  /** What the answer says of a passage. */
  #rangeOf({ index, until, scale, speed, loop }: Passage): PlayStart {
    const { duration, complete } = this.#clip;
    const last = scale < 0 ? 0 : complete && (!loop || until !== undefined) ? duration : undefined;
    const end = until === undefined || (last !== undefined && scale > 0 && until > last) ? last : until;
    return { start: this.#clip.timeOf(index), ...(end === undefined ? {} : { end }), scale, speed };
  }

  /**
   * Whether a range is queued (RFC 2326 section 10.5) rather than played at once: only where the one before has an end of
   * its own and the new one begins there or behind it. All else is a seek to the clients of today.
   */
  #isSequel({ start, at }: PlayOrder, { scale }: Passage): boolean {
    const { until, scale: before } = this.#playback.lastPassage;
    if (!this.playing || at !== undefined || start === undefined || until === undefined) return false;
    return scale > 0 && before > 0 && start >= until - TIME_TOLERANCE_S;
  }

  #pauseAt(at: number): void {
    const { playing, passage: { until, scale }, index } = this.#playback;
    const ahead = (time: number) => Math.sign(scale) * (at - time) >= -TIME_TOLERANCE_S;
    const { complete, duration } = this.#clip;
    const last = until ?? (scale < 0 ? 0 : complete ? duration : Infinity);
    const behindEnd = Math.sign(scale) * (at - last) > TIME_TOLERANCE_S;
    if (!playing || index < 0 || behindEnd || !ahead(this.#clip.timeOf(index))) {
      throw new RtspError(457, `Cannot pause at ${at} s: it is not to be played`);
    }
    this.#playback.pauseAt(at);
  }

  /** Where PAUSE left the film; after its end, its start, and the other way round. When it turns, the frame on the screen. */
  #resumeIndex(scale: number): number {
    const { index, lastIndex, passage } = this.#playback;
    const { frameCount, complete } = this.#clip;
    const turned = Math.sign(scale) !== Math.sign(passage.scale);
    if (turned && lastIndex !== undefined) return lastIndex;
    if (scale < 0) return index < 0 ? frameCount - 1 : Math.min(index, frameCount - 1);
    return index < 0 || (complete && index >= frameCount) ? 0 : index;
  }

  #indexAt(time: number): number {
    if (this.#clip.complete && time >= this.#clip.duration) {
      throw new RtspError(457, `Cannot play from ${time} s: the film has ${this.#clip.duration} s`);
    }
    return this.#clip.indexAt(time);
  }
}

/** Start and end in the order in which they are played: backward, the later one is the start. */
function inOrder({ start, end }: PlayOrder, scale: number): [start: number | undefined, end: number | undefined] {
  return scale < 0 && start !== undefined && end !== undefined && start < end ? [end, start] : [start, end];
}
