import type { Bytes } from "../core/bytes.ts";
import { InvalidDataError } from "../core/errors.ts";
import { type EntropyBits, unstuff } from "./bit_reader.ts";
import { BitWriter } from "./bit_writer.ts";
import type { JpegScan } from "./parse.ts";
import { ENDS_BLOCK, INDEX_SHIFT, type Steps, stepsToStandard } from "./translation.ts";

/** Most bytes that one block can take, stuffing included: 64 symbols of 26 bits. */
const MAX_BLOCK_SIZE = 64 * 4 * 2;

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
export function recodeScan(scan: JpegScan, layout: McuLayout): Bytes {
  const perInterval = scan.restartInterval || layout.count;
  const intervals = Math.ceil(layout.count / perInterval);
  const bits = unstuff(scan, intervals);
  const writer = new BitWriter(Math.ceil(scan.data.length * 1.25));
  const blocks = translations(scan, layout);
  for (let interval = 0; interval < intervals; interval++) {
    if (interval > 0) writer.restart(interval - 1);
    const mcus = Math.min(perInterval, layout.count - interval * perInterval);
    recodeInterval(bits, interval, mcus, blocks, writer);
  }
  return writer.finish();
}

/** For each block of an MCU the steps to take. */
function translations(scan: JpegScan, layout: McuLayout): Steps[] {
  const made = scan.components.map(({ dc, ac }, index) => {
    const dcTable = scan.dcTables[dc];
    const acTable = scan.acTables[ac];
    if (dcTable === undefined || acTable === undefined) {
      throw new InvalidDataError("Cannot decode JPEG: a Huffman table is missing", scan.offset);
    }
    return stepsToStandard(dcTable, acTable, index === 0 ? 0 : 1);
  });
  return layout.blocks.map((index) => made[index]!);
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
    for (let i = 0; i < blocks.length; i++) {
      position = recodeBlock(view, position, blocks[i]!, writer);
      if (position > end) {
        throw new InvalidDataError(`Cannot decode JPEG: the data ends in MCU ${mcu + 1} of ${mcus}`);
      }
    }
  }
}

/** Re-codes one block; returns the bit position behind it. */
function recodeBlock(view: DataView<ArrayBuffer>, position: number, first: Steps, writer: BitWriter): number {
  writer.reserve(MAX_BLOCK_SIZE);
  let table = first;
  let step = 0;
  for (let k = 0; k < 64 && (step & ENDS_BLOCK) === 0; table = first.next) {
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
