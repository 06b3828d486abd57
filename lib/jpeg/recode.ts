import type { Bytes } from "../core/bytes.ts";
import { InvalidDataError } from "../core/errors.ts";
import { type EntropyBits, unstuff } from "./bit_reader.ts";
import { BitWriter } from "./bit_writer.ts";
import type { HuffmanTable, JpegScan } from "./parse.ts";
import { ENDS_BLOCK, INDEX_SHIFT, type Steps, stepsToStandard } from "./translation.ts";
import { Workspace } from "./workspace.ts";

/** Most bytes that one block can take, stuffing included: 64 symbols of 27 bits. */
export const MAX_BLOCK_SIZE = 64 * 4 * 2;

/** What an MCU consists of. */
export interface McuLayout {
  /** For each block of an MCU the index of its component within the scan. */
  readonly blocks: readonly number[];
  /** MCUs in the scan. */
  readonly count: number;
}

/**
 * Re-codes an interleaved sequential scan with the standard Huffman tables, symbol by symbol: the coefficients, the
 * order of blocks and the restart interval stay.
 *
 * Throws `InvalidDataError` when the data is damaged, `UnrepresentableError` when the standard tables do not reach.
 */
export function recodeScan(scan: JpegScan, layout: McuLayout, workspace: Workspace = new Workspace()): Bytes {
  const perInterval = scan.restartInterval || layout.count;
  const intervals = Math.ceil(layout.count / perInterval);
  const bits = unstuff(scan, intervals, workspace);
  const writer = new BitWriter(Math.ceil(scan.data.length * 1.25), workspace);
  const blocks = translations(scan, layout);
  for (let interval = 0; interval < intervals; interval++) {
    if (interval > 0) writer.restart();
    const mcus = Math.min(perInterval, layout.count - interval * perInterval);
    recodeInterval(bits, interval, mcus, blocks, writer);
  }
  return writer.finish();
}

/** For each block of an MCU the steps to take. */
function translations(scan: JpegScan, layout: McuLayout): Steps[] {
  const made = scan.components.map(({ dc, ac }, index) => {
    return standardSteps(scan, scan.dcTables[dc], scan.acTables[ac], index === 0 ? 0 : 1);
  });
  return layout.blocks.map((index) => made[index]!);
}

/** The steps from two tables of `scan` to the standard ones, or `InvalidDataError` when it lacks one. */
export function standardSteps(
  scan: JpegScan,
  dc: HuffmanTable | undefined,
  ac: HuffmanTable | undefined,
  standard: 0 | 1,
): Steps {
  if (dc === undefined || ac === undefined) {
    throw new InvalidDataError("Cannot decode JPEG: a Huffman table is missing", scan.offset);
  }
  return stepsToStandard(dc, ac, standard);
}

function recodeInterval(
  bits: EntropyBits,
  interval: number,
  mcus: number,
  blocks: readonly Steps[],
  writer: BitWriter,
): void {
  const { view } = bits;
  const end = bits.ends[interval]!;
  let position = bits.starts[interval]!;
  for (let mcu = 0; mcu < mcus; mcu++) {
    position = recodeMcu(view, position, blocks, writer);
    if (position > end) {
      throw new InvalidDataError(`Cannot decode JPEG: the data ends in MCU ${mcu + 1} of ${mcus}`);
    }
  }
}

function recodeMcu(view: DataView<ArrayBuffer>, start: number, blocks: readonly Steps[], writer: BitWriter): number {
  let position = start;
  for (let i = 0; i < blocks.length; i++) position = recodeBlock(view, position, blocks[i]!, 0, writer);
  return position;
}

/**
 * Re-codes one block from coefficient `from` on, with the steps for it and, in `next`, for those after it; returns the
 * bit position behind the block.
 */
export function recodeBlock(
  view: DataView<ArrayBuffer>,
  position: number,
  first: Steps,
  from: 0 | 1,
  writer: BitWriter,
): number {
  writer.reserve(MAX_BLOCK_SIZE);
  let table = first;
  let step = 0;
  for (let k: number = from; k < 64 && (step & ENDS_BLOCK) === 0; table = first.next) {
    let window = view.getUint32(position >>> 3) << (position & 7);
    const index = window >>> INDEX_SHIFT;
    step = table.steps[index]!;
    let code = table.codes[index]!;
    let after = k + (step >>> 19 & 63);
    if (step === 0 || after > 64 || (after === 64 && (step & ENDS_BLOCK) !== 0)) {
      table.find(window, position);
      ({ step, code } = table);
      after = k + (step >>> 19 & 63);
      if (after > 64) {
        throw new InvalidDataError(
          "Cannot decode the bits of a scan: a block has over 64 coefficients",
          position >>> 3,
        );
      }
      window = view.getUint32((position + (step & 31)) >>> 3) << ((position + (step & 31)) & 7);
    } else {
      window <<= step & 31;
    }
    writer.put(code | (window >>> 1) >>> (31 - (step >>> 10 & 15)), step >>> 14 & 31);
    position += step >>> 5 & 31;
    k = after;
  }
  return position;
}
