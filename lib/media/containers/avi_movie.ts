import { MAX_JUNK } from "../../jpeg/boundary.ts";
import { InvalidDataError } from "../../core/errors.ts";
import type { AviVideo } from "./avi_header.ts";
import type { AviEntry } from "./avi_index.ts";
import type { IndexScan } from "./container.ts";
import { CHUNK_HEAD, LIST_HEAD, nextChunk, parseChunk, type RiffChunk } from "./riff.ts";

/** Places without a chunk that are passed over before the file is given up. */
const MAX_GAPS = 4096;

/**
 * Finds the chunks of the video stream from byte `from` on by walking the file: for AVIs whose index is missing or wrong,
 * and for those that are still being written. Returns where to go on should the file grow.
 */
export async function walkMovie(
  scan: IndexScan,
  video: AviVideo,
  from: number,
  found: (entry: AviEntry) => void,
  maxGaps = MAX_GAPS,
): Promise<number> {
  let at = from;
  for (let gaps = 0; at < scan.size;) {
    const bytes = await scan.window.at(at, LIST_HEAD);
    const stopped = walkBytes(bytes, at, scan.size, video, found);
    if (stopped.isCut) {
      scan.remark(`The last chunk, at byte ${stopped.at}, is cut off and left out`);
      return stopped.at;
    }
    if (stopped.at > at) {
      at = stopped.at;
      continue;
    }
    const next = bytes.length < LIST_HEAD || maxGaps === 0 ? undefined : await findChunk(scan, video, at + 1);
    if (next === undefined) return at;
    if (++gaps > maxGaps) throw new InvalidDataError("Cannot read AVI: too much of it belongs to no chunk", at);
    scan.remark(`${next - at} bytes at byte ${at} belong to no chunk and are left out`);
    at = next;
  }
  return at;
}

/** Walks from head to head while they lie in these bytes: to where to go on, or to a chunk that the file's end cuts. */
function walkBytes(
  bytes: Uint8Array,
  base: number,
  size: number,
  { chunkPrefix }: AviVideo,
  found: (entry: AviEntry) => void,
): { readonly at: number; readonly isCut: boolean } {
  let at = base;
  while (at + LIST_HEAD <= base + bytes.length) {
    const chunk = parseChunk(bytes.subarray(at - base), at);
    if (chunk === undefined) break;
    if (!isEntered(chunk) && chunk.end > size) return { at, isCut: isOfStream(chunk) };
    if (chunk.kind === "" && chunk.id.startsWith(chunkPrefix)) {
      found({ offset: chunk.start, length: chunk.end - chunk.start });
    }
    // Lists are entered whatever their length says: recorders that were stopped leave a wrong one.
    at = isEntered(chunk) ? chunk.start : nextChunk(chunk);
  }
  return { at, isCut: false };
}

function isEntered({ kind }: RiffChunk): boolean {
  return kind === "movi" || kind === "rec " || kind === "AVIX" || kind === "AVI ";
}

/** Whether the chunk's id begins with the number of a stream. */
function isOfStream({ id }: RiffChunk): boolean {
  return /^[0-9]{2}/.test(id);
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
