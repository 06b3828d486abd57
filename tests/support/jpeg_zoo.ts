import { Image } from "imagescript";
import { type Bytes, concatBytes, encodeText } from "../../lib/core/bytes.ts";
import { DHT, DNL, DQT, DRI, SOF0, SOS } from "../../lib/jpeg/markers.ts";
import { drawPixmap, pipe, type Pixmap, writePixmap } from "./jpeg_programs.ts";
import { insertAt, markerOffset, patched, segment, withoutSegments } from "./jpeg_samples.ts";

/** What must become of a JPEG: all coefficients kept, luma kept and chroma resampled, all converted, or refused. */
export type Fate = "lossless" | "grey" | "chroma" | "converted" | "refused";

/** One animal of the zoo. */
export interface Specimen {
  readonly name: string;
  readonly fate: Fate;
  readonly bytes: Bytes;
  /** For refused ones: words that the reason must have. */
  readonly reason?: string;
}

const SMALL = drawPixmap(43, 37);
const GREY = drawPixmap(43, 37, 1);
const LARGE = drawPixmap(200, 152);

const cjpeg = (picture: Pixmap, ...words: string[]) => pipe("cjpeg", words, writePixmap(picture));
const jpegtran = (jpeg: Bytes, ...words: string[]) => pipe("jpegtran", words, jpeg);
const ffmpeg = (picture: Pixmap, ...words: string[]) =>
  pipe(
    "ffmpeg",
    [
      ..."-loglevel error -f image2pipe -c:v ppm -i - -c:v mjpeg -strict unofficial".split(" "),
      ...words,
      "-f",
      "mjpeg",
      "-",
    ],
    writePixmap(picture),
  );

/** Makes all of them; takes a few seconds and needs cjpeg, jpegtran, ImageMagick's convert and ffmpeg. */
export async function makeZoo(): Promise<Specimen[]> {
  const groups = await Promise.all([
    sampled(),
    entropyCoded(),
    scripted(),
    quantized(),
    sized(),
    foreign(),
    handMade(),
  ]);
  return groups.flat();
}

async function all(fate: Fate, cases: Record<string, Promise<Bytes>>): Promise<Specimen[]> {
  const entries = Object.entries(cases);
  const made = await Promise.all(entries.map(([, bytes]) => bytes));
  return entries.map(([name], index) => ({ name, fate, bytes: made[index]! }));
}

/** Sampling factors, those with a type of their own and the others. */
async function sampled(): Promise<Specimen[]> {
  const sample = (factors: string, ...words: string[]) => cjpeg(SMALL, "-quality", "80", "-sample", factors, ...words);
  const lossless = ["2x1", "2x2", "2x2,1x2,1x2", "4x1,2x1,2x1", "2x2,1x1,1x1"];
  const chroma = [
    "1x1",
    "1x2",
    "4x1",
    "4x2",
    "1x4",
    "2x4",
    "2x2,2x1,2x1",
    "2x2,2x1,1x2",
    "2x1,2x1,1x1",
    "3x1",
    "1x3",
    "3x2",
  ];
  const named = (list: string[], ...words: string[]) =>
    Object.fromEntries(list.map((factors) => [`sampling ${[factors, ...words].join(" ")}`, sample(factors, ...words)]));
  return [
    ...await all("lossless", named(lossless)),
    ...await all("lossless", named(["2x2,1x2,1x2", "4x1,2x1,2x1"], "-progressive")),
    ...await all("chroma", named(chroma)),
    ...await all("chroma", named(["1x1", "1x2", "4x1"], "-progressive")),
    ...await all("grey", { "grey": cjpeg(GREY), "grey progressive": cjpeg(GREY, "-progressive") }),
    ...await all("grey", { "grey 2x2": cjpeg(GREY, "-sample", "2x2"), "grey optimised": cjpeg(GREY, "-optimize") }),
  ];
}

