import type { Clock } from "../../core/clock.ts";
import { RtspError } from "../../rtsp/status.ts";
import type { Feed } from "../../media/live/feed.ts";
import { BitrateMeter } from "./bitrate.ts";
import { LiveLine } from "./live_line.ts";
import { LiveViewer } from "./live_viewer.ts";
import type { MediaForm } from "../forms/media_form.ts";
import type { Scheduler } from "../sending/scheduler.ts";
import type { Stream, StreamFacts, Viewer, ViewerOptions } from "./stream.ts";

/** A live feed: all viewers see the same frame at the same moment. */
export class LiveStream implements Stream {
  readonly live = true;
  readonly #lines = new Map<MediaForm, LiveLine>();
  readonly #described = new Map<MediaForm, BitrateMeter>();
  #ended = false;

  constructor(
    readonly name: string,
    private readonly feed: Feed,
    private readonly scheduler: Scheduler,
    private readonly clock: Clock,
  ) {
    void feed.ended.then(() => this.end(feed.failure ?? "the feed ended"));
  }

  async describe(form: MediaForm): Promise<StreamFacts> {
    const { latest, frameRate } = this.feed;
    if (!latest) throw new RtspError(503, `${this.name} has no picture yet`, { reason: "No picture yet" });
    const prepared = await form.prepare(latest);
    if ("reason" in prepared) throw new RtspError(415, `${this.name}: ${prepared.reason}`, { reason: prepared.reason });
    const meter = this.#described.get(form) ?? new BitrateMeter();
    this.#described.set(form, meter);
    meter.note(prepared.packets);
    return { width: prepared.width, height: prepared.height, frameRate };
  }

  measure(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  bitrateIn(form: MediaForm): number {
    const { frameRate } = this.feed;
    return this.#lines.get(form)?.bitrate.at(frameRate) || (this.#described.get(form)?.at(frameRate) ?? 0);
  }

  watch(options: ViewerOptions): Viewer {
    if (this.#ended) throw new RtspError(404, `${this.name} has ended`);
    const line = this.#lines.get(options.form) ??
      new LiveLine(this.name, this.feed, options, this.scheduler, this.clock);
    this.#lines.set(options.form, line);
    return new LiveViewer(line, options);
  }

  /** Ends all viewers, with BYE. */
  end(reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const line of this.#lines.values()) line.end(reason);
  }
}
