/** What engine and page say to each other where no stream is chosen. The page reads this file for its types. */
import type { OfferedStream } from "../control/offered_stream.ts";
import type { RecentStream } from "../recent/recent_stream.ts";

/** Words that name a stream: its URL alone, or the four values of the assignment. */
const WORD_COUNTS: readonly number[] = [1, 4];
const MAX_WORD_LENGTH = 2048;

/** From the engine: no stream is chosen, or what was chosen cannot be one; sent again whenever something changes. */
export interface StartMessage {
  readonly type: "start";
  /** What is wrong with the words that just came, for a person; undefined: nothing new. */
  readonly problem: string | undefined;
  /** What was played before, newest first; undefined where nothing is remembered. */
  readonly recent: readonly RecentStream[] | undefined;
  /** The servers of this machine. */
  readonly servers: readonly LocalServer[];
}

/** A server of this machine, or the place where one may be. */
export interface LocalServer {
  /** As in "127.0.0.1:8554". */
  readonly address: string;
  /** "asking": no answer yet; "absent": nothing answers; "silent": something answers and does not tell what it has. */
  readonly state: "asking" | "offers" | "absent" | "silent";
  readonly streams: readonly OfferedStream[];
}

/** From the page: the person has chosen what to play. */
export interface OpenCommand {
  readonly type: "open";
  /** As on the command line: the URL, or HOST PORT RTP_PORT FILE. */
  readonly words: readonly string[];
}

/** From the page: one stream, or all, shall be remembered no more. */
export interface ForgetCommand {
  readonly type: "forget";
  /** Those of the stream; left out for all. */
  readonly words?: readonly string[];
}

/** Reads an `open` command. Throws a SyntaxError for anything but one or four words. */
export function parseOpen(fields: Record<string, unknown>): OpenCommand {
  return { type: "open", words: parseWords(fields.words, "open") };
}

/** Reads a `forget` command. Throws a SyntaxError as `parseOpen()`. */
export function parseForget({ words }: Record<string, unknown>): ForgetCommand {
  return words === undefined ? { type: "forget" } : { type: "forget", words: parseWords(words, "forget") };
}

function parseWords(words: unknown, command: string): readonly string[] {
  const isRight = Array.isArray(words) && WORD_COUNTS.includes(words.length) &&
    words.every((word) => typeof word === "string" && word.length <= MAX_WORD_LENGTH);
  if (!isRight) throw new SyntaxError(`Cannot read ${command}: it does not name a stream by one or four words`);
  return words.map(String);
}
