import type { Clock } from "../../core/clock.ts";
import { errorMessage } from "../../core/errors.ts";
import type { Frame } from "../../core/frame.ts";
import type { Feed } from "../../media/live/feed.ts";
import { Timeline } from "../../rtp/timeline.ts";
import { BitrateMeter } from "./bitrate.ts";
import { DelayMeter } from "./delay_meter.ts";
import { FormNotes } from "../forms/form_notes.ts";
import type { MediaForm } from "../forms/media_form.ts";
import { FrameBursts, MAX_BURST } from "../sending/bursts.ts";
import type { MediaPackets } from "../sending/media_packets.ts";
import type { Scheduled, Scheduler, Task } from "../sending/scheduler.ts";
import type { FirstNumbers } from "./stream.ts";

/** Share of the newest distance between two frames in the mean of all. */
const MEAN_SHARE = 1 / 8;

/** What a line needs of those who watch it. */
export interface LineViewer {
  /** Takes packets `from` to `to` (excluded) of a frame. */
  send(frame: MediaPackets, from: number, to: number, timestamp: number, now: number): void;
  /** The feed is over. */
  ended(reason: string): void;
  failed(thrown: unknown): void;
}

/**
 * A live feed in one form: one timeline, one deadline and one count of packets for all who watch it. Whoever has missed
 * none since it came gets packets with the same headers as the others, which need not be written for each.
 */
export class LiveLine implements Task {
  /** The source that all packets name. */
  readonly ssrc: number;
  /** What the frames sent so far come to. */
  readonly bitrate = new BitrateMeter();
  /** From when a frame had come until it left. */
  readonly delay = new DelayMeter();
  readonly #feed: Feed;
  readonly #form: MediaForm;
  readonly #clock: Clock;
  readonly #timeline: Timeline;
  readonly #scheduled: Scheduled;
  readonly #notes: FormNotes;
  readonly #bursts = new FrameBursts(MAX_BURST);
  readonly #viewers = new Set<LineViewer>();
  #unsubscribe: (() => void) | undefined;
  #preparing = false;
  /** The newest frame that waits for its turn. */
  #waiting: MediaPackets | undefined;
  #waitingSince = 0;
  #current: { frame: MediaPackets; timestamp: number; viewers: LineViewer[] } | undefined;
  /** When the last frame came (clock ms), and the mean time between two. */
  #lastCame = -Infinity;
  #distance = Infinity;
  #nextSequence: number;

  /** `first` has the form, and the numbers that its packets begin with. */
  constructor(
    name: string,
    feed: Feed,
    first: FirstNumbers & { readonly form: MediaForm },
    scheduler: Scheduler,
    clock: Clock,
  ) {
    const { form, ssrc, firstSequence, firstTimestamp } = first;
    this.ssrc = ssrc;
    this.#nextSequence = firstSequence;
    this.#feed = feed;
    this.#form = form;
    this.#clock = clock;
    this.#notes = new FormNotes(name, form.name);
    this.#timeline = new Timeline({ firstTimestamp, origin: clock.now() });
    this.#scheduled = scheduler.add(this, Infinity);
  }

  /** Number of the first packet of the next frame, 16 bits. */
  get nextSequence(): number {
    return this.#nextSequence;
  }

  /** The RTP timestamp of a moment (clock ms). */
  timestampAt(now: number): number {
    return this.#timeline.timestampAt(now);
  }

  join(viewer: LineViewer): void {
    this.#viewers.add(viewer);
    this.#unsubscribe ??= this.#feed.subscribe((frame) => void this.#take(frame));
  }

  leave(viewer: LineViewer): void {
    this.#viewers.delete(viewer);
    if (this.#viewers.size > 0) return;
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    this.#waiting = undefined;
  }

  /** Ends all viewers: the feed is over. */
  end(reason: string): void {
    for (const viewer of [...this.#viewers]) viewer.ended(reason);
    this.#scheduled.cancel();
  }

  step(now: number): number {
    if (!this.#current) this.#beginFrame(now);
    const current = this.#current;
    if (!current) return Infinity;
    const { from, to, next } = this.#bursts.take(now, current.frame.payloads.length);
    for (const viewer of current.viewers) viewer.send(current.frame, from, to, current.timestamp, now);
    if (next !== undefined) return next;
    this.#current = undefined;
    // What fits into one burst leaves when it comes.
    if (from === 0) this.#bursts.reset();
    return this.#waiting ? this.#bursts.earliestNext : Infinity;
  }

  failed(thrown: unknown): void {
    for (const viewer of [...this.#viewers]) viewer.failed(thrown);
  }

  #beginFrame(now: number): void {
    const frame = this.#waiting;
    if (!frame) return;
    this.#waiting = undefined;
    this.delay.note(now - this.#waitingSince);
    this.#bursts.begin(now, Math.min(1000 / this.#feed.frameRate, this.#distance));
    this.#nextSequence = (this.#nextSequence + frame.payloads.length) & 0xffff;
    this.#current = { frame, timestamp: this.timestampAt(now), viewers: [...this.#viewers] };
  }

  /** Prepares a frame; one that comes while another is being prepared is left out: the newest is worth most. */
  async #take(frame: Frame): Promise<void> {
    if (this.#preparing) return;
    this.#preparing = true;
    try {
      const prepared = await this.#form.prepare(frame);
      if ("reason" in prepared) return this.#notes.refused(frame.index, prepared.reason);
      if (prepared.change !== undefined) this.#notes.wasChanged(frame.index, prepared.change);
      this.#offer(prepared.packets);
    } catch (thrown) {
      this.#notes.refused(frame.index, errorMessage(thrown));
    } finally {
      this.#preparing = false;
    }
  }

  #offer(packets: MediaPackets): void {
    if (this.#viewers.size === 0) return;
    this.#waiting = packets;
    this.bitrate.note(packets);
    const now = this.#clock.now();
    this.#waitingSince = now;
    this.#noteArrival(now);
    if (this.#current) return;
    // What may leave at once does not wait for a turn of the event loop.
    if (this.#bursts.earliestNext <= now) this.#scheduled.callNow();
    else this.#scheduled.moveTo(this.#bursts.earliestNext);
  }

  /** A source may be faster than its frame rate says; then its frames have less time to leave. */
  #noteArrival(now: number): void {
    const distance = now - this.#lastCame;
    this.#distance = this.#distance === Infinity ? distance : this.#distance + (distance - this.#distance) * MEAN_SHARE;
    this.#lastCame = now;
  }
}
