import type { ByteWindow } from "../byte_window.ts";

/** How a container's reader looks at a file and tells what it finds. */
export interface IndexScan {
  readonly window: ByteWindow;
  /** Bytes of the file when the scan began. */
  readonly size: number;
  /** Byte at which to begin: 0, or what the last scan returned when the file has grown since. */
  readonly from: number;
  /** Takes the next frame: its first byte, its length in bytes and, in a timed container, its time in seconds. */
  add(offset: number, length: number, time?: number): void;
  /** Takes the frames per second that the file itself tells. */
  rate(framesPerSecond: number): void;
  /** Takes the time, in seconds, at which the last frame ends; else it lasts as long as the others on average. */
  end(seconds: number): void;
  /** Takes a remark for the log about something left out: a sentence without the file's name. */
  remark(text: string): void;
}

/** One file format that holds JPEGs. */
export interface Container {
  /** Short name, as in `Clip.format`. */
  readonly format: string;
  /** Frames per second when neither the user nor the file tells. */
  readonly frameRate: number;
  /** Whether its frames have times of their own. */
  readonly timed: boolean;
  /** Whether a scan can go on where the last one ended. */
  readonly resumable: boolean;
  /**
   * Finds all frames from `scan.from` to the end of the file. Returns where to go on should the file grow.
   *
   * Throws `InvalidDataError` when the file does not follow its format any more; frames added before stay good.
   */
  index(scan: IndexScan): Promise<number>;
}
