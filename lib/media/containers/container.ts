import type { ByteWindow } from "../byte_window.ts";

/** Where and how a scan goes on when its file has grown: plain numbers, so that they can be kept from run to run. */
export interface Resume {
  /** Byte at which to go on. */
  readonly at: number;
  readonly [fact: string]: number;
}

/** How a container's reader looks at a file and tells what it finds. */
export interface IndexScan {
  readonly window: ByteWindow;
  /** Bytes of the file when the scan began. */
  readonly size: number;
  /** What the last scan returned, when the file has grown since; undefined for the first one. */
  readonly resume: Resume | undefined;
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
  /**
   * Finds all frames to the end of the file, or those that were added since the last scan. Returns how to go on should
   * the file grow; undefined where the file is finished, so that a change of it means that it must be opened anew.
   *
   * Throws `InvalidDataError` when the file does not follow its format any more; frames added before stay good.
   */
  index(scan: IndexScan): Promise<Resume | undefined>;
}
