/** A stream that was played. The page reads this file for its types. */
export interface RecentStream {
  /** As on the command line: the URL without user name and password, or the assignment's four values. */
  readonly words: readonly string[];
  /** When it was played last, Unix milliseconds. */
  readonly seen: number;
  /** A small picture of it: a JPEG in base64. */
  readonly thumbnail?: string;
}
