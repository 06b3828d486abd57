import { decodeLatin1 } from "../../core/bytes.ts";
import { InvalidDataError } from "../../core/errors.ts";
import type { IndexScan } from "./container.ts";
import { nextChunk, parseChunk, readChunk, readUint32LE, type RiffChunk } from "./riff.ts";

/** Largest list of headers that is read, in bytes; OpenDML's index of indexes is in there. */
const MAX_HEADERS = 4 * 1024 * 1024;
/** Chunks that are looked at before the movie must have begun. */
const MAX_CHUNKS = 64;
/** Chunks of one list of headers that are looked at, and streams: their chunks have two digits. */
const MAX_LISTED = 4096;
const MAX_STREAMS = 100;
/** Frame rates that can be meant. */
const MIN_RATE = 0.01;
const MAX_RATE = 1000;
const DEFAULT_RATE = 25;
/** How encoders write that a stream is JPEGs (biCompression). */
const JPEG_CODES = new Set(["mjpg", "jpeg", "avrn", "avdj", "dmb1", "ijpg", "mjls", "qivg", "acdv", "slmj", "jpgl"]);

/** The video stream of an AVI. */
export interface AviVideo {
  /** The first three characters of its chunks: "00d" for stream 0. */
  readonly chunkPrefix: string;
  /** Frames per second. */
  readonly rate: number;
  /** OpenDML's index of indexes (`indx`), if there is one. */
  readonly superIndex: Uint8Array | undefined;
  /** The list with the frames. */
  readonly movie: RiffChunk;
}

/** Reads the headers up to the movie. Throws `InvalidDataError` when there is no Motion JPEG in it. */
export async function readAviHeader(scan: IndexScan): Promise<AviVideo> {
  let headers: Uint8Array | undefined;
  let at = 12;
  for (let i = 0; i < MAX_CHUNKS; i++) {
    const chunk = await readChunk(scan.window, at);
    if (chunk === undefined) break;
    if (chunk.kind === "movi") {
      if (headers === undefined) throw new InvalidDataError("Cannot read AVI: the movie comes before its headers", at);
      return { ...readStreams(headers), movie: chunk };
    }
    if (chunk.kind === "hdrl") {
      const length = chunk.end - chunk.start;
      if (length > MAX_HEADERS) throw new InvalidDataError(`Cannot read AVI: its headers have ${length} bytes`, at);
      headers = await scan.window.copy(chunk.start, length);
    }
    at = nextChunk(chunk);
  }
  throw new InvalidDataError("Cannot read AVI: it holds no movie", at);
}

type Stream = Omit<AviVideo, "movie">;

/** The first stream that is Motion JPEG. */
function readStreams(headers: Uint8Array): Stream {
  const others: string[] = [];
  let number = 0;
  for (const list of chunksIn(headers, 0, headers.length)) {
    if (list.kind !== "strl") continue;
    if (number === MAX_STREAMS) break;
    const parts = new Map(chunksIn(headers, list.start, list.end).map((chunk) => [chunk.id, chunk]));
    const [head, format, index] = ["strh", "strf", "indx"].map((id) => {
      const chunk = parts.get(id);
      return chunk && headers.subarray(chunk.start, chunk.end);
    });
    const stream = number++;
    if (!head || head.length < 28 || decodeLatin1(head.subarray(0, 4)) !== "vids") continue;
    const code = decodeLatin1((format ?? head).subarray(format ? 16 : 4, format ? 20 : 8));
    const handler = decodeLatin1(head.subarray(4, 8));
    if (!JPEG_CODES.has(code.toLowerCase()) && !JPEG_CODES.has(handler.toLowerCase())) {
      others.push(code.trim() || handler.trim() || "of an unknown kind");
      continue;
    }
    return { chunkPrefix: String(stream).padStart(2, "0") + "d", rate: rateOf(head, headers), superIndex: index };
  }
  const found = others.length > 0 ? `its video is ${JSON.stringify(others[0])}` : "it has no video";
  throw new InvalidDataError(`Cannot read AVI: ${found}, not Motion JPEG`);
}

/** Frames per second by the stream's header (dwRate / dwScale), else by the file's (dwMicroSecPerFrame). */
function rateOf(streamHead: Uint8Array, headers: Uint8Array): number {
  const avih = chunksIn(headers, 0, headers.length).find(({ id }) => id === "avih");
  const interval = avih && avih.end - avih.start >= 4 ? readUint32LE(headers, avih.start) : 0;
  const rates = [readUint32LE(streamHead, 24) / readUint32LE(streamHead, 20), 1e6 / interval];
  return rates.find((rate) => rate >= MIN_RATE && rate <= MAX_RATE) ?? DEFAULT_RATE;
}

/** The chunks in a part of the headers; what reaches out of it is cut. */
function chunksIn(bytes: Uint8Array, start: number, end: number): RiffChunk[] {
  const chunks: RiffChunk[] = [];
  for (let at = start; at + 8 <= end && chunks.length < MAX_LISTED;) {
    const chunk = parseChunk(bytes.subarray(at, end), at);
    if (chunk === undefined) break;
    chunks.push({ ...chunk, end: Math.min(chunk.end, end) });
    at = nextChunk(chunk);
  }
  return chunks;
}
