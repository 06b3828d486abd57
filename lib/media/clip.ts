import type { Frame } from "../core/frame.ts";

/** A film that can be read from any place: frames with numbers from 0 and times in seconds. */
export interface Clip {
  /** The container's short name: "lab" for the assignment's format, "raw" for JPEGs one after the other. */
  readonly format: string;
  /** The same object for every clip that was opened of the same state of the same file. */
  readonly identity: object;
  /** Frames known so far; final once `ready` has resolved, unless the file is still being recorded. */
  readonly frameCount: number;
  /** Frames per second; the average where frames have times of their own. */
  readonly frameRate: number;
  /** Seconds from the first frame to the end of the last one known so far. */
  readonly duration: number;
  /**
   * Unix time, seconds, at which the first frame was taken: when the file was last written, less its duration.
   * Undefined until every frame has been found, and where that says nothing.
   */
  readonly recordedAt: number | undefined;
  /** Whether every frame has been found. */
  readonly complete: boolean;
  /** Resolves when every frame has been found, or the search has ended because the clip was closed. Never rejects. */
  readonly ready: Promise<void>;
  /** Seconds at which frame `index` begins. */
  timeOf(index: number): number;
  /** The frame that is shown at `time`: the first one before the start, the last one after the end. */
  indexAt(time: number): number;
  /**
   * One frame. A frame that has not been found yet is waited for.
   *
   * Throws `RangeError` past the end, and `InvalidDataError` when the file has changed so that the frame is whole no
   * more: never returns a damaged one.
   */
  read(index: number): Promise<Frame>;
  /** Gives the clip back; what others opened of the same file goes on. */
  close(): void;
}
