import { type Bytes, concatBytes, encodeText } from "../../lib/core/bytes.ts";

/** What is special about an AVI that a test makes. */
export interface AviOptions {
  /** Frames per second as dwRate / dwScale. */
  readonly rate?: number;
  readonly scale?: number;
  /** Which index it has; default is "idx1". */
  readonly index?: "idx1" | "idx1 from the file's start" | "OpenDML" | "none";
  /** Code of the video (biCompression). */
  readonly code?: string;
  /** A stream of sound comes first, and its chunks stand between those of the video. */
  readonly sound?: boolean;
  /** Bytes that are added to every offset of the index, to make it wrong. */
  readonly shift?: number;
}

/** An AVI of these frames; an empty one repeats the frame before. OpenDML puts the second half into another RIFF. */
export function makeAvi(frames: readonly Uint8Array[], options: AviOptions = {}): Bytes {
  const { index = "idx1", sound = false, shift = 0 } = options;
  const stream = sound ? 1 : 0;
  const id = `0${stream}dc`;
  const headerSize = makeHeaders(frames.length, stream, options, []).length;
  const halves = index === "OpenDML"
    ? [frames.slice(0, frames.length >> 1), frames.slice(frames.length >> 1)]
    : [frames];
  const parts: Bytes[] = [];
  const places: { offset: number; length: number }[] = [];
  const indexes: { offset: number; size: number; count: number }[] = [];
  let at = 12 + headerSize;
  for (const [half, some] of halves.entries()) {
    const riffHead = half > 0 ? 12 : 0;
    const chunks: Bytes[] = [];
    const own: { offset: number; length: number }[] = [];
    let inside = at + riffHead + 12;
    for (const frame of some) {
      if (sound) inside += push(chunks, chunk("00wb", new Uint8Array(7)));
      own.push({ offset: inside + 8, length: frame.length });
      inside += push(chunks, chunk(id, frame));
    }
    if (index === "OpenDML") {
      const table = chunk(`ix0${stream}`, standardIndex(id, own, shift));
      indexes.push({ offset: inside, size: table.length, count: own.length });
      inside += push(chunks, table);
    }
    const movie = list("LIST", "movi", concatBytes(chunks));
    parts.push(half > 0 ? list("RIFF", "AVIX", movie) : movie);
    places.push(...own);
    at = inside;
  }
  const headers = makeHeaders(frames.length, stream, options, indexes);
  if (index.startsWith("idx1")) parts.push(oldIndex(id, places, shift - (index === "idx1" ? 12 + headerSize + 8 : 0)));
  const [first, ...others] = parts;
  const tail = index.startsWith("idx1") ? others : [];
  const riff = list("RIFF", "AVI ", concatBytes([headers, first!, ...tail]));
  return concatBytes([riff, ...(index === "OpenDML" ? others : [])]);
}

interface SuperEntry {
  readonly offset: number;
  readonly size: number;
  readonly count: number;
}

function makeHeaders(count: number, stream: number, options: AviOptions, indexes: readonly SuperEntry[]): Bytes {
  const { rate = 25, scale = 1, code = "MJPG", index, sound } = options;
  const main = chunk("avih", words(1e6 * scale / rate, 0, 0, 0x10, count, 0, 1, 0, 64, 48, 0, 0, 0, 0));
  const head = concatBytes([
    encodeText(`vids${code}`),
    words(0, 0, 0, scale, rate, 0, count, 0, 0xffffffff, 0, 0, 0),
  ]);
  const format = concatBytes([words(40, 64, 48, 1 | 24 << 16), encodeText(code), words(0, 0, 0, 0, 0)]);
  const superIndex = index === "OpenDML" ? [chunk("indx", superIndexOf(`0${stream}dc`, indexes))] : [];
  const video = list("LIST", "strl", concatBytes([chunk("strh", head), chunk("strf", format), ...superIndex]));
  const soundHead = concatBytes([encodeText("auds"), words(0, 0, 0, 0, 1, 8000, 0, 7 * count, 0, 0, 1, 0, 0)]);
  const audio = sound
    ? [
      list("LIST", "strl", concatBytes([chunk("strh", soundHead), chunk("strf", words(0x10001, 8000, 8000, 0x80001))])),
    ]
    : [];
  return list("LIST", "hdrl", concatBytes([main, ...audio, video]));
}

function superIndexOf(id: string, indexes: readonly SuperEntry[]): Bytes {
  const entries = [0, 1].flatMap((i) => {
    const { offset, size, count } = indexes[i] ?? { offset: 0, size: 0, count: 0 };
    return [words(offset, 0, size, count)];
  });
  return concatBytes([words(4, 2), encodeText(id), words(0, 0, 0), ...entries]);
}

/** 4 words of 16 bits and bytes: 2 longs an entry, sub type 0, type 1 (index of chunks). */
function standardIndex(id: string, places: readonly { offset: number; length: number }[], shift: number): Bytes {
  const base = places[0]?.offset ?? 0;
  const entries = places.map(({ offset, length }) => words(offset - base + shift, length));
  return concatBytes([words(0x01000002, places.length), encodeText(id), words(base, 0, 0), ...entries]);
}

function oldIndex(id: string, places: readonly { offset: number; length: number }[], shift: number): Bytes {
  const entries = places.map(({ offset, length }) =>
    concatBytes([encodeText(id), words(0x10, offset - 8 + shift, length)])
  );
  return chunk("idx1", concatBytes(entries));
}

function push(chunks: Bytes[], added: Bytes): number {
  chunks.push(added);
  return added.length;
}

function chunk(id: string, data: Uint8Array): Bytes {
  return concatBytes([encodeText(id), words(data.length), data, new Uint8Array(data.length & 1)]);
}

function list(id: string, kind: string, data: Uint8Array): Bytes {
  return chunk(id, concatBytes([encodeText(kind), data]));
}

/** Unsigned 32-bit little-endian numbers. */
function words(...values: number[]): Bytes {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [i, value] of values.entries()) view.setUint32(i * 4, value, true);
  return bytes;
}