/** Huffman tables of their own, progressive, restart intervals. */
async function entropyCoded(): Promise<Specimen[]> {
  const base = await cjpeg(LARGE, "-quality", "85", "-sample", "2x2");
  const wide = await cjpeg(LARGE, "-quality", "85", "-sample", "2x1");
  const wording: Record<string, string[]> = {
    "optimised": ["-optimize"],
    "optimised, restarts": ["-optimize", "-restart", "3B"],
    "optimised, restart at each MCU": ["-optimize", "-restart", "1B"],
    "optimised, restart at each row": ["-optimize", "-restart", "1"],
    "restart interval never reached": ["-restart", "9999B"],
    "progressive": ["-progressive"],
    "progressive, restarts": ["-progressive", "-restart", "5B"],
  };
  const cases = Object.entries(wording).flatMap(([name, words]) => [
    [`4:2:0 ${name}`, jpegtran(base, ...words)] as const,
    [`4:2:2 ${name}`, jpegtran(wide, ...words)] as const,
  ]);
  return [
    ...await all("lossless", Object.fromEntries(cases)),
    ...await all("grey", { "made grey by jpegtran": jpegtran(base, "-grayscale", "-restart", "4B") }),
    ...await refusedOnes(base),
  ];
}

async function refusedOnes(base: Bytes): Promise<Specimen[]> {
  const sof = markerOffset(base, SOF0);
  const refused = (name: string, bytes: Bytes, reason: string): Specimen => ({ name, fate: "refused", bytes, reason });
  const arithmetic = await jpegtran(base, "-arithmetic");
  const cmyk = await pipe("convert", ["ppm:-", "-colorspace", "CMYK", "jpeg:-"], writePixmap(SMALL));
  return [
    refused("arithmetic", arithmetic, "arithmetic-coded (SOF9)"),
    refused("arithmetic progressive", await jpegtran(base, "-arithmetic", "-progressive"), "arithmetic-coded (SOF10)"),
    refused("CMYK", cmyk, "CMYK (4 components in SOF0)"),
    refused("12 bits", patched(base, { [sof + 1]: 0xc1, [sof + 4]: 12 }), "12 bits a sample (SOF1)"),
    refused("lossless process", patched(base, { [sof + 1]: 0xc3 }), "lossless (SOF3)"),
    refused("hierarchical", patched(base, { [sof + 1]: 0xc5 }), "hierarchical (SOF5)"),
    refused("height in DNL", patched(base, { [sof + 5]: 0, [sof + 6]: 0 }), "height is 0"),
    refused("cut off", (await jpegtran(base, "-optimize")).slice(0, 3000), "ends in"),
    refused("luma coarser than chroma", await cjpeg(SMALL, "-sample", "1x1,2x2,2x2"), "its sampling is 1x1,2x2,2x2"),
  ];
}

