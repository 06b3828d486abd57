import { type Bytes, concatBytes, encodeText } from "../../lib/core/bytes.ts";
import { makeAvi } from "./make_avi.ts";
import { makeJpegs, makeMultipart } from "./make_film.ts";
import { makeMp4 } from "./make_mp4.ts";

/** A file that was made to cost its reader as much as possible. */
export interface HostileFilm {
  readonly name: string;
  /** Makes the file anew. */
  make(): Bytes;
}

/** The shortest bytes that a walk over markers takes for a JPEG: SOI, SOS without anything, EOI. */
const TINY = Uint8Array.of(0xff, 0xd8, 0xff, 0xda, 0, 2, 0xff, 0xd9);
const [JPEG] = makeJpegs(1, { width: 16, height: 16 });

/** Files of about `size` bytes for every container: many tiny pieces, huge tables, endless chains, traps. */
export function hostileFilms(size: number): HostileFilm[] {
  return [
    { name: "raw: frames of 8 bytes", make: () => fill(size, TINY) },
    { name: "raw: SOIs without a scan", make: () => fill(size, hex("ffd8ffe00002"), JPEG!) },
    { name: "raw: SOIs that share one long scan in vain", make: () => sharedScan(size) },
    { name: "raw: SOIs that share a chain of segments in vain", make: () => sharedChain(size) },
    {
      name: "raw: stuffed bytes",
      make: () => concatBytes([TINY.subarray(0, 6), fill(size, hex("ff00")), hex("ffd9")]),
    },
    {
      name: "raw: restart markers",
      make: () => concatBytes([TINY.subarray(0, 6), fill(size, hex("ffd0")), hex("ffd9")]),
    },
    { name: "raw: almost all blocks, and no EOI", make: () => endless(size) },
    { name: "lab: frames of 96 bytes", make: () => fill(size, labFrame(96)) },
    {
      name: "lab: a byte of junk before every frame",
      make: () => concatBytes([labFrame(96), fill(size, text("#"), labFrame(96))]),
    },
    {
      name: "lab: lengths that are none",
      make: () => concatBytes([labFrame(96), fill(size, text("0000000000000001"), hex("ffd8"))]),
    },
    { name: "lab: D8 without FF", make: () => concatBytes([labFrame(96), fill(size, hex("d8"))]) },
    { name: "multipart: parts of 8 bytes", make: () => concatBytes([makeMultipart([JPEG!]), fill(size, TINY)]) },
    {
      name: "multipart: long headers",
      make: () => concatBytes([makeMultipart([JPEG!]), fill(size, longHeaders(), TINY)]),
    },
    {
      name: "multipart: stuffed bytes",
      make: () => concatBytes([makeMultipart([JPEG!]), TINY.subarray(0, 6), fill(size, hex("ff00"))]),
    },
    ...hostileAvis(size),
    ...hostileMp4s(size),
  ];
}

/** A JPEG without EOI whose last MCUs are missing: four blocks of 191 bits, all coefficients minus one, and two of four. */
function endless(size: number): Bytes {
  const side = 16 * Math.ceil(Math.sqrt(8 * size / (4 * 191 + 2 * 4)));
  const head = JPEG!.slice(0, find(JPEG!, "\xff\xda") + 14);
  const frame = find(head, "\xff\xc0");
  new DataView(head.buffer).setUint16(frame + 5, side);
  new DataView(head.buffer).setUint16(frame + 7, side);
  return concatBytes([head, new Uint8Array(size - head.length)]);
}

