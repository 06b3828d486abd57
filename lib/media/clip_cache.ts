import type { Frame } from "../core/frame.ts";
import type { Clip } from "./clip.ts";
import { type FileState, sameState, stateOf } from "./random_access_file.ts";

/** Films that nobody watches and that stay open, with their index, for the next viewer. */
const MAX_IDLE = 8;

/** A clip that can look whether its file has changed. */
export interface SharableClip extends Clip {
  /** Takes in what was appended. Resolves with false when the file must be opened anew. */
  refresh(): Promise<boolean>;
}

interface SharedClip {
  readonly clip: SharableClip;
  /** The file's state when it was last looked at. */
  state: FileState;
  users: number;
  /** Whether new viewers may still get it. */
  current: boolean;
}

/** Opened films by path: many viewers share one open file and one index. */
export class ClipCache {
  readonly #clips = new Map<string, Promise<SharedClip>>();
  /** Nobody's clips, the longest idle first. */
  readonly #idle = new Map<SharedClip, string>();
  #closed = false;

  /**
   * The film at `path`, opened by `open` unless it is open already. A file that has grown grows for all; one that has
   * changed otherwise is opened anew, and those who watch the old one keep it.
   */
  async open(path: string, open: () => Promise<SharableClip>): Promise<Clip> {
    const state = await stateOf(path);
    let shared = await this.#clips.get(path)?.catch(() => undefined);
    if (shared === undefined || !(await isCurrent(shared, state))) {
      if (shared) this.#retire(path, shared);
      shared = await this.#openNew(path, state, open);
    }
    if (this.#closed) {
      this.#release(path, shared);
      throw new Deno.errors.BadResource("Cannot open a film: the library is closed");
    }
    shared.users++;
    this.#idle.delete(shared);
    return new SharedHandle(shared.clip, () => this.#release(path, shared));
  }

  /** Closes what nobody watches; the rest closes with its last viewer. */
  close(): void {
    this.#closed = true;
    this.#clips.clear();
    for (const shared of this.#idle.keys()) shared.clip.close();
    this.#idle.clear();
  }

  /** Opens the file once, however many ask at the same time. */
  #openNew(path: string, state: FileState, open: () => Promise<SharableClip>): Promise<SharedClip> {
    const pending = this.#clips.get(path);
    if (pending) return pending;
    const opening = open().then((clip): SharedClip => ({ clip, state, users: 0, current: true }));
    this.#clips.set(path, opening);
    opening.catch(() => {
      if (this.#clips.get(path) === opening) this.#clips.delete(path);
    });
    return opening;
  }

  #retire(path: string, shared: SharedClip): void {
    if (!shared.current) return;
    shared.current = false;
    this.#clips.delete(path);
    if (this.#idle.delete(shared)) shared.clip.close();
  }

  #release(path: string, shared: SharedClip): void {
    shared.users = Math.max(0, shared.users - 1);
    if (shared.users > 0) return;
    if (!shared.current || this.#closed) return shared.clip.close();
    this.#idle.set(shared, path);
    const [oldest] = this.#idle;
    if (this.#idle.size > MAX_IDLE && oldest) this.#retire(oldest[1], oldest[0]);
  }
}

async function isCurrent(shared: SharedClip, state: FileState): Promise<boolean> {
  if (!shared.current) return false;
  if (sameState(shared.state, state)) return true;
  if (shared.state.inode !== state.inode || !(await shared.clip.refresh().catch(() => false))) return false;
  shared.state = state;
  return shared.current;
}

/** One viewer's hold on a shared film. */
class SharedHandle implements Clip {
  readonly #clip: Clip;
  #release: (() => void) | undefined;

  constructor(clip: Clip, release: () => void) {
    this.#clip = clip;
    this.#release = release;
  }

  get identity(): object {
    return this.#clip.identity;
  }

  get format(): string {
    return this.#clip.format;
  }

  get frameCount(): number {
    return this.#clip.frameCount;
  }

  get frameRate(): number {
    return this.#clip.frameRate;
  }

  get duration(): number {
    return this.#clip.duration;
  }

  get recordedAt(): number | undefined {
    return this.#clip.recordedAt;
  }

  get complete(): boolean {
    return this.#clip.complete;
  }

  get ready(): Promise<void> {
    return this.#clip.ready;
  }

  timeOf(index: number): number {
    return this.#clip.timeOf(index);
  }

  indexAt(time: number): number {
    return this.#clip.indexAt(time);
  }

  read(index: number): Promise<Frame> {
    if (!this.#release) return Promise.reject(new Deno.errors.BadResource("Cannot read a film that was closed"));
    return this.#clip.read(index);
  }

  close(): void {
    this.#release?.();
    this.#release = undefined;
  }
}
