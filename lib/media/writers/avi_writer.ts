import { concatBytes } from "../../core/bytes.ts";
import { type AviEntry, aviHeader, type AviPart, CHUNK_HEAD, MAX_PARTS, oldIndex, partIndex } from "./avi_header.ts";
import type { FilmFrame, FilmWriter, WritableFile } from "./film_writer.ts";
import { frameRateOf } from "./frame_rate.ts";
import { littleEndian } from "./little_endian.ts";

/** Bytes of one part of a file: old programs count them with 31 bits, and OpenDML asks for parts of 1 GB. */
const PART_SIZE = 1_000_000_000;
/** Bytes of "RIFF", a length, "AVIX", "LIST", a length and "movi". */
const PART_HEAD = 24;
/** Bytes from a part's beginning to the length of its list, and to the word "movi". */
const LIST_LENGTH_AT = 16;
const MOVI_AT = 20;

/**
 * Writes Motion JPEG as AVI, with OpenDML parts where it exceeds 1 GB. The lengths in the header follow each picture, so
 * that a file that is never finished plays all the same; the indexes come with `finish()`. The pictures have one distance
 * in AVI: it is the mean of their times.
 */
export class AviWriter implements FilmWriter {
  readonly #file: WritableFile;
  readonly #partSize: number;
  readonly #parts: AviPart[] = [];
  /** The pictures of the open part. */
  #entries: AviEntry[] = [];
  /** Where the open part begins; the first one begins with the header. */
  #partStart = 0;
  #movi = 0;
  #frames = 0;
  #firstFrames = 0;
  #largest = 0;
  #time = 0;
  #size: { readonly width: number; readonly height: number } | undefined;
  /** Bytes of the first part and its list, once it is complete. */
  #first: { readonly riff: number; readonly movi: number } | undefined;

  /** `partSize` is for tests. */
  constructor(file: WritableFile, options: { readonly partSize?: number } = {}) {
    this.#file = file;
    this.#partSize = options.partSize ?? PART_SIZE;
  }

  get size(): number {
    return this.#file.size;
  }

  async write({ data, time, width, height }: FilmFrame): Promise<void> {
    if (this.#size === undefined) {
      this.#size = { width, height };
      const header = this.#header(false);
      this.#movi = header.length - 4;
      await this.#file.append(header);
    } else if (this.#file.size + data.length - this.#partStart > this.#partSize) await this.#nextPart();
    const offset = this.#file.size + CHUNK_HEAD;
    const padding = new Uint8Array(data.length % 2);
    await this.#file.append(concatBytes([littleEndian("00dc", { u32: data.length }), data, padding]));
    this.#entries.push({ offset, length: data.length });
    this.#frames++;
    if (this.#first === undefined) this.#firstFrames++;
    this.#largest = Math.max(this.#largest, data.length);
    this.#time = time;
    await this.#patchLengths(false);
  }

  async finish(): Promise<void> {
    if (this.#size === undefined) return;
    await this.#closePart(this.#partStart === 0);
    await this.#patchLengths(true);
  }

  #header(finished: boolean): Uint8Array {
    const end = this.#file.size;
    return aviHeader({
      ...this.#size!,
      frameRate: frameRateOf(this.#frames, this.#time),
      frames: this.#frames,
      firstFrames: this.#firstFrames,
      largest: this.#largest,
      riffSize: this.#first?.riff ?? Math.max(0, end - CHUNK_HEAD),
      moviSize: this.#first?.movi ?? Math.max(4, end - this.#movi),
      parts: this.#parts,
      finished,
    });
  }

  async #patchLengths(finished: boolean): Promise<void> {
    if (this.#partStart > 0 && !finished) await this.#patchPart(this.#file.size);
    await this.#file.patch(0, this.#header(finished));
  }

  /** The lengths of a part that is not the first; its list of pictures ends at `listEnd`. */
  async #patchPart(listEnd: number): Promise<void> {
    const start = this.#partStart;
    await this.#file.patch(start + LIST_LENGTH_AT, littleEndian({ u32: listEnd - start - MOVI_AT }));
    await this.#file.patch(start + 4, littleEndian({ u32: this.#file.size - start - CHUNK_HEAD }));
  }

  /** An index of the old kind is only for a film of one part: where it stands, readers look no further than it tells. */
  async #closePart(isOnly: boolean): Promise<void> {
    const index = partIndex(this.#entries, this.#movi);
    this.#parts.push({ offset: this.#file.size, size: index.length, frames: this.#entries.length });
    await this.#file.append(index);
    const listEnd = this.#file.size;
    if (this.#partStart > 0) await this.#patchPart(listEnd);
    else {
      if (isOnly) await this.#file.append(oldIndex(this.#entries, this.#movi));
      this.#first = { riff: this.#file.size - CHUNK_HEAD, movi: listEnd - this.#movi };
    }
    this.#entries = [];
  }

  async #nextPart(): Promise<void> {
    if (this.#parts.length >= MAX_PARTS - 1) {
      throw new RangeError(`Cannot write more than ${MAX_PARTS} parts of an AVI film`);
    }
    await this.#closePart(false);
    await this.#patchLengths(false);
    this.#partStart = this.#file.size;
    this.#movi = this.#partStart + MOVI_AT;
    const head = littleEndian("RIFF", { u32: PART_HEAD - CHUNK_HEAD }, "AVIX", "LIST", { u32: 4 }, "movi");
    await this.#file.append(head);
  }
}
