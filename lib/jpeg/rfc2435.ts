import type { Bytes } from "../core/bytes.ts";
import { markerName, SOF0, SOF1 } from "./markers.ts";
import type { JpegImage, JpegScan, QuantizationTable } from "./parse.ts";
import { equalHuffman, STANDARD_HUFFMAN } from "./standard_tables.ts";

/** Largest width and height that the header's 8-bit counts of 8 pixels can say (RFC 2435, section 3.1). */
export const MAX_RTP_JPEG_SIZE = 2040;
/** First length of entropy-coded data that the 24-bit fragment offset cannot count. */
export const MAX_RTP_JPEG_SCAN = 0x1000000;
/** Types from here on carry restart markers (RFC 2435, section 3.1.7); the rest is the type without them. */
export const RESTART_TYPES = 64;

/** Names of samplings by luma samples for one of chroma, across x down. */
const SAMPLING_NAMES: ReadonlyMap<string, string> = new Map([
  ["1x1", "4:4:4"],
  ["2x1", "4:2:2"],
  ["2x2", "4:2:0"],
  ["1x2", "4:4:0"],
  ["4x1", "4:1:1"],
  ["4x2", "4:1:0"],
]);

/** A picture as RFC 2435 carries it: Huffman tables are the standard ones, both chroma planes share one table. */
export interface RtpJpeg {
  /** 0: 4:2:2, 1: 4:2:0; 64 and 65: the same with restart markers. */
  readonly type: number;
  /** True width in pixels. */
  readonly width: number;
  /** True height in pixels. */
  readonly height: number;
  /** MCUs between restart markers; 0 for types below 64. */
  readonly restartInterval: number;
  /** 128 steps of 8 bits: luma, then chroma, each in zig-zag order. Pictures with the same tables share them. */
  readonly quantization: Bytes;
  /** Entropy-coded data without EOI. */
  readonly scan: Bytes;
}

/** The picture, or why RFC 2435 cannot carry it: words that follow "because". */
export type FitResult =
  | { readonly fits: true; readonly image: RtpJpeg }
  | { readonly fits: false; readonly reason: string };

/**
 * Tells whether RFC 2435 can carry the JPEG with not a bit of its scan changed.
 *
 * `maxSize` is the limit for width and height in pixels: a sender that says the size elsewhere may raise it.
 */
export function fitRfc2435(image: JpegImage, maxSize: number = MAX_RTP_JPEG_SIZE): FitResult {
  const head = judgementOf(image);
  const reason = head.misfit ?? misfitOfSize(image, maxSize) ?? misfitOfScan(image, head);
  if (reason !== undefined) return { fits: false, reason };
  const scan = image.scans[0]!;
  const luma = image.components[0]!;
  const restartInterval = scan.restartMarkers > 0 ? scan.restartInterval : 0;
  return {
    fits: true,
    image: {
      type: (luma.vertical === 1 ? 0 : 1) + (restartInterval > 0 ? RESTART_TYPES : 0),
      width: image.width,
      height: image.height,
      restartInterval,
      quantization: head.quantization!,
      scan: scan.data,
    },
  };
}

/** What the marker segments of a picture come to, whatever its size and data. */
interface Judgement {
  /** Why they do not fit: the coding process, the colours, the quantization. */
  readonly misfit: string | undefined;
  /** Why the Huffman tables of the first scan do not. */
  readonly huffmanMisfit: string | undefined;
  /** Both tables, where they fit. */
  readonly quantization: Bytes | undefined;
}

/** All that a judgement rests on. */
type Judged = Pick<JpegImage, "process" | "precision" | "components" | "colorModel" | "quantization"> & {
  readonly scan: Pick<JpegScan, "components" | "dcTables" | "acTables">;
};

/** The pictures of a film have their tables in common (`JpegReader`), and comparing them takes longer than the rest. */
const judgements = new WeakMap<JpegImage["components"], { readonly judged: Judged; readonly judgement: Judgement }>();

function judgementOf(image: JpegImage): Judgement {
  const known = judgements.get(image.components);
  if (known && isJudged(known.judged, image)) return known.judgement;
  const { process, precision, components, colorModel, quantization } = image;
  const { components: coded, dcTables, acTables } = image.scans[0]!;
  const misfit = misfitOfProcess(image) ?? misfitOfColor(image);
  const judgement = {
    misfit,
    huffmanMisfit: misfitOfHuffman(image.scans[0]!),
    quantization: misfit === undefined ? joinTables(tableOf(image, 0)!, tableOf(image, 1)!) : undefined,
  };
  const scan = { components: coded, dcTables, acTables };
  const judged = { process, precision, components, colorModel, quantization, scan };
  judgements.set(components, { judged, judgement });
  return judgement;
}

function isJudged(judged: Judged, image: JpegImage): boolean {
  const scan = image.scans[0]!;
  return judged.quantization === image.quantization && judged.process === image.process &&
    judged.precision === image.precision && judged.colorModel === image.colorModel &&
    judged.scan.components === scan.components && judged.scan.dcTables === scan.dcTables &&
    judged.scan.acTables === scan.acTables;
}

function misfitOfProcess({ process, precision }: JpegImage): string | undefined {
  if (process !== SOF0 && process !== SOF1) return `it is ${describeProcess(process)} (${markerName(process)})`;
  if (precision !== 8) return `it has ${precision} bits a sample (${markerName(process)})`;
  return undefined;
}

