import { type Bytes, concatBytes, encodeText } from "../../lib/core/bytes.ts";

const TIMESCALE = 1000;

/** What is special about an MP4 that a test makes. */
export interface Mp4Options {
  /** Milliseconds that each frame is shown; default is 40 for all. */
  readonly durations?: readonly number[];
  /** Code of the samples; "mp4v" comes with the object type of JPEG. */
  readonly code?: string;
  /** Frames in a chunk. */
  readonly perChunk?: number;
  /** 64-bit offsets. */
  readonly wide?: boolean;
  /** Tables come before the media. */
  readonly fast?: boolean;
  /** Frames in a fragment; without it the film is not fragmented. */
  readonly perFragment?: number;
}

/** An MP4 of these frames, with a track of sound before the video. */
export function makeMp4(frames: readonly Uint8Array[], options: Mp4Options = {}): Bytes {
  const kind = box("ftyp", encodeText("isom"), words(512), encodeText("isomqt  "));
  if (options.perFragment) return concatBytes([kind, makeMovie([], [], options), ...makeFragments(frames, options)]);
  const media = box("mdat", ...frames);
  const movieSize = makeMovie(frames, frames.map(() => 0), options).length;
  let at = kind.length + 8 + (options.fast ? movieSize : 0);
  const offsets = frames.map((frame) => (at += frame.length) - frame.length);
  const movie = makeMovie(frames, offsets, options);
  return concatBytes(options.fast ? [kind, movie, media] : [kind, media, movie]);
}

function makeMovie(frames: readonly Uint8Array[], offsets: readonly number[], options: Mp4Options): Bytes {
  const sound = track(
    1,
    "soun",
    box("stbl", fullBox("stsd", words(1), box("twos", words(0, 1, 0, 0, 0x10010, 0, 8000 << 16)))),
  );
  const mvex = options.perFragment ? [box("mvex", fullBox("trex", words(2, 1, 40, 0, 0)))] : [];
  return box(
    "moov",
    fullBox("mvhd", words(0, 0, TIMESCALE), new Uint8Array(84)),
    sound,
    track(2, "vide", tables(frames, offsets, options)),
    ...mvex,
  );
}

function track(id: number, handler: string, table: Bytes): Bytes {
  const header = fullBox("tkhd", words(0, 0, id), new Uint8Array(68));
  const times = fullBox("mdhd", words(0, 0, TIMESCALE, 0, 0));
  const kind = fullBox("hdlr", words(0), encodeText(handler), new Uint8Array(13));
  return box("trak", header, box("mdia", times, kind, box("minf", table)));
}

function tables(frames: readonly Uint8Array[], offsets: readonly number[], options: Mp4Options): Bytes {
  const { code = "jpeg", durations = frames.map(() => 40), perChunk = 1, wide = false } = options;
  const chunks = offsets.filter((_, i) => i % perChunk === 0);
  const rest = frames.length % perChunk;
  const runs = [[1, perChunk, 1], ...(rest > 0 ? [[chunks.length, rest, 1]] : [])];
  const places = wide
    ? fullBox("co64", words(chunks.length, ...chunks.flatMap((chunk) => [0, chunk])))
    : fullBox("stco", words(chunks.length, ...chunks));
  return box(
    "stbl",
    fullBox("stsd", words(1), sampleEntry(code)),
    fullBox("stts", words(durations.length, ...durations.flatMap((duration) => [1, duration]))),
    fullBox("stsc", words(runs.length, ...runs.flat())),
    fullBox("stsz", words(0, frames.length, ...frames.map(({ length }) => length))),
    places,
  );
}

function sampleEntry(code: string): Bytes {
  const decoder = [0x04, 0x80, 0x80, 0x80, 13, 0x6c, 0x11, ...new Array<number>(11).fill(0)];
  const config = Uint8Array.from([0, 0, 0, 0, 0x03, 21, 0, 1, 0, ...decoder]);
  return box(code, new Uint8Array(78), ...(code === "mp4v" ? [box("esds", config)] : []));
}

function makeFragments(frames: readonly Uint8Array[], { perFragment = 1, durations = [] }: Mp4Options): Bytes[] {
  const parts: Bytes[] = [];
  let time = 0;
  for (let first = 0; first < frames.length; first += perFragment) {
    const some = frames.slice(first, first + perFragment);
    const lengths = some.map((_, i) => durations[first + i] ?? 40);
    const make = (offset: number) => {
      const header = fullBoxWith("tfhd", 0x020000, words(2));
      const begins = fullBoxWith("tfdt", 0, words(time));
      const samples = some.flatMap((frame, i) => [lengths[i]!, frame.length]);
      const run = fullBoxWith("trun", 0x000301, words(some.length, offset, ...samples));
      return box("moof", fullBox("mfhd", words(1)), box("traf", header, begins, run));
    };
    const size = make(0).length;
    parts.push(make(size + 8), box("mdat", ...some));
    time += lengths.reduce((sum, length) => sum + length, 0);
  }
  return parts;
}

function box(type: string, ...parts: Uint8Array[]): Bytes {
  const data = concatBytes(parts);
  return concatBytes([words(data.length + 8), encodeText(type), data]);
}

/** A box with version and flags, all 0. */
function fullBox(type: string, ...parts: Uint8Array[]): Bytes {
  return box(type, words(0), ...parts);
}

function fullBoxWith(type: string, flags: number, ...parts: Uint8Array[]): Bytes {
  return box(type, words(flags), ...parts);
}

/** Unsigned 32-bit big-endian numbers. */
function words(...values: number[]): Bytes {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [i, value] of values.entries()) view.setUint32(i * 4, value);
  return bytes;
}
