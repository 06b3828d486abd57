import type { Bytes } from "../core/bytes.ts";
import { findJpegEnd } from "./boundary.ts";
import { type BlockReader, PlaneReader, readScans } from "./coefficients.ts";
import { SOF2 } from "./markers.ts";
import { parseJpeg } from "./parse.ts";
import { type Plane, planeShapes } from "./planes.ts";
import { Workspace } from "./workspace.ts";

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
  const shapes = planeShapes(image);
  // Nobody wants the coefficients, so all blocks are read into one: a small file may tell of a huge picture.
  const block = { coefficients: new Int16Array(64), masks: new Int32Array(2) };
  readScans(image, shapes, new Workspace(), (part, scan) => {
    const plane: Plane = { ...shapes[part.component]!, ...block };
    return new BlockPasser(new PlaneReader(plane, part, scan));
  });
  return true;
}

/** Reads every block into the same place. */
class BlockPasser implements BlockReader {
  constructor(private readonly reader: PlaneReader) {}

  restart(): void {
    this.reader.restart();
  }

  read(view: DataView<ArrayBuffer>, position: number): number {
    return this.reader.read(view, position, 0);
  }
}
