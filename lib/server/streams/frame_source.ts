import { errorMessage, InvalidDataError } from "../../core/errors.ts";
import type { Frame } from "../../core/frame.ts";
import { underWay } from "../../core/operations.ts";
import type { Clip } from "../../media/clip.ts";
import { BitrateMeter } from "./bitrate.ts";
import { FormNotes } from "../forms/form_notes.ts";
import type { MediaForm } from "../forms/media_form.ts";
import type { CachedFrame, PacketCache } from "../forms/packet_cache.ts";
import type { FrameState } from "./playback.ts";

/** How many frames ahead a viewer asks for: of those that are ready at once, and of those that threads work on. */
const LIGHT_LOOKAHEAD = 1;
const HEAVY_LOOKAHEAD = 4;

/** The frames of one film in one form: read, prepared once, shared by all who watch. */
export class FrameSource {
  /** What the frames made ready so far come to. */
  readonly bitrate = new BitrateMeter();
  readonly #clip: Clip;
  readonly #form: MediaForm;
  readonly #cache: PacketCache;
  readonly #number: number;
  readonly #loading = new Map<number, (() => void)[]>();
  readonly #notes: FormNotes;
  /** The frame that was asked for last, by index: most viewers ask for the same. */
  #newest: { readonly index: number; readonly frame: CachedFrame } | undefined;
  /** The frame that was prefetched last. */
  #prefetched = -1;
  #heavy = false;
  #damaged = false;

  constructor(name: string, clip: Clip, form: MediaForm, cache: PacketCache) {
    this.#clip = clip;
    this.#form = form;
    this.#cache = cache;
    this.#number = cache.newSource();
    this.#notes = new FormNotes(name, form.name);
  }

  /** How many frames ahead a viewer should ask for. */
  get lookahead(): number {
    return this.#heavy ? HEAVY_LOOKAHEAD : LIGHT_LOOKAHEAD;
  }

  /** Whether the film has changed on its way, so that frames are lost. */
  get damaged(): boolean {
    return this.#damaged;
  }

  /** The packets of a frame; while they are "loading", `arrived` is called once when to ask again. */
  get(index: number, arrived: () => void): FrameState {
    if (this.#newest?.index === index) return this.#newest.frame;
    const frame = this.#cache.get(this.#number, index);
    if (frame !== undefined) {
      this.#newest = { index, frame };
      return frame;
    }
    this.#load(index, true).push(arrived);
    return "loading";
  }

  /** Begins to load a frame that will soon be needed, unless the threads have enough to do. */
  prefetch(index: number): void {
    if (index === this.#prefetched || index >= this.#clip.frameCount) return;
    if (this.#cache.get(this.#number, index) === undefined) {
      if (this.#heavy && !(this.#form.pool?.hasRoom ?? true)) return;
      this.#load(index, false);
    }
    this.#prefetched = index;
  }

  /** Gives back the memory: nobody watches any more. */
  close(): void {
    this.#newest = undefined;
    this.#cache.forget(this.#number);
  }

  #load(index: number, urgent: boolean): (() => void)[] {
    const loading = this.#loading.get(index);
    if (loading) return loading;
    const waiting: (() => void)[] = [];
    this.#loading.set(index, waiting);
    void underWay(this.#prepare(index, urgent)).then((frame) => {
      this.#cache.set(this.#number, index, frame, this.#heavy);
      this.#loading.delete(index);
      for (const arrived of waiting) arrived();
    });
    return waiting;
  }

  async #prepare(index: number, urgent: boolean): Promise<CachedFrame> {
    try {
      // Before it is read: a frame that waits for a thread takes no memory.
      if (this.#heavy) await this.#form.pool?.room();
      const prepared = await this.#form.prepare(await this.#read(index), urgent);
      if ("reason" in prepared) return this.#refuse(index, prepared.reason);
      this.#heavy = prepared.heavy ?? false;
      if (prepared.change !== undefined) this.#notes.wasChanged(index, prepared.change);
      this.bitrate.note(prepared.packets);
      return prepared.packets;
    } catch (thrown) {
      return this.#refuse(index, errorMessage(thrown));
    }
  }

  async #read(index: number): Promise<Frame> {
    try {
      return await this.#clip.read(index);
    } catch (thrown) {
      if (thrown instanceof InvalidDataError) this.#damaged = true;
      throw thrown;
    }
  }

  #refuse(index: number, reason: string): CachedFrame {
    this.#notes.refused(index, reason);
    return "unusable";
  }
}