/** What RFC 2435 has a type for may still be written in factors that order the blocks in another way. */
function misfitOfSampling(image: JpegImage): string {
  const name = describeSampling(image);
  const carried = name === "4:2:0" || name === "4:2:2";
  return `its sampling is ${name}${carried ? ` in unusual factors (${factorsOf(image.components)})` : ""}`;
}

/** The coding process of a start-of-frame marker in words (T.81, table B.1). */
export function describeProcess(process: number): string {
  if (process >= 0xc9) return "arithmetic-coded";
  if (process >= 0xc5) return "hierarchical";
  return ["baseline", "extended sequential", "progressive", "lossless"][process - SOF0] ?? "of an unknown kind";
}

function misfitOfColor(image: JpegImage): string | undefined {
  if (image.colorModel === "grey") return "it is grey (one component)";
  if (image.colorModel !== "YCbCr") {
    return `its colour model is ${image.colorModel} (${image.components.length} components)`;
  }
  const [luma, ...chroma] = image.components;
  const hasUnits = chroma.every(({ horizontal, vertical }) => horizontal === 1 && vertical === 1);
  if (!hasUnits || luma!.horizontal !== 2 || luma!.vertical > 2) return misfitOfSampling(image);
  const tables = [0, 1, 2].map((index) => tableOf(image, index));
  if (tables.includes(undefined)) return "a quantization table is missing";
  if (tables.some((table) => table!.values.some((value) => value > 255))) return "its quantization has 16 bits";
  if (!sameSteps(tables[1]!, tables[2]!)) return "Cb and Cr have different quantization tables";
  return undefined;
}

/**
 * The sampling as people name it: by how many samples of luma share one of chroma across and down, whatever factors say
 * so ("4:4:4" for 1x1,1x1,1x1 and for 1x2,1x2,1x2); "grey" without chroma. Where there is no name, its factors:
 * "1x1,1x2,1x1".
 */
export function describeSampling({ components }: JpegImage): string {
  return nameOfSampling(components) ?? factorsOf(components);
}

type SamplingFactors = readonly { readonly horizontal: number; readonly vertical: number }[];

function nameOfSampling([luma, ...chroma]: SamplingFactors): string | undefined {
  if (chroma.length === 0) return "grey";
  const ratios = chroma.map(({ horizontal, vertical }) =>
    `${luma!.horizontal / horizontal}x${luma!.vertical / vertical}`
  );
  return new Set(ratios).size === 1 ? SAMPLING_NAMES.get(ratios[0]!) : undefined;
}

function factorsOf(components: SamplingFactors): string {
  return components.map(({ horizontal, vertical }) => `${horizontal}x${vertical}`).join();
}

function misfitOfSize({ width, height, scans }: JpegImage, maxSize: number): string | undefined {
  if (width > maxSize || height > maxSize) {
    return `it is ${width}x${height} pixels, and ${maxSize}x${maxSize} is the most`;
  }
  if (scans[0]!.data.length >= MAX_RTP_JPEG_SCAN) return "its data is 16 MiB or more";
  return undefined;
}

function misfitOfScan(image: JpegImage, { huffmanMisfit }: Judgement): string | undefined {
  const scan = image.scans[0]!;
  if (image.scans.length > 1 || scan.components.length < 3) return "its components are in separate scans";
  if (scan.strayMarker !== undefined) return `its data is damaged at byte ${scan.strayMarker}`;
  return huffmanMisfit ?? misfitOfRestarts(image, scan);
}

function misfitOfHuffman(scan: JpegScan): string | undefined {
  for (const [index, { dc, ac }] of scan.components.entries()) {
    const dcTable = scan.dcTables[dc];
    const acTable = scan.acTables[ac];
    if (dcTable === undefined || acTable === undefined) return "a Huffman table is missing";
    const wanted = index === 0 ? 0 : 1;
    if (!equalHuffman(dcTable, STANDARD_HUFFMAN.dc[wanted]) || !equalHuffman(acTable, STANDARD_HUFFMAN.ac[wanted])) {
      return "it has Huffman tables of its own";
    }
  }
  return undefined;
}

function misfitOfRestarts(image: JpegImage, scan: JpegScan): string | undefined {
  const { restartInterval, restartMarkers } = scan;
  const mcus = Math.ceil(image.width / 16) * Math.ceil(image.height / (8 * image.components[0]!.vertical));
  const expected = restartInterval === 0 ? 0 : Math.ceil(mcus / restartInterval) - 1;
  if (restartMarkers !== expected) return `it has ${restartMarkers} restart markers where ${expected} belong`;
  if (!scan.restartsInOrder) return "its restart markers are out of order";
  return undefined;
}

function tableOf(image: JpegImage, component: number): QuantizationTable | undefined {
  return image.quantization[image.components[component]!.quantization];
}

function sameSteps(a: QuantizationTable, b: QuantizationTable): boolean {
  return a === b || a.values.every((value, i) => value === b.values[i]);
}

function joinTables(luma: QuantizationTable, chroma: QuantizationTable): Bytes {
  const joined = new Uint8Array(128);
  joined.set(luma.values);
  joined.set(chroma.values, 64);
  return joined;
}
