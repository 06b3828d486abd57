import type { ReceivedFrame } from "../player_types.ts";

/** Pictures that are remembered, and their bytes together. */
export const MAX_REMEMBERED = 64;
export const MAX_REMEMBERED_BYTES = 8 * 1024 * 1024;

/** The last pictures by their numbers, so that a step back needs no server; pure. */
export class FrameHistory {
  readonly #frames = new Map<number, ReceivedFrame>();
  #bytes = 0;

  /** Takes a picture; the oldest leave for it. */
  add(frame: ReceivedFrame): void {
    this.#remove(frame.index);
    this.#frames.set(frame.index, frame);
    this.#bytes += frame.data.length;
    for (const index of this.#frames.keys()) {
      if (this.#frames.size <= MAX_REMEMBERED && this.#bytes <= MAX_REMEMBERED_BYTES) return;
      this.#remove(index);
    }
  }

  /** The picture with that number, if it is remembered. */
  get(index: number): ReceivedFrame | undefined {
    return this.#frames.get(index);
  }

  clear(): void {
    this.#frames.clear();
    this.#bytes = 0;
  }

  #remove(index: number): void {
    this.#bytes -= this.#frames.get(index)?.data.length ?? 0;
    this.#frames.delete(index);
  }
}