function hostileAvis(size: number): HostileFilm[] {
  const open = makeAvi([JPEG!], { index: "none" });
  // The last headers before the movie count.
  const movie = find(open, "movi") - 8;
  const inHeaders = (list: Bytes) => concatBytes([open.subarray(0, movie), list, open.subarray(movie)]);
  const entries = Math.floor(size / 16);
  const index = (entry: Bytes) => {
    const film = makeAvi([JPEG!]);
    const at = find(film, "idx1");
    return concatBytes([film.subarray(0, at + 4), le(entries * 16), fill(entries * 16, entry)]);
  };
  const ownEntry = makeAvi([JPEG!]).slice(-16);
  const openDml = makeAvi([JPEG!, JPEG!], { index: "OpenDML" });
  return [
    { name: "AVI: chunks of 0 bytes", make: () => concatBytes([open, fill(size, text("00dc"), le(0))]) },
    { name: "AVI: chunks of another stream", make: () => concatBytes([open, fill(size, text("01wb"), le(0))]) },
    { name: "AVI: lists in lists", make: () => concatBytes([open, fill(size, text("LIST"), le(4), text("rec "))]) },
    {
      name: "AVI: a gap before every chunk",
      make: () => concatBytes([open, fill(size, hex("00"), text("00dc"), le(2), hex("ffd8"))]),
    },
    { name: "AVI: an index of one frame again and again", make: () => index(ownEntry) },
    { name: "AVI: an index of another stream", make: () => index(concatBytes([text("01wb"), ownEntry.subarray(4)])) },
    { name: "AVI: an index of empty frames", make: () => index(concatBytes([ownEntry.subarray(0, 12), le(0)])) },
    { name: "AVI: empty streams", make: () => inHeaders(list("hdrl", fill(size, text("LIST"), le(4), text("strl")))) },
    {
      name: "AVI: streams of another kind",
      make: () =>
        inHeaders(
          list("hdrl", fill(size, list("strl", text("strh"), le(28), text("vidsH264"), new Uint8Array(20)))),
        ),
    },
    {
      name: "AVI: chunks in a stream",
      make: () => inHeaders(list("hdrl", list("strl", fill(size, text("junk"), le(0))))),
    },
    { name: "AVI: an index of the same index again and again", make: () => sameIndex(openDml, size) },
  ];
}

/** OpenDML whose index of indexes names an empty index as often as it can. */
function sameIndex(film: Bytes, size: number): Bytes {
  const head = find(film, "strh");
  const streamHead = film.subarray(head, head + 8 + 56);
  const format = film.subarray(find(film, "strf"), find(film, "strf") + 48);
  const count = Math.floor(size / 16);
  const empty = concatBytes([text("ix00"), le(24), hex("02000001"), le(0), text("00dc"), le(0), le(0), le(0)]);
  const make = (offset: number) => {
    const entries = fill(count * 16, le(offset), le(0), le(empty.length), le(0));
    const superIndex = concatBytes([
      text("indx"),
      le(24 + entries.length),
      hex("04000000"),
      le(count),
      text("00dc"),
      new Uint8Array(12),
      entries,
    ]);
    const headers = list("hdrl", list("strl", streamHead, format, superIndex));
    return concatBytes([text("RIFF"), le(0), text("AVI "), headers, list("movi", empty)]);
  };
  const at = find(make(0), "movi") + 4;
  return make(at);
}

function hostileMp4s(size: number): HostileFilm[] {
  const open = makeMp4([JPEG!, JPEG!], { perFragment: 2 });
  const flat = makeMp4([JPEG!, JPEG!], { fast: true });
  const run = (count: number) => box("trun", be(0), be(count));
  const traf = (...parts: Bytes[]) => box("traf", box("tfhd", hex("00000010"), be(2), be(96)), ...parts);
  const samples = Math.floor(size / 64) - 8;
  return [
    { name: "MP4: empty boxes", make: () => concatBytes([open, fill(size, box("free"))]) },
    { name: "MP4: empty fragments", make: () => concatBytes([open, fill(size, box("moof"))]) },
    {
      name: "MP4: fragments of another track",
      make: () =>
        concatBytes([
          open,
          fill(size, box("moof", box("traf", box("tfhd", be(0), be(9)), box("free"), box("free")))),
        ]),
    },
    { name: "MP4: fragments of one frame", make: () => concatBytes([open, fill(size, box("moof", traf(run(1))))]) },
    {
      name: "MP4: fragments that name all frames there can be",
      make: () => concatBytes([open, fill(size, box("moof", traf(run(samples))))]),
    },
    {
      name: "MP4: one fragment with many runs",
      make: () => concatBytes([open, box("moof", traf(fill(size, run(1))))]),
    },
    {
      name: "MP4: one fragment with many tracks",
      make: () => concatBytes([open, box("moof", fill(size, traf(run(1))))]),
    },
    { name: "MP4: boxes in boxes", make: () => concatBytes([box("ftyp", text("isom")), nested(size)]) },
    {
      name: "MP4: many tracks",
      make: () =>
        concatBytes([box("ftyp", text("isom")), box("moov", fill(size, box("trak", box("mdia", box("minf")))))]),
    },
    {
      name: "MP4: a table of runs without chunks",
      make: () => withTable(flat, "stsc", fill(size, be(1), be(1), be(1)), 12),
    },
    { name: "MP4: a table of times without samples", make: () => withTable(flat, "stts", fill(size, be(0), be(1)), 8) },
    {
      name: "MP4: a table of empty samples",
      make: () => withTable(flat, "stsz", fill(Math.floor(size / 64) * 4, be(0)), 4, be(0)),
    },
    {
      name: "MP4: no tables, SOIs in vain",
      make: () => concatBytes([box("ftyp", text("qt  ")), be(0), text("mdat"), sharedScan(size)]),
    },
  ];
}

