import type { Bytes } from "../../core/bytes.ts";
import { parseJpeg } from "../../jpeg/parse.ts";
import { readRtspUrl } from "../../rtsp/url.ts";
import { readSource } from "../arguments.ts";
import type { Source } from "../player_types.ts";
import type { RecentStream } from "./recent_stream.ts";

/** Streams that are remembered; the one that was seen longest ago goes first. */
export const MAX_RECENT = 12;
/** Bytes of a thumbnail. */
export const MAX_THUMBNAIL_SIZE = 24 * 1024;
/** Pixels of either of its sides. */
export const MAX_THUMBNAIL_SIDE = 640;
/** Characters of the file that they are kept in: all thumbnails in base64, and room for long addresses. */
export const MAX_FILE_LENGTH = 512 * 1024;

const VERSION = 1;
/** What an address calls a value that nobody else should read. */
const SECRET =
  /(?<![a-z])(?:pass(?:word|wd|phrase)?|pwd|(?:access|auth)?_?token|secret|auth|sig|signature|(?:api|access)?_?key)=[^&]/i;

/**
 * What is remembered of a stream: never a user name or password, and of an address that seems to hold a secret in its
 * path or query nothing at all. Undefined for what cannot or must not be remembered.
 */
export function wordsToRemember(source: Source): readonly string[] | undefined {
  if (source.kind === "lab") return [source.host, String(source.port), String(source.rtpPort), source.file];
  const url = readRtspUrl(source.url);
  return url === undefined || SECRET.test(url.path) || SECRET.test(url.query) ? undefined : [url.href];
}

/** The list with `stream` in front, in place of an earlier one of the same words, whose thumbnail stays if none is new. */
export function remember(streams: readonly RecentStream[], stream: RecentStream): RecentStream[] {
  const known = streams.find((each) => isSame(each.words, stream.words));
  const thumbnail = stream.thumbnail ?? known?.thumbnail;
  const { words, seen } = stream;
  const newest = { words, seen, ...(thumbnail !== undefined && { thumbnail }) };
  return [newest, ...streams.filter((each) => each !== known)].slice(0, MAX_RECENT);
}

/** The list without the stream of these words; without any words an empty one. */
export function forget(streams: readonly RecentStream[], words?: readonly string[]): RecentStream[] {
  return words === undefined ? [] : streams.filter((each) => !isSame(each.words, words));
}

/** The file that holds the list. */
export function writeRecent(streams: readonly RecentStream[]): string {
  return JSON.stringify({ version: VERSION, streams });
}

/**
 * The list that a file holds, newest first. Single streams that cannot be read are left out.
 *
 * @throws SyntaxError if it is no such file at all.
 */
export function readRecent(text: string): RecentStream[] {
  const file: unknown = JSON.parse(text);
  const { version, streams } = (file ?? {}) as { version?: unknown; streams?: unknown };
  if (version !== VERSION || !Array.isArray(streams)) throw new SyntaxError("It is no list of recent streams");
  const read = streams.map(readStream).filter((stream) => stream !== undefined);
  return read.sort((a, b) => b.seen - a.seen).reduceRight<RecentStream[]>(remember, []);
}

/** Whether this is a picture that may be kept as a thumbnail: a whole, small JPEG. */
export function isThumbnail(bytes: Bytes): boolean {
  if (bytes.length > MAX_THUMBNAIL_SIZE) return false;
  try {
    const { width, height } = parseJpeg(bytes);
    return Math.max(width, height) <= MAX_THUMBNAIL_SIDE;
  } catch {
    return false;
  }
}

function readStream(value: unknown): RecentStream | undefined {
  const { words, seen, thumbnail } = (value ?? {}) as Record<string, unknown>;
  if (!Array.isArray(words) || !words.every((word) => typeof word === "string")) return undefined;
  if (typeof seen !== "number" || !(seen >= 0 && seen < Infinity)) return undefined;
  const clean = cleanWords(words);
  if (clean === undefined) return undefined;
  return { words: clean, seen, ...(isWrittenThumbnail(thumbnail) && { thumbnail }) };
}

/** Somebody else may have written the file. */
function cleanWords(words: readonly string[]): readonly string[] | undefined {
  try {
    return wordsToRemember(readSource(words));
  } catch {
    return undefined;
  }
}

function isWrittenThumbnail(value: unknown): value is string {
  if (typeof value !== "string" || value.length > 2 * MAX_THUMBNAIL_SIZE) return false;
  try {
    return isThumbnail(Uint8Array.fromBase64(value));
  } catch {
    return false;
  }
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((word, index) => word === b[index]);
}
