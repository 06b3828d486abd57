import { MAX_JUNK } from "../../jpeg/boundary.ts";
import { InvalidDataError } from "../../core/errors.ts";
import type { AviVideo } from "./avi_header.ts";
import type { AviEntry } from "./avi_index.ts";
import type { IndexScan } from "./container.ts";
import { CHUNK_HEAD, LIST_HEAD, nextChunk, parseChunk, type RiffChunk } from "./riff.ts";

/** Places without a chunk that are passed over before the file is given up. */
const MAX_GAPS = 4096;

/** Finds all chunks of the video stream by walking the file: for AVIs whose index is missing or wrong. */
export async function walkMovie(scan: IndexScan, video: AviVideo, found: (entry: AviEntry) => void): Promise<void> {
  let gaps = 0;
  for (let at = video.movie.start; at < scan.size;) {
    const bytes = await scan.window.at(at, LIST_HEAD);
    const stopped = walkBytes(bytes, at, scan.size, video, found);
    if (stopped > at) {
      at = stopped;
      continue;
    }
    const next = bytes.length < LIST_HEAD ? undefined : await findChunk(scan, video, at + 1);
    if (next === undefined) return;
    if (++gaps > MAX_GAPS) throw new InvalidDataError("Cannot read AVI: too much of it belongs to no chunk", at);
    scan.remark(`${next - at} bytes at byte ${at} belong to no chunk and are left out`);
    at = next;
  }
}

/** Walks from head to head while they lie in these bytes; returns where to go on, `base` if no chunk begins there. */
function walkBytes(
  bytes: Uint8Array,
  base: number,
  size: number,
  { chunkPrefix }: AviVideo,
  found: (entry: AviEntry) => void,
): number {
  let at = base;
  while (at + LIST_HEAD <= base + bytes.length) {
    const chunk = parseChunk(bytes.subarray(at - base), at);
    if (chunk === undefined || !isPlausible(chunk, size)) break;
    if (chunk.kind === "" && chunk.id.startsWith(chunkPrefix)) {
      found({ offset: chunk.start, length: chunk.end - chunk.start });
    }
    // Lists are entered whatever their length says: recorders that were stopped leave a wrong one.
    at = isEntered(chunk) ? chunk.start : nextChunk(chunk);
  }
  return at;
}

function isEntered({ kind }: RiffChunk): boolean {
  return kind === "movi" || kind === "rec " || kind === "AVIX" || kind === "AVI ";
}

function isPlausible(chunk: RiffChunk, size: number): boolean {
  return isEntered(chunk) || chunk.end <= size || /^[0-9]{2}/.test(chunk.id);
}

/** Where the next chunk of the video stream with a JPEG begins. */
async function findChunk(scan: IndexScan, video: AviVideo, from: number): Promise<number | undefined> {
  for (let at = from; at - from <= MAX_JUNK;) {
    const bytes = await scan.window.at(at, CHUNK_HEAD + 2);
    for (let soi = bytes.indexOf(0xd8, CHUNK_HEAD + 1); soi > 0; soi = bytes.indexOf(0xd8, soi + 1)) {
      const head = soi - 1 - CHUNK_HEAD;
      if (bytes[soi - 1] !== 0xff || !parseChunk(bytes.subarray(head), 0)?.id.startsWith(video.chunkPrefix)) continue;
      return at + head;
    }
    if (bytes.length < CHUNK_HEAD + 2) return undefined;
    at += bytes.length - CHUNK_HEAD - 1;
  }
  throw new InvalidDataError(`Cannot read AVI: over ${MAX_JUNK} bytes belong to no chunk`, from);
}
