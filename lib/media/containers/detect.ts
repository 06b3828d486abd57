import { decodeLatin1 } from "../../core/bytes.ts";
import { aviContainer } from "./avi.ts";
import type { Container } from "./container.ts";
import { labContainer, readLabLength } from "./lab.ts";
import { mp4Container } from "./mp4.ts";
import { isMultipart, multipartContainer } from "./multipart.ts";
import { rawContainer } from "./raw.ts";
import { readId } from "./riff.ts";

/** Bytes from the start of a file that `detectContainer` wants to see. */
export const DETECT_SIZE = 16 * 1024;

/** What a file is: a container that can be read, or for a person what it is instead ("an MP4 film"). */
export type Detected = { readonly container: Container } | { readonly foreign: string };

/** Beginnings of files that are often named .mjpeg by mistake: text at a position. */
const FOREIGN: readonly [offset: number, text: string, what: string][] = [
  [0, "RIFF", "a RIFF file"],
  [0, "\x1a\x45\xdf\xa3", "a Matroska or WebM film"],
  [0, "\x1f\x8b", "a gzip archive"],
  [0, "PK\x03\x04", "a ZIP archive"],
  [0, "\x89PNG", "a PNG picture"],
  [0, "GIF8", "a GIF picture"],
  [0, "%PDF", "a PDF document"],
  [0, "\x00\x00\x01\xba", "an MPEG program stream"],
  [0, "\x00\x00\x01\xb3", "an MPEG video"],
  [0, "\x00\x00\x00\x01", "an H.264 or H.265 stream"],
  [0, "OggS", "an Ogg file"],
  [0, "FLV\x01", "a Flash video"],
  [0, "\x47\x40\x00", "an MPEG transport stream"],
];

/** Tells by its first bytes what a file is, whatever its name says. */
export function detectContainer(head: Uint8Array): Detected {
  if (head.length === 0) return { foreign: "empty" };
  if (readLabLength(head)) return { container: labContainer };
  if (isJpegStart(head, 0)) return { container: rawContainer };
  if (isAvi(head)) return { container: aviContainer };
  if (isMp4(head)) return { container: mp4Container };
  if (isMultipart(head)) return { container: multipartContainer };
  const text = decodeLatin1(head.subarray(0, 64));
  for (const [offset, magic, what] of FOREIGN) {
    if (text.startsWith(magic, offset)) return { foreign: what };
  }
  if (/^\s*(<!doctype html|<html)/i.test(text)) return { foreign: "an HTML page" };
  return detectBehindJunk(head);
}

/** The first JPEG behind bytes that belong to nothing tells the format by what stands directly before it. */
function detectBehindJunk(head: Uint8Array): Detected {
  for (let d8 = head.indexOf(0xd8, 1); d8 > 0; d8 = head.indexOf(0xd8, d8 + 1)) {
    if (!isJpegStart(head, d8 - 1)) continue;
    return { container: hasLengthBefore(head, d8 - 1) ? labContainer : rawContainer };
  }
  return { foreign: "no film that Flipbook knows" };
}

function hasLengthBefore(head: Uint8Array, soi: number): boolean {
  return soi >= 5 && /^\d{5}$/.test(decodeLatin1(head.subarray(soi - 5, soi)));
}

function isAvi(head: Uint8Array): boolean {
  return head.length >= 12 && readId(head, 0) === "RIFF" && readId(head, 8).startsWith("AVI");
}

/** Old QuickTime films begin with any of their boxes. */
function isMp4(head: Uint8Array): boolean {
  return head.length >= 12 && ["ftyp", "moov", "mdat", "wide", "skip", "free", "pnot"].includes(readId(head, 4));
}

function isJpegStart(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0xff && bytes[at + 1] === 0xd8 && bytes[at + 2] === 0xff;
}
