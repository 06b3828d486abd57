import type { Frame } from "../../core/frame.ts";

/** A live stream of frames: whoever listens gets what comes from now on. */
export interface Feed {
  /** Frames per second: as told by the source, else as seen so far, else 25. */
  readonly frameRate: number;
  /** The newest frame, for those who must know the picture's size before the next one comes. */
  readonly latest: Frame | undefined;
  /** Resolves when no more frames will come, for whatever reason. Never rejects. */
  readonly ended: Promise<void>;
  /** Why it ended too early, for a person; undefined while it runs and after a regular end. */
  readonly failure: string | undefined;
  /** Calls `listener` for each frame that comes from now on. Returns a function that stops this. */
  subscribe(listener: (frame: Frame) => void): () => void;
  /** Ends the feed and its source. */
  close(): void;
}
