import { readUint32 } from "../../core/bytes.ts";
import { InvalidDataError } from "../../core/errors.ts";
import { type Box, boxesIn, findBox } from "./mp4_boxes.ts";
import { readId } from "./riff.ts";

/** Codes of sample descriptions that are plain JPEGs. */
const JPEG_CODES = new Set(["jpeg", "mjpa", "MJPG", "mjpg", "AVDJ", "dmb1"]);
/** Object type of JPEG in the decoder configuration of an `mp4v` sample (ISO/IEC 14496-1, table 5). */
const OBJECT_TYPE_JPEG = 0x6c;
/** Bytes of a visual sample description before the boxes in it. */
const VISUAL_ENTRY_SIZE = 78;
const MAX_TRACKS = 64;

/** What a track's fragments take for granted (`trex`). */
export interface FragmentDefaults {
  readonly duration: number;
  readonly size: number;
}

/** The first track with JPEGs. */
export interface VideoTrack {
  readonly id: number;
  /** Units of time in a second. */
  readonly timescale: number;
  /** The boxes of its sample table (`stbl`). */
  readonly samples: readonly Box[];
  readonly defaults: FragmentDefaults;
  /** Whether fragments follow (`mvex`). */
  readonly isFragmented: boolean;
}

/** Finds the track with JPEGs among the boxes of `moov`. Throws `InvalidDataError` that names what is there instead. */
export function readVideoTrack(movie: readonly Box[]): VideoTrack {
  const others: string[] = [];
  for (const track of movie.filter(({ type }) => type === "trak").slice(0, MAX_TRACKS)) {
    const boxes = boxesIn(track.data);
    const media = boxesIn(findBox(boxes, "mdia")?.data ?? new Uint8Array(0));
    const handler = findBox(media, "hdlr")?.data;
    const samples = boxesIn(findBox(media, "minf", "stbl")?.data ?? new Uint8Array(0));
    const description = findBox(samples, "stsd")?.data;
    if (!handler || handler.length < 12 || readId(handler, 8) !== "vide" || !description) continue;
    const code = codeOf(description);
    if (!JPEG_CODES.has(code)) {
      others.push(code);
      continue;
    }
    const id = idOf(findBox(boxes, "tkhd")?.data);
    const extension = findBox(movie, "mvex")?.data;
    return {
      id,
      timescale: timescaleOf(findBox(media, "mdhd")?.data),
      samples,
      defaults: defaultsOf(extension, id),
      isFragmented: extension !== undefined,
    };
  }
  const found = others.length > 0 ? `its video is ${JSON.stringify(others[0])}` : "it has no video";
  throw new InvalidDataError(`Cannot read MP4: ${found}, not JPEG`);
}

/** The code of the first sample description; "jpeg" for `mp4v` that is really JPEG. */
function codeOf(description: Uint8Array): string {
  const entry = boxesIn(description.subarray(8))[0];
  if (entry?.type !== "mp4v") return entry?.type ?? "of an unknown kind";
  const config = findBox(boxesIn(entry.data.subarray(VISUAL_ENTRY_SIZE)), "esds")?.data;
  return config && objectTypeOf(config) === OBJECT_TYPE_JPEG ? "jpeg" : "mp4v";
}

/** The object type in an elementary stream descriptor (ISO/IEC 14496-1, 7.2.6.5 and 7.2.6.6). */
function objectTypeOf(config: Uint8Array): number | undefined {
  let at = descriptorData(config, 4, 0x03);
  if (at === undefined || at + 3 > config.length) return undefined;
  const flags = config[at + 2]!;
  at += 3 + (flags & 0x80 ? 2 : 0) + (flags & 0x20 ? 2 : 0);
  if (flags & 0x40) at += 1 + (config[at] ?? 0);
  const decoder = descriptorData(config, at, 0x04);
  return decoder === undefined ? undefined : config[decoder];
}

/** Where the data of the descriptor with this tag begin, behind its length of one to four bytes. */
function descriptorData(bytes: Uint8Array, offset: number, tag: number): number | undefined {
  if (bytes[offset] !== tag) return undefined;
  let at = offset + 1;
  for (let i = 0; i < 3 && bytes[at]! & 0x80; i++) at++;
  return at + 1 < bytes.length ? at + 1 : undefined;
}

function idOf(header: Uint8Array | undefined): number {
  const at = header?.[0] === 1 ? 20 : 12;
  return header && header.length >= at + 4 ? readUint32(header, at) : 0;
}

function timescaleOf(header: Uint8Array | undefined): number {
  const at = header?.[0] === 1 ? 20 : 12;
  const timescale = header && header.length >= at + 4 ? readUint32(header, at) : 0;
  if (timescale === 0) throw new InvalidDataError("Cannot read MP4: its video track has no time scale");
  return timescale;
}

function defaultsOf(extension: Uint8Array | undefined, id: number): FragmentDefaults {
  const boxes = boxesIn(extension ?? new Uint8Array(0));
  for (const { type, data } of boxes) {
    if (type === "trex" && data.length >= 20 && readUint32(data, 4) === id) {
      return { duration: readUint32(data, 12), size: readUint32(data, 16) };
    }
  }
  return { duration: 0, size: 0 };
}
