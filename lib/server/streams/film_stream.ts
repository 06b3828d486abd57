import { type Clock, sleep } from "../../core/clock.ts";
import { errorMessage } from "../../core/errors.ts";
import { RtspError } from "../../rtsp/status.ts";
import type { Clip } from "../../media/clip.ts";
import { FilmViewer } from "./film_viewer.ts";
import { FrameSource } from "./frame_source.ts";
import type { MediaForm } from "../forms/media_form.ts";
import { noteSize } from "../forms/form_notes.ts";
import type { PacketCache } from "../forms/packet_cache.ts";
import type { Scheduler } from "../sending/scheduler.ts";
import type { Stream, StreamFacts, Viewer, ViewerOptions } from "./stream.ts";

/** Pixels. */
interface Size {
  readonly width: number;
  readonly height: number;
}

/** How long DESCRIBE waits for a large film's length; after that the description has none. */
const MEASURE_TIMEOUT_MS = 3000;

/** Frames of a film whose times are compared with their numbers, evenly spread. */
const MAX_COMPARED = 4096;
/** So far, in frames, a time may lie from what number and rate say: what `Clip.indexAt` tolerates. */
const TIME_TOLERANCE = 1e-4;

/** Whether each frame's number and the frame rate tell its time: so a client that counts finds the frame it means. */
function hasEvenTimes(clip: Clip): boolean {
  const { frameCount, frameRate } = clip;
  const step = Math.max(1, Math.floor(frameCount / MAX_COMPARED));
  for (let index = 0; index < frameCount; index += step) {
    if (Math.abs(clip.timeOf(index) * frameRate - index) > TIME_TOLERANCE) return false;
  }
  return true;
}

/** A film: every viewer has its own place in it, the packets are shared. */
export class FilmStream implements Stream {
  readonly live = false;
  readonly #sources = new Map<MediaForm, FrameSource>();
  readonly #sizes = new Map<MediaForm, Promise<Size>>();

  constructor(
    readonly name: string,
    private readonly clip: Clip,
    private readonly cache: PacketCache,
    private readonly scheduler: Scheduler,
    private readonly clock: Clock,
  ) {}

  async describe(form: MediaForm): Promise<StreamFacts> {
    const size = await this.#sizeIn(form);
    const { frameRate, duration } = await this.measure();
    return {
      ...size,
      ...(hasEvenTimes(this.clip) ? { frameRate } : {}),
      ...(this.clip.complete ? { duration } : {}),
    };
  }

  /** Waits until the film's length is known, or would take too long to find. */
  async measure(): Promise<{ frameCount: number; frameRate: number; duration: number }> {
    if (!this.clip.complete) {
      const done = new AbortController();
      await Promise.race([this.clip.ready, sleep(this.clock, MEASURE_TIMEOUT_MS, done.signal)]);
      done.abort();
    }
    const { frameCount, frameRate, duration } = this.clip;
    return { frameCount, frameRate, duration };
  }

  bitrateIn(form: MediaForm): number {
    return this.#sources.get(form)?.bitrate.at(this.clip.frameRate) ?? 0;
  }

  watch(options: ViewerOptions): Viewer {
    return new FilmViewer(this.clip, this.#sourceFor(options.form), this.scheduler, options);
  }

  /** Whether this stream plays the same state of the same file. */
  isOf(clip: Clip): boolean {
    return this.clip.identity === clip.identity;
  }

  close(): void {
    for (const source of this.#sources.values()) source.close();
    this.clip.close();
  }

  #sizeIn(form: MediaForm): Promise<Size> {
    const known = this.#sizes.get(form);
    if (known) return known;
    const size = this.#firstFrameSize(form);
    this.#sizes.set(form, size);
    size.then((size) => noteSize(this.name, size), () => this.#sizes.delete(form));
    return size;
  }

  async #firstFrameSize(form: MediaForm): Promise<Size> {
    try {
      const prepared = await form.prepare(await this.clip.read(0));
      if ("reason" in prepared) {
        throw new RtspError(415, `${this.name}: ${prepared.reason}`, { reason: prepared.reason });
      }
      this.#sourceFor(form).bitrate.note(prepared.packets);
      return { width: prepared.width, height: prepared.height };
    } catch (thrown) {
      if (thrown instanceof RtspError) throw thrown;
      const reason = errorMessage(thrown);
      throw new RtspError(415, `${this.name}: ${reason}`, { reason, cause: thrown });
    }
  }

  #sourceFor(form: MediaForm): FrameSource {
    const known = this.#sources.get(form);
    if (known) return known;
    const source = new FrameSource(this.name, this.clip, form, this.cache);
    this.#sources.set(form, source);
    return source;
  }
}
