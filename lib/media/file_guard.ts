import { equalBytes } from "../core/bytes.ts";
import type { Bytes } from "../core/bytes.ts";
import { type FileState, type RandomAccess, sameState } from "./random_access_file.ts";

/** Bytes that are remembered of a frame. */
const SAMPLE_SIZE = 512;

/** What became of a file since it was indexed. */
export type FileChange =
  /** Nothing: the bytes are those that were indexed. */
  | "none"
  /** It was touched or has grown; the samples are still in their places, but a frame should be looked at closely. */
  | "touched"
  /** It was cut or rewritten: positions in the index mean nothing any more, and never will again. */
  | "replaced";

/**
 * Notices that an indexed file was cut or rewritten in place, without reading all of it again.
 *
 * Make it before indexing begins: what changes while the index is built counts as changed.
 */
export class FileGuard {
  /** The file's state when the guard was made. */
  readonly state: FileState;
  #samples: { readonly offset: number; readonly bytes: Bytes }[] = [];
  #verified: FileState | undefined;
  #replaced = false;

  constructor(private readonly file: RandomAccess) {
    this.state = file.state();
  }

  /**
   * Takes samples of these frames of the index, from their ends, where they differ most. What stands between frames and
   * before them is not looked at: recorders write to their headers as long as the film grows.
   */
  async remember(frames: readonly { readonly offset: number; readonly length: number }[]): Promise<void> {
    // What grew while it was being replaced must not be taken for what it was.
    if (!await this.#isAsRemembered()) this.#replaced = true;
    this.#samples = await Promise.all(frames.map(async ({ offset, length }) => {
      const size = Math.min(SAMPLE_SIZE, length);
      const start = offset + length - size;
      return { offset: start, bytes: await this.file.read(start, size) };
    }));
  }

  /** Compares the file with what was remembered. Call it after a read: then the read's bytes are judged too. */
  async check(): Promise<FileChange> {
    if (this.#replaced) return "replaced";
    const now = this.file.state();
    if (sameState(now, this.state)) return "none";
    if (this.#verified && sameState(now, this.#verified)) return "touched";
    if (await this.#isAsRemembered()) {
      this.#verified = now;
      return "touched";
    }
    this.#replaced = true;
    return "replaced";
  }

  async #isAsRemembered(): Promise<boolean> {
    for (const { offset, bytes } of this.#samples) {
      if (!equalBytes(bytes, await this.file.read(offset, bytes.length))) return false;
    }
    return true;
  }
}
