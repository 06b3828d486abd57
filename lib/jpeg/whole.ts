import type { Bytes } from "../core/bytes.ts";
import { findJpegEnd } from "./boundary.ts";
import { decodeSequential } from "./coefficients.ts";
import { SOF2 } from "./markers.ts";
import { parseJpeg } from "./parse.ts";

/**
 * Whether these bytes are a JPEG of which nothing is missing: it ends in EOI, or has none (as some cameras leave it out)
 * but all of its blocks.
 */
export function isWholeJpeg(data: Bytes): boolean {
  try {
    return findJpegEnd(data, 0) !== undefined || hasAllBlocks(data);
  } catch {
    return false;
  }
}

/** A progressive JPEG shows by nothing but EOI that no scan is missing. Throws `InvalidDataError` for damaged data. */
function hasAllBlocks(data: Bytes): boolean {
  const image = parseJpeg(data);
  if (image.process === SOF2) return false;
  decodeSequential(image);
  return true;
}
