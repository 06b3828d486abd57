import type { Bytes } from "../../core/bytes.ts";
import { InvalidDataError } from "../../core/errors.ts";
import { findJpegEnd, MAX_FRAME_SIZE, MAX_JUNK } from "../../jpeg/boundary.ts";
import type { Container, IndexScan } from "./container.ts";

/** Shortest JPEG that can be shown: SOI, one quantization table, SOF and SOS of one component, EOI. */
const MIN_JPEG_SIZE = 96;
const FIRST_LOOK = 64 * 1024;
/** Bytes that may be walked for nothing in one file: keeps the time linear when every SOI is a trap. */
const MAX_FAILED_WALK = 32 * 1024 * 1024;

/** JPEGs one after the other, with nothing or with junk between them. */
export const rawContainer: Container = { format: "raw", frameRate: 25, index: indexRaw };

async function indexRaw(scan: IndexScan): Promise<number> {
  let at = scan.from;
  let junkFrom = at;
  let failed = 0;
  while (true) {
    const start = await findStart(scan, at, junkFrom);
    if (start === undefined) {
      if (await hasBytes(scan, junkFrom)) {
        scan.remark(`The end of the file, from byte ${junkFrom} on, holds no whole JPEG and is left out`);
      }
      return junkFrom;
    }
    const walk = await walkJpeg(scan, start);
    if (walk === "cut off") {
      scan.remark(`The last JPEG, at byte ${start}, is cut off and left out`);
      return junkFrom;
    }
    if (walk.end - start >= MIN_JPEG_SIZE && walk.whole) {
      if (start > junkFrom) scan.remark(`${start - junkFrom} bytes at byte ${junkFrom} belong to no JPEG`);
      scan.add(start, walk.end - start);
      at = junkFrom = walk.end;
    } else {
      failed += walk.end - start;
      if (failed > MAX_FAILED_WALK) {
        throw new InvalidDataError("Cannot find whole JPEGs: too many begin in vain", start);
      }
      at = Math.max(start + 2, walk.whole ? walk.end : 0);
    }
  }
}

/** Where the next SOI with a marker behind it stands; undefined at the end of the file. */
async function findStart(scan: IndexScan, from: number, junkFrom: number): Promise<number | undefined> {
  for (let at = from;;) {
    const bytes = await scan.window.at(at, 3);
    for (let d8 = bytes.indexOf(0xd8, 1); d8 > 0; d8 = bytes.indexOf(0xd8, d8 + 1)) {
      if (bytes[d8 - 1] === 0xff && bytes[d8 + 1] === 0xff) {
        checkJunk(at + d8 - 1, junkFrom);
        return at + d8 - 1;
      }
    }
    if (bytes.length < 3) return undefined;
    at += bytes.length - 2;
    checkJunk(at, junkFrom);
  }
}

function checkJunk(at: number, junkFrom: number): void {
  if (at - junkFrom > MAX_JUNK) {
    throw new InvalidDataError(`Cannot find a JPEG: over ${MAX_JUNK} bytes belong to none`, junkFrom);
  }
}

/** `whole`: a JPEG from SOI to `end`; else what begins there is none and `end` tells how far it was followed. */
async function walkJpeg(scan: IndexScan, start: number): Promise<"cut off" | { end: number; whole: boolean }> {
  for (let wanted = FIRST_LOOK;;) {
    const bytes = await scan.window.at(start, wanted);
    const end = tryEnd(bytes);
    if (typeof end === "object") return { end: start + end.stopped, whole: false };
    const length = end ?? bytes.length;
    if (length >= MAX_FRAME_SIZE) {
      throw new InvalidDataError(`Cannot take a JPEG of over ${MAX_FRAME_SIZE} bytes`, start);
    }
    if (end !== undefined) return { end: start + end, whole: true };
    if (bytes.length < wanted) return "cut off";
    wanted = Math.min(MAX_FRAME_SIZE, bytes.length * 2);
  }
}

function tryEnd(bytes: Bytes): number | undefined | { stopped: number } {
  try {
    return findJpegEnd(bytes, 0);
  } catch (error) {
    if (!(error instanceof InvalidDataError)) throw error;
    return { stopped: Math.max(2, error.offset ?? 2) };
  }
}

async function hasBytes(scan: IndexScan, offset: number): Promise<boolean> {
  return (await scan.window.at(offset, 1)).length > 0;
}
