import { readUint32 } from "../../core/bytes.ts";
import { InvalidDataError } from "../../core/errors.ts";
import { type Box, findBox, readUint64 } from "./mp4_boxes.ts";

/** Smallest part of a file that one sample takes on average: a film that names more samples than fit is not read. */
export const MIN_SAMPLE_SPACE = 64;

/** One sample of a track. */
export interface Sample {
  /** First byte in the file. */
  readonly offset: number;
  readonly length: number;
  /** How long it is shown, in the track's units. */
  readonly duration: number;
}

/** The samples that a sample table names, in order (ISO/IEC 14496-12, 8.6.1.2, 8.7.3, 8.7.4, 8.7.5). */
export function* readSamples(table: readonly Box[], fileSize: number): Generator<Sample> {
  const sizes = sampleSizes(table, fileSize);
  if (sizes === undefined || sizes.count === 0) return;
  const chunks = chunkOffsets(table);
  const runs = new Runs(findBox(table, "stsc")?.data, 12);
  const durations = new Runs(findBox(table, "stts")?.data, 8);
  let sample = 0;
  let durationRun = 0;
  let samplesLeft = durations.value(0, 0);
  for (let run = 0; run < runs.count; run++) {
    // Chunks are numbered from 1; a run holds for all chunks up to where the next one begins.
    const first = runs.value(run, 0) - 1;
    const behind = run + 1 < runs.count ? runs.value(run + 1, 0) - 1 : chunks.count;
    const perChunk = runs.value(run, 1);
    if (first < 0 || perChunk === 0) {
      throw new InvalidDataError("Cannot read MP4: its sample-to-chunk table is damaged");
    }
    for (let chunk = first; chunk < Math.min(behind, chunks.count); chunk++) {
      let offset = chunks.offsetOf(chunk);
      for (let i = 0; i < perChunk; i++, sample++) {
        if (sample >= sizes.count) return;
        while (samplesLeft === 0 && durationRun + 1 < durations.count) samplesLeft = durations.value(++durationRun, 0);
        const length = sizes.sizeOf(sample);
        yield { offset, length, duration: durations.value(durationRun, 1) };
        offset += length;
        if (samplesLeft > 0) samplesLeft--;
      }
    }
  }
}

/** A table of 32-bit numbers with `stride` bytes an entry, behind version, flags and a count. */
class Runs {
  readonly #data: Uint8Array;
  readonly count: number;

  constructor(data: Uint8Array | undefined, private readonly stride: number) {
    this.#data = data ?? new Uint8Array(0);
    const fitting = Math.floor((this.#data.length - 8) / stride);
    this.count = fitting > 0 ? Math.min(readUint32(this.#data, 4), fitting) : 0;
  }

  /** Number `field` of entry `index`; 0 for an entry that is not there. */
  value(index: number, field: number): number {
    return index < this.count ? readUint32(this.#data, 8 + index * this.stride + field * 4) : 0;
  }
}

interface Sizes {
  readonly count: number;
  sizeOf(sample: number): number;
}

/** `stsz`: one size for all or a table of them; `stz2`: sizes of 4, 8 or 16 bits. */
function sampleSizes(table: readonly Box[], fileSize: number): Sizes | undefined {
  const compact = findBox(table, "stz2")?.data;
  const data = findBox(table, "stsz")?.data ?? compact;
  if (data === undefined || data.length < 12) return undefined;
  const declared = readUint32(data, 8);
  if (declared > fileSize / MIN_SAMPLE_SPACE) {
    throw new InvalidDataError(`Cannot read MP4: it names ${declared} samples in a file of ${fileSize} bytes`);
  }
  const common = readUint32(data, 4);
  if (data !== compact && common > 0) return { count: declared, sizeOf: () => common };
  const bits = data === compact ? data[7]! : 32;
  if (bits !== 4 && bits !== 8 && bits !== 16 && bits !== 32) {
    throw new InvalidDataError(`Cannot read MP4: its sample sizes have ${bits} bits`);
  }
  const count = Math.min(declared, Math.floor((data.length - 12) * 8 / bits));
  return { count, sizeOf: (sample) => readBits(data, 12, sample, bits) };
}

function readBits(data: Uint8Array, start: number, index: number, bits: 4 | 8 | 16 | 32): number {
  if (bits === 32) return readUint32(data, start + index * 4);
  if (bits === 16) return (data[start + index * 2]! << 8) | data[start + index * 2 + 1]!;
  if (bits === 8) return data[start + index]!;
  const pair = data[start + (index >> 1)]!;
  return index & 1 ? pair & 15 : pair >> 4;
}

/** `stco`: offsets of 32 bits; `co64`: of 64 bits. */
function chunkOffsets(table: readonly Box[]): { count: number; offsetOf(chunk: number): number } {
  const wide = findBox(table, "co64")?.data;
  const data = wide ?? findBox(table, "stco")?.data ?? new Uint8Array(0);
  const stride = wide ? 8 : 4;
  const fitting = Math.floor((data.length - 8) / stride);
  const count = fitting > 0 ? Math.min(readUint32(data, 4), fitting) : 0;
  return {
    count,
    offsetOf: (chunk) => wide ? readUint64(data, 8 + chunk * 8) : readUint32(data, 8 + chunk * 4),
  };
}
