import { RtspError } from "../rtsp/status.ts";
import { Timeline } from "../rtp/timeline.ts";
import type { Clip } from "../media/clip.ts";
import type { FrameSource } from "./frame_source.ts";
import { Playback } from "./playback.ts";
import { RtpSender } from "./rtp_sender.ts";
import type { Scheduled, Scheduler, Task } from "./scheduler.ts";
import type { StartSlots } from "./start_slots.ts";
import type { PlayRange, PlayStart, Viewer, ViewerOptions } from "./stream.ts";

/** From the answer to PLAY to the first packet, ms: the answer arrives first even where paths differ. */
const PLAY_LEAD_MS = 10;

/** One who watches a film, on a timeline of its own. */
export class FilmViewer implements Viewer, Task {
  readonly sender: RtpSender;
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

  get playing(): boolean {
    return this.#playback.playing;
  }

  get atEnd(): boolean {
    return this.#clip.complete && this.#playback.index >= this.#clip.frameCount;
  }

  /** Frames left out because the form cannot carry them. */
  get skipped(): number {
    return this.#skipped;
  }

  play({ start, end }: PlayRange): PlayStart {
    const index = start === undefined ? this.#resumeIndex() : this.#indexAt(start);
    this.#leaveSlot();
    const at = this.#slots.enter(this.#options.clock.now() + PLAY_LEAD_MS, this.#clip.frameRate);
    this.#inSlot = true;
    this.#options.delivery.discard();
    this.#playback.play(index, end ?? Infinity, at);
    this.#source.prefetch(index);
    this.sender.requestReport();
    this.#scheduled.moveTo(at);
    const time = this.#clip.timeOf(index);
    return {
      start: time,
      ...(end !== undefined && end < this.#clip.duration
        ? { end }
        : this.#clip.complete
        ? { end: this.#clip.duration }
        : {}),
      sequence: this.sender.nextSequence,
      timestamp: this.#timeline.timestampOf(time),
    };
  }

  pause(): void {
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
    const step = this.#playback.step(now, (index) => this.#source.get(index, () => this.#frameArrived()));
    if (step.kind === "packets") {
      if (step.from === 0) {
        this.sender.reportIfDue(now);
        this.#source.prefetch(step.index + 1);
      }
      this.sender.send(step.frame, step.from, step.to, step.timestamp);
    } else if (step.kind === "skipped") {
      this.#skipped++;
    } else if (step.kind === "end") {
      this.#leaveSlot();
      this.sender.bye();
      this.#options.onEnd("the end of the range was reached");
    }
    return this.#playback.deadline;
  }

  failed(thrown: unknown): void {
    this.#options.onFailure(thrown);
  }

  #leaveSlot(): void {
    if (this.#inSlot) this.#slots.leave();
    this.#inSlot = false;
  }

  #frameArrived(): void {
    if (this.#closed) return;
    this.#playback.frameArrived(this.#options.clock.now());
    this.#scheduled.moveTo(this.#playback.deadline);
  }

  /** Where PAUSE left the film; after its end, its start. */
  #resumeIndex(): number {
    return this.atEnd ? 0 : this.#playback.index;
  }

  #indexAt(time: number): number {
    if (this.#clip.complete && time >= this.#clip.duration) {
      throw new RtspError(457, `Cannot play from ${time} s: the film has ${this.#clip.duration} s`);
    }
    return this.#clip.indexAt(time);
  }
}
