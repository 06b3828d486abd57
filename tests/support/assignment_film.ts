import { concatBytes } from "../../lib/core/bytes.ts";
import type { Bytes } from "../../lib/core/bytes.ts";
import { readSegment } from "../../lib/jpeg/segments.ts";
import { drawPixmap, pipe, writePixmap } from "./jpeg_programs.ts";
import { makeLabFilm } from "./make_film.ts";

/** A film in the assignment's format that stands elsewhere on this machine, as the original one does. */
export const ASSIGNMENT_FILM_VARIABLE = "FLIPBOOK_ASSIGNMENT_FILM";

const SOS = 0xda;
/** Huffman tables, quantization tables, frame header: the order of the original's segments. */
const ORDER = [0xc4, 0xdb, 0xc0];

/** Pictures as the original film has them: 384x288, 4:4:4, quality 50, no JFIF, Huffman tables first. */
export async function makeAssignmentPictures(count: number): Promise<Bytes[]> {
  const make = async (_: unknown, seed: number) => {
    const pixmap = writePixmap(drawPixmap(384, 288, 3, seed + 1));
    return inAssignmentOrder(await pipe("cjpeg", ["-quality", "25", "-sample", "1x1", "-baseline"], pixmap));
  };
  return await Promise.all(Array.from({ length: count }, make));
}

/** The film that the environment names, else one of pictures made alike. */
export async function assignmentFilm(count: number): Promise<Uint8Array> {
  const path = Deno.env.get(ASSIGNMENT_FILM_VARIABLE);
  return path ? await Deno.readFile(path) : makeLabFilm(await makeAssignmentPictures(count));
}

/** Cuts a film in the assignment's format: five digits, then so many bytes. */
export function labPictures(film: Uint8Array): Bytes[] {
  const pictures: Bytes[] = [];
  for (let at = 0; at < film.length;) {
    const length = Number(new TextDecoder().decode(film.subarray(at, at + 5)));
    pictures.push(film.slice(at + 5, at + 5 + length));
    at += 5 + length;
  }
  return pictures;
}

function inAssignmentOrder(jpeg: Bytes): Bytes {
  const parts: { code: number; bytes: Bytes }[] = [];
  let at = 2;
  for (let segment = readSegment(jpeg, at); segment; segment = readSegment(jpeg, at)) {
    const end = segment.code === SOS ? jpeg.length : segment.end;
    parts.push({ code: segment.code, bytes: jpeg.subarray(segment.offset, end) });
    if (segment.code === SOS) break;
    at = segment.end;
  }
  const ordered = [...ORDER, SOS].flatMap((code) => parts.filter((part) => part.code === code));
  return concatBytes([jpeg.subarray(0, 2), ...ordered.map(({ bytes }) => bytes)]);
}
