import { BitWriter } from "./bit_writer.ts";
import { type BlockReader, PlaneReader, readScans, scanCodes } from "./coefficients.ts";
import { type CoefficientCodes, entryAt } from "./huffman.ts";
import type { JpegImage, JpegScan, ScanComponent } from "./parse.ts";
import { makePlane, type Plane, type PlaneShape, planeShapes } from "./planes.ts";
import { recodeBlock, standardSteps } from "./recode.ts";
import type { Steps } from "./translation.ts";
import type { Workspace } from "./workspace.ts";

/**
 * Luma whose AC coefficients stand ready in standard Huffman codes; only DC coefficients, which are coded as
 * differences between neighbours, are numbers.
 */
export interface CodedPlane extends PlaneShape {
  /** One DC coefficient a block. */
  readonly dc: Int16Array;
  /** The codes of all blocks, without stuffed zeros. */
  readonly bits: DataView<ArrayBuffer>;
  /** For each block the bit at which its codes begin. */
  readonly starts: Int32Array;
  /** How many bits they are; 0 for a block that is in no scan, so all its AC coefficients are 0. */
  readonly lengths: Int16Array;
}

/**
 * Decodes a sequential JPEG except for the AC coefficients of its first component, which are re-coded.
 *
 * Throws as `decodeSequential()` does, and `UnrepresentableError` when the standard tables do not reach.
 */
export function decodeAroundLuma(image: JpegImage, workspace: Workspace): { luma: CodedPlane; chroma: Plane[] } {
  const shapes = planeShapes(image);
  const [shape] = shapes;
  const blocks = shape!.stride * shape!.rows;
  const writer = new BitWriter(Math.ceil(image.bytes.length * 0.75), workspace);
  const luma = {
    ...shape!,
    dc: workspace.int16(blocks),
    starts: workspace.int32(blocks),
    lengths: workspace.int16(blocks),
  };
  const chroma = shapes.slice(1).map((shape) => makePlane(shape, workspace));
  readScans(image, shapes, workspace, (part, scan) => {
    const { component } = part;
    return component === 0
      ? new CodedReader(luma, writer, part, scan)
      : new PlaneReader(chroma[component - 1]!, part, scan);
  });
  return { luma: { ...luma, bits: writer.view() }, chroma };
}

/** Re-codes the AC coefficients of blocks. */
class CodedReader implements BlockReader {
  readonly #dc: CoefficientCodes;
  readonly #ac: Steps;
  #prediction = 0;

  constructor(
    private readonly plane: Omit<CodedPlane, "bits">,
    private readonly writer: BitWriter,
    { dc, ac }: ScanComponent,
    scan: JpegScan,
  ) {
    this.#dc = scanCodes(scan, scan.dcTables[dc], "DC");
    this.#ac = standardSteps(scan, scan.dcTables[dc], scan.acTables[ac], 0).next;
  }

  restart(): void {
    this.#prediction = 0;
  }

  read(view: DataView<ArrayBuffer>, start: number, block: number): number {
    const { dc, starts, lengths } = this.plane;
    const entry = entryAt(view, start, this.#dc);
    dc[block] = this.#prediction += entry >> 16;
    const from = this.writer.position;
    const position = recodeBlock(view, start + (entry & 31), this.#ac, 1, this.writer);
    starts[block] = from;
    lengths[block] = this.writer.position - from;
    return position;
  }
}
