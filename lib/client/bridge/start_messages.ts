/** What engine and page say to each other before a stream is chosen. The page reads this file for its types. */

/** Words that name a stream: its URL alone, or the four values of the assignment. */
const WORD_COUNTS: readonly number[] = [1, 4];
const MAX_WORD_LENGTH = 2048;

/** From the engine: no stream is chosen, or what was chosen cannot be one. */
export interface StartMessage {
  readonly type: "start";
  /** What is wrong with the words that came last, for a person; undefined if nothing is. */
  readonly problem: string | undefined;
}

/** From the page: the person has typed what to play. */
export interface OpenCommand {
  readonly type: "open";
  /** As on the command line: the URL, or HOST PORT RTP_PORT FILE. */
  readonly words: readonly string[];
}

/** Reads an `open` command. Throws a SyntaxError for anything but one or four words. */
export function parseOpen(fields: Record<string, unknown>): OpenCommand {
  const { words } = fields;
  const isRight = Array.isArray(words) && WORD_COUNTS.includes(words.length) &&
    words.every((word) => typeof word === "string" && word.length <= MAX_WORD_LENGTH);
  if (!isRight) throw new SyntaxError("Cannot read open: it does not name a stream by one or four words");
  return { type: "open", words: words.map(String) };
}
