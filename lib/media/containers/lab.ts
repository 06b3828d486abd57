import { InvalidDataError } from "../../core/errors.ts";
import { MAX_FRAME_SIZE, MAX_JUNK } from "../../jpeg/boundary.ts";
import type { Container, IndexScan, Resume } from "./container.ts";

/** Most bytes from the start of a length to the JPEG behind it: digits and blanks. */
export const MAX_LENGTH_TEXT = 16;
/** Shortest JPEG that can be shown: SOI, one quantization table, SOF and SOS of one component, EOI. */
const SMALLEST_FRAME = 96;

/** The assignment's format: a decimal length, as a rule of 5 digits, then a JPEG of that length, again and again. */
export const labContainer: Container = {
  format: "lab",
  frameRate: 20,
  timed: false,
  index: indexLab,
};

/** The length before one JPEG. */
export interface LabLength {
  /** Bytes of digits and blanks up to the JPEG. */
  readonly headSize: number;
  /** Bytes of the JPEG, as written. */
  readonly length: number;
}

/**
 * Reads the length that begins at `start`: digits, with blanks around them, directly before an SOI.
 *
 * Python's servers take blanks and any number of digits, so files with them exist. Returns undefined for anything else.
 */
export function readLabLength(bytes: Uint8Array, start = 0): LabLength | undefined {
  const end = Math.min(bytes.length, start + MAX_LENGTH_TEXT);
  let at = start;
  while (at < end && isBlank(bytes[at]!)) at++;
  const firstDigit = at;
  let length = 0;
  while (at < end && isDigit(bytes[at]!)) length = length * 10 + bytes[at++]! - 0x30;
  if (at === firstDigit) return undefined;
  while (at < end && isBlank(bytes[at]!)) at++;
  if (bytes[at] !== 0xff || bytes[at + 1] !== 0xd8) return undefined;
  if (length < SMALLEST_FRAME || length >= MAX_FRAME_SIZE) return undefined;
  return { headSize: at - start, length };
}

async function indexLab(scan: IndexScan): Promise<Resume> {
  let at = scan.resume?.at ?? 0;
  while (true) {
    const head = await scan.window.at(at, MAX_LENGTH_TEXT + 2);
    if (head.length === 0) return { at };
    const found = readLabLength(head);
    if (found === undefined) {
      const next = await findNext(scan, at);
      if (next === undefined) return { at };
      at = next;
      continue;
    }
    const end = at + found.headSize + found.length;
    if ((await scan.window.at(end - 1, 1)).length === 0) {
      scan.remark(`The last frame, at byte ${at}, is cut off and left out`);
      return { at };
    }
    scan.add(at + found.headSize, found.length);
    at = end;
  }
}

/** Passes over what is no frame. Undefined at the end of the file; throws when it goes on too long. */
async function findNext(scan: IndexScan, from: number): Promise<number | undefined> {
  for (let at = from + 1; at - from <= MAX_JUNK;) {
    const bytes = await scan.window.at(at, MAX_LENGTH_TEXT + 2);
    const skipped = findLength(bytes);
    if (skipped !== undefined && at + skipped - from > MAX_JUNK) break;
    if (skipped !== undefined) {
      scan.remark(`${at + skipped - from} bytes from byte ${from} on belong to no frame and are left out`);
      return at + skipped;
    }
    if (bytes.length < MAX_LENGTH_TEXT + 2) {
      scan.remark(`The end of the file, from byte ${from} on, holds no frame and is left out`);
      return undefined;
    }
    at += bytes.length - MAX_LENGTH_TEXT - 1;
  }
  throw new InvalidDataError(`Cannot find a frame: over ${MAX_JUNK} bytes belong to none`, from);
}

/** Position of the first digit of a length in front of an SOI. */
function findLength(bytes: Uint8Array): number | undefined {
  for (let soi = bytes.indexOf(0xd8); soi > 0; soi = bytes.indexOf(0xd8, soi + 1)) {
    if (bytes[soi - 1] !== 0xff) continue;
    let start = soi - 1;
    while (start > 0 && soi - start < MAX_LENGTH_TEXT && isDigit(bytes[start - 1]!)) start--;
    if (start < soi - 1 && readLabLength(bytes, start)) return start;
  }
  return undefined;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}