/** The film with another table of this name in its sample table, which is found first. */
function withTable(film: Bytes, name: string, entries: Bytes, stride: number, before = new Uint8Array(0)): Bytes {
  const at = find(film, "stbl") + 4;
  const table = box(name, be(0), before, be(Math.floor(entries.length / stride)), entries);
  const grown = concatBytes([film.subarray(0, at), table, film.subarray(at)]);
  const view = new DataView(grown.buffer);
  let behind = at;
  for (const parent of ["stbl", "minf", "mdia", "trak", "moov"]) {
    const offset = new TextDecoder("latin1").decode(grown.subarray(0, behind)).lastIndexOf(parent) - 4;
    view.setUint32(offset, view.getUint32(offset) + table.length);
    behind = offset;
  }
  return grown;
}

/** Boxes that each hold the next, as deep as this many bytes allow. */
function nested(size: number): Bytes {
  const depth = Math.floor(size / 8);
  const bytes = new Uint8Array(depth * 8);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < depth; i++) {
    view.setUint32(i * 8, (depth - i) * 8);
    bytes.set(text(["moov", "trak", "mdia", "minf", "stbl"][Math.min(i, 4)]!), i * 8 + 4);
  }
  return bytes;
}

/** Runs of SOIs whose first segment jumps over the others to one scan that ends in nonsense. */
function sharedScan(size: number): Bytes {
  const starts = Array.from({ length: 4000 }, (_, i) => concatBytes([hex("ffd8ffe1"), be16((4000 - i) * 6 - 4)]));
  const scan = concatBytes([hex("ffda0002"), fill(60_000, hex("ff00")), hex("ffc40000")]);
  return concatBytes([JPEG!, fill(size, concatBytes([...starts, scan]), JPEG!)]);
}

/** Likewise, with a chain of the shortest segments instead of a scan. */
function sharedChain(size: number): Bytes {
  const starts = Array.from({ length: 4000 }, (_, i) => concatBytes([hex("ffd8ffe1"), be16((4000 - i) * 6 - 4)]));
  const chain = concatBytes([fill(60_000, hex("ffe00002")), hex("ffc40000")]);
  return concatBytes([JPEG!, fill(size, concatBytes([...starts, chain]), JPEG!)]);
}

function longHeaders(): Bytes {
  return text(`\r\n${"X-Timestamp: ".repeat(1200)}1\r\n\r\n`);
}

function labFrame(length: number): Bytes {
  const frame = new Uint8Array(length);
  frame.set(TINY.subarray(0, 6));
  frame.set(TINY.subarray(6), length - 2);
  return concatBytes([text(String(length).padStart(5, "0")), frame]);
}

/** These parts again and again, up to `size` bytes. */
function fill(size: number, ...parts: Uint8Array[]): Bytes {
  const part = concatBytes(parts);
  const bytes = new Uint8Array(Math.floor(size / part.length) * part.length);
  for (let at = 0; at < bytes.length; at += part.length) bytes.set(part, at);
  return bytes;
}

function list(kind: string, ...parts: Uint8Array[]): Bytes {
  const data = concatBytes(parts);
  return concatBytes([text("LIST"), le(data.length + 4), text(kind), data]);
}

function box(type: string, ...parts: Uint8Array[]): Bytes {
  const data = concatBytes(parts);
  return concatBytes([be(data.length + 8), text(type), data]);
}

function find(film: Bytes, name: string): number {
  return new TextDecoder("latin1").decode(film).indexOf(name);
}

function text(value: string): Bytes {
  return encodeText(value);
}

function hex(digits: string): Bytes {
  return Uint8Array.from(digits.match(/../g)!, (pair) => parseInt(pair, 16));
}

function le(value: number): Bytes {
  return Uint8Array.of(value, value >>> 8, value >>> 16, value >>> 24);
}

function be(value: number): Bytes {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}

function be16(value: number): Bytes {
  return Uint8Array.of(value >>> 8, value);
}