/** Scans by a script: in any number and order. */
async function scripted(): Promise<Specimen[]> {
  const scripts: Record<string, string> = {
    "one scan a component": "0; 1; 2;",
    "luma first, chroma together": "0; 1,2;",
    "spectral selection only": "0,1,2: 0-0, 0, 0; 0: 1-63, 0, 0; 1: 1-63, 0, 0; 2: 1-63, 0, 0;",
    "coarse bits": "0,1,2: 0-0, 0, 3; 0: 1-63, 0, 3; 1: 1-63, 0, 0; 2: 1-20, 0, 0; 2: 21-63, 0, 0; 0: 1-63, 3, 2; " +
      "0,1,2: 0-0, 3, 2; 0: 1-63, 2, 1; 0,1,2: 0-0, 2, 1; 0,1,2: 0-0, 1, 0; 0: 1-63, 1, 0;",
    "DC apart": "0: 0-0, 0, 1; 1: 0-0, 0, 0; 2: 0-0, 0, 0; 0: 1-5, 0, 2; 0: 0-0, 1, 0; 0: 6-63, 0, 2; 0: 1-63, 2, 1; " +
      "0: 1-63, 1, 0; 1: 1-63, 0, 0; 2: 1-63, 0, 0;",
  };
  const folder = await Deno.makeTempDir();
  try {
    const cases = Object.entries(scripts).map(async ([name, script], index) => {
      const path = `${folder}/${index}.txt`;
      await Deno.writeTextFile(path, script);
      const make = (factors: string) => cjpeg(LARGE, "-quality", "90", "-sample", factors, "-scans", path);
      const lossless = all("lossless", { [`4:2:0, ${name}`]: make("2x2"), [`4:2:2, ${name}`]: make("2x1") });
      return [...await lossless, ...await all("chroma", { [`4:4:4, ${name}`]: make("1x1") })];
    });
    return (await Promise.all(cases)).flat();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Qualities from the worst to the best, tables of 16 bits, three tables. */
async function quantized(): Promise<Specimen[]> {
  const quality = (value: number, ...words: string[]) => cjpeg(LARGE, "-quality", String(value), ...words);
  const cases = Object.fromEntries(
    [1, 10, 50, 95, 100].map((value) => [`quality ${value}`, quality(value, "-sample", "2x2", "-optimize")]),
  );
  const folder = await Deno.makeTempDir();
  try {
    const tables = [16, 17, 24].map((first) => Array.from({ length: 64 }, (_, k) => first + k).join(" ")).join("\n");
    await Deno.writeTextFile(`${folder}/q.txt`, tables);
    const three = ["-qtables", `${folder}/q.txt`, "-qslots", "0,1,2"];
    return [
      ...await all("lossless", cases),
      ...await all("lossless", {
        "three tables": quality(75, "-sample", "2x2", ...three),
        "three tables, progressive": quality(75, "-sample", "2x1", ...three, "-progressive"),
        "16-bit tables": quality(2, "-sample", "2x1"),
        "16-bit tables, progressive": quality(4, "-sample", "2x2", "-progressive"),
      }),
      ...await all("chroma", {
        "three tables, 4:4:4": quality(75, "-sample", "1x1", ...three),
        "4:4:4 quality 100": quality(100, "-sample", "1x1"),
        "4:4:4 quality 10": quality(10, "-sample", "1x1"),
        "4:4:0 quality 50": quality(50, "-sample", "1x2"),
        "4:1:1 quality 95": quality(95, "-sample", "4x1"),
      }),
    ];
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Sizes at and around the edges of blocks and MCUs. */
async function sized(): Promise<Specimen[]> {
  const sizes = [[1, 1], [8, 8], [9, 16], [16, 16], [17, 33], [41, 8], [2048, 8], [8, 2100]] as const;
  const cases = (factors: string, ...words: string[]) =>
    Object.fromEntries(
      sizes.map((
        [width, height],
      ) => [
        `${width}x${height} ${[factors, ...words].join(" ")}`,
        cjpeg(drawPixmap(width, height), "-sample", factors, ...words),
      ]),
    );
  const grey = sizes.slice(0, 6).map(([width, height]) =>
    [`${width}x${height} grey`, cjpeg(drawPixmap(width, height, 1))] as const
  );
  return [
    ...await all("lossless", cases("2x2", "-optimize")),
    ...await all("lossless", cases("2x1", "-progressive")),
    ...await all("chroma", cases("1x1")),
    ...await all("grey", Object.fromEntries(grey)),
  ];
}

/** What other programs write. */
async function foreign(): Promise<Specimen[]> {
  const convert = (...words: string[]) => pipe("convert", ["ppm:-", ...words, "jpeg:-"], writePixmap(LARGE));
  const image = new Image(LARGE.width, LARGE.height);
  for (let at = 0; at < LARGE.width * LARGE.height; at++) {
    image.bitmap.set([...LARGE.samples.subarray(at * 3, at * 3 + 3), 255], at * 4);
  }
  return [
    ...await all("lossless", {
      "ImageMagick 4:2:0": convert("-sampling-factor", "4:2:0", "-quality", "70"),
      "ImageMagick 4:2:2 interlaced": convert("-sampling-factor", "4:2:2", "-interlace", "JPEG"),
      "ffmpeg yuvj420p, own tables": ffmpeg(LARGE, "-pix_fmt", "yuvj420p", "-huffman", "optimal"),
      "ffmpeg yuvj422p, standard tables": ffmpeg(LARGE, "-pix_fmt", "yuvj422p", "-huffman", "default"),
    }),
    ...await all("chroma", {
      "ImageMagick 4:4:4": convert("-sampling-factor", "4:4:4"),
      "ffmpeg yuvj444p": ffmpeg(LARGE, "-pix_fmt", "yuvj444p"),
      "imagescript": image.encodeJPEG(80) as Promise<Bytes>,
    }),
    ...await all("grey", {
      "ImageMagick grey": convert("-colorspace", "Gray"),
    }),
    ...await all("converted", {
      "RGB": cjpeg(LARGE, "-rgb", "-sample", "1x1"),
      "RGB progressive": cjpeg(SMALL, "-rgb", "-progressive", "-quality", "95"),
    }),
  ];
}

/** Oddities that no program writes but some camera does. */
async function handMade(): Promise<Specimen[]> {
  const plain = await cjpeg(SMALL, "-sample", "2x2");
  const base = await jpegtran(plain, "-optimize");
  const dqt = markerOffset(base, DQT);
  const sos = markerOffset(base, SOS);
  const sof = markerOffset(base, SOF0);
  const comment = segment(0xfe, ...encodeText("a comment with \xff\xd8\xff\xd9 in it"));
  const thumbnail = segment(0xe1, ...encodeText("Exif\0\0"), ...plain);
  const odd: Record<string, Bytes> = {
    "no EOI": base.slice(0, -2),
    "junk behind EOI": concatBytes([base, encodeText("--boundary\r\n"), plain]),
    "no Huffman tables": withoutSegments(plain, DHT),
    "APPn and COM everywhere": insertAt(insertAt(insertAt(base, sos, comment), sof, thumbnail), 2, segment(0xe7, 1)),
    "fill bytes before markers": insertAt(
      insertAt(insertAt(base, base.length - 2, Uint8Array.of(255, 255)), sos, Uint8Array.of(255)),
      dqt,
      Uint8Array.of(255, 255, 255),
    ),
    "stray bytes before a marker": insertAt(base, sof, Uint8Array.of(0, 1, 2)),
    "tables numbered 3 and 2": oddTableNumbers(base),
    "tables in one segment": oneTableSegment(base),
    "Cb and Cr with own copies of a table": ownCopies(base, sof),
    "table defined twice": insertAt(base, dqt, segment(DQT, 0, ...new Array<number>(64).fill(9))),
    "16-bit form of small tables": wideForm(base),
    "DRI of 0": insertAt(base, sos, segment(DRI, 0, 0)),
    "DRI of 65535": insertAt(base, sos, segment(DRI, 255, 255)),
    "extended sequential": patched(base, { [sof + 1]: 0xc1 }),
    "component ids 0, 1, 2": otherIds(base, sof, sos, [0, 1, 2]),
    "component ids 200, 7, 35": otherIds(base, sof, sos, [200, 7, 35]),
    "DNL behind the scan": insertAt(base, base.length - 2, segment(DNL, 0, 37)),
  };
  return Object.entries(odd).map(([name, bytes]) => ({ name, fate: "lossless", bytes }));
}

function oddTableNumbers(base: Bytes): Bytes {
  const first = markerOffset(base, DQT);
  const sof = markerOffset(base, SOF0);
  return patched(base, { [first + 4]: 3, [first + 73]: 2, [sof + 12]: 3, [sof + 15]: 2, [sof + 18]: 2 });
}

function oneTableSegment(base: Bytes): Bytes {
  const at = markerOffset(base, DQT);
  const both = [...base.subarray(at + 4, at + 69), ...base.subarray(at + 73, at + 138)];
  return concatBytes([base.subarray(0, at), segment(DQT, ...both), base.subarray(at + 138)]);
}

function ownCopies(base: Bytes, sof: number): Bytes {
  const at = markerOffset(base, DQT) + 69;
  const copy = patched(base.slice(at, at + 69), { 4: 2 });
  return insertAt(patched(base, { [sof + 18]: 2 }), at, copy);
}

function wideForm(base: Bytes): Bytes {
  const at = markerOffset(base, DQT);
  const wide = segment(DQT, 0x10, ...Array.from(base.subarray(at + 5, at + 69), (step) => [0, step]).flat());
  return concatBytes([base.subarray(0, at), wide, base.subarray(at + 69)]);
}

function otherIds(base: Bytes, sof: number, sos: number, ids: readonly number[]): Bytes {
  // Without JFIF the meaning of components hangs on their ids alone.
  const renamed = patched(
    base,
    Object.fromEntries(ids.flatMap((id, index) => [[sof + 10 + index * 3, id], [sos + 5 + index * 2, id]])),
  );
  return withoutSegments(renamed, 0xe0);
}
