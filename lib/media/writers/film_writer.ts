import type { Bytes } from "../../core/bytes.ts";

/** One picture to be kept. */
export interface FilmFrame {
  /** One whole JPEG, written as it is. */
  readonly data: Bytes;
  /** Seconds from the first picture; never less than that of the one before. */
  readonly time: number;
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
}

/** Writes a film picture by picture. After each `write()` the file plays up to that picture, whatever happens next. */
export interface FilmWriter {
  /** Bytes of the file so far. */
  readonly size: number;
  /** Appends a picture. One call at a time. Rejects with what the system says, or RangeError if the format cannot hold it. */
  write(frame: FilmFrame): Promise<void>;
  /** Writes what belongs to the end. Nothing may be written afterwards. */
  finish(): Promise<void>;
}

/** The part of a file that a film's writer needs; `DiskFile` is the real one. */
export interface WritableFile {
  /** Bytes so far. */
  readonly size: number;
  /** Adds all of `bytes` at the end. */
  append(bytes: Uint8Array): Promise<void>;
  /** Puts `bytes` in the place of others, inside what is there. */
  patch(offset: number, bytes: Uint8Array): Promise<void>;
}
