import { equalBytes } from "../core/bytes.ts";
import type { Bytes } from "../core/bytes.ts";
import { type FileState, type RandomAccess, sameState } from "./random_access_file.ts";

/** Bytes that are remembered from the start and from the end of what was indexed. */
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

  /** Takes samples of the file; `end` is the end of the last frame in the index. */
  async remember(end: number): Promise<void> {
    const offsets = [...new Set([0, Math.max(0, Math.floor(end / 2) - SAMPLE_SIZE), Math.max(0, end - SAMPLE_SIZE)])];
    const samples = await Promise.all(offsets.map(async (offset) => ({
      offset,
      bytes: await this.file.read(offset, Math.min(SAMPLE_SIZE, end - offset)),
    })));
    this.#samples = samples;
  }

  /** Compares the file with what was remembered. Call it after a read: then the read's bytes are judged too. */
  async check(): Promise<FileChange> {
    if (this.#replaced) return "replaced";
    const now = this.file.state();
    if (sameState(now, this.state)) return "none";
    if (this.#verified && sameState(now, this.#verified)) return "touched";
    for (const { offset, bytes } of this.#samples) {
      if (equalBytes(bytes, await this.file.read(offset, bytes.length))) continue;
      this.#replaced = true;
      return "replaced";
    }
    this.#verified = now;
    return "touched";
  }
}
