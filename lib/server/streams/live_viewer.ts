import { RtspError } from "../../rtsp/status.ts";
import type { DelayMeter } from "./delay_meter.ts";
import type { LineViewer, LiveLine } from "./live_line.ts";
import type { MediaPackets } from "../sending/media_packets.ts";
import { RtpSender } from "../sending/rtp_sender.ts";
import type { Pace, PlayOrder, PlayStart, Viewer, ViewerOptions } from "./stream.ts";

/** One who watches a live feed: moments and timestamps are those of all, and so is the count of packets until it pauses. */
export class LiveViewer implements Viewer, LineViewer {
  readonly atEnd = false;
  /** What was shown is gone: clock times cannot be asked for. */
  readonly recordedAt = undefined;
  readonly pace: Pace = { scale: 1, speed: 1 };
  readonly sender: RtpSender;
  readonly #line: LiveLine;
  readonly #options: ViewerOptions;
  /** Whether its delivery takes whole frames only. */
  readonly #whole: boolean;
  #playing = false;
  #closed = false;

  constructor(line: LiveLine, options: ViewerOptions) {
    this.#line = line;
    this.#options = options;
    this.#whole = options.delivery.maxBurst === Infinity;
    this.sender = new RtpSender({ ...options, ssrc: line.ssrc, timestampAt: (now) => line.timestampAt(now) });
  }

  /** All who watch the line get their frames together. */
  get delay(): DelayMeter {
    return this.#line.delay;
  }

  get playing(): boolean {
    return this.#playing;
  }

  /** What is live has the pace of life, whatever is asked for. */
  grant(): Pace {
    return this.pace;
  }

  foresee({ start }: PlayOrder): PlayStart {
    if (start !== undefined && start > 0) throw new RtspError(456, `Cannot play from ${start} s: the stream is live`);
    return this.pace;
  }

  play(order: PlayOrder): PlayStart {
    this.foresee(order);
    this.#playing = true;
    // Later on the count goes on without a gap, which receivers take for loss.
    if (this.sender.packets === 0 && !this.#options.countsAnew) this.sender.beginAt(this.#line.nextSequence);
    this.sender.requestReport();
    this.#line.join(this);
    const timestamp = this.#line.timestampAt(this.#options.clock.now());
    return { first: { sequence: this.sender.nextSequence, timestamp }, ...this.pace };
  }

  pause(at?: number): void {
    if (at !== undefined) throw new RtspError(457, `Cannot pause at ${at} s: the stream is live`);
    this.#playing = false;
    this.#line.leave(this);
    this.#options.delivery.discard();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.pause();
    this.sender.bye();
  }

  /** Takes packets `from` to `to` (excluded) of a frame; a delivery of whole frames takes them all with the first. */
  send(frame: MediaPackets, from: number, to: number, timestamp: number, now: number): void {
    if (!this.#playing || (this.#whole && from > 0)) return;
    try {
      if (from === 0) this.sender.reportIfDue(now);
      this.sender.send(frame, from, this.#whole ? frame.payloads.length : to, timestamp);
    } catch (thrown) {
      this.failed(thrown);
    }
  }

  /** The feed is over. */
  ended(reason: string): void {
    this.pause();
    this.sender.bye();
    this.#options.onEnd(reason);
  }

  failed(thrown: unknown): void {
    this.#options.onFailure(thrown);
  }
}
