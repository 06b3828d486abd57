import type { Bytes } from "../core/bytes.ts";

/** Frames in one block of the index: it grows block by block and never has to be copied. */
const BLOCK_FRAMES = 8192;
const LENGTH_BITS = 24;
const MAX_LENGTH = 2 ** LENGTH_BITS - 1;
const MAX_OFFSET = 2 ** (32 + 8) - 1;

/** Positions of a block's frames: two words a frame, the low 32 bits of the offset, then its high 8 and the length. */
interface Block {
  readonly places: Uint32Array<ArrayBuffer>;
  readonly times: Float64Array<ArrayBuffer> | undefined;
}

/**
 * Where the frames of a file lie: 8 bytes a frame, 16 if the container knows their times.
 *
 * Holds offsets up to 1 TiB and lengths under 16 MiB, which is also what RFC 2435 can number in one frame.
 */
export class FrameIndex {
  readonly #blocks: Block[] = [];
  #length = 0;

  /** `timed`: each frame comes with a time of its own. */
  constructor(readonly timed = false) {}

  /** Frames so far. */
  get length(): number {
    return this.#length;
  }

  /** Bytes that the index takes. */
  get size(): number {
    return this.#blocks.length * BLOCK_FRAMES * this.#frameSize;
  }

  /** Adds the next frame: bytes from the start of the file, bytes, seconds from the start of the film. */
  add(offset: number, length: number, time = 0): void {
    if (!(offset >= 0 && offset <= MAX_OFFSET)) throw new RangeError(`Cannot index a frame at byte ${offset}`);
    if (!(length >= 0 && length <= MAX_LENGTH)) throw new RangeError(`Cannot index a frame of ${length} bytes`);
    const slot = this.#length % BLOCK_FRAMES;
    if (slot === 0) this.#blocks.push(newBlock(this.timed));
    const block = this.#blocks.at(-1)!;
    block.places[2 * slot] = offset;
    block.places[2 * slot + 1] = Math.floor(offset / 2 ** 32) * 2 ** LENGTH_BITS + length;
    if (block.times) block.times[slot] = time;
    this.#length++;
  }

  /** Byte at which frame `index` begins. */
  offsetOf(index: number): number {
    const { places } = this.#block(index);
    const slot = 2 * (index % BLOCK_FRAMES);
    return (places[slot + 1]! >>> LENGTH_BITS) * 2 ** 32 + places[slot]!;
  }

  /** Bytes of frame `index`. */
  lengthOf(index: number): number {
    return this.#block(index).places[2 * (index % BLOCK_FRAMES) + 1]! & MAX_LENGTH;
  }

  /** Seconds from the start of the film at which frame `index` is shown; only in a timed index. */
  timeOf(index: number): number {
    return this.#block(index).times?.[index % BLOCK_FRAMES] ?? 0;
  }

  /** The index as bytes that `parse` reads: the words of all places, then all times; little-endian as the machine. */
  serialize(): Bytes {
    const bytes = new Uint8Array(this.#length * this.#frameSize);
    for (const [i, block] of this.#blocks.entries()) {
      const first = i * BLOCK_FRAMES;
      const count = Math.min(BLOCK_FRAMES, this.#length - first);
      bytes.set(asBytes(block.places.subarray(0, 2 * count)), first * 8);
      if (block.times) bytes.set(asBytes(block.times.subarray(0, count)), this.#length * 8 + first * 8);
    }
    return bytes;
  }

  /** The index of `count` frames that `serialize` wrote, or undefined when the bytes cannot be one. */
  static parse(bytes: Bytes, count: number, timed: boolean): FrameIndex | undefined {
    const index = new FrameIndex(timed);
    if (bytes.length !== count * index.#frameSize) return undefined;
    for (let first = 0; first < count; first += BLOCK_FRAMES) {
      const size = Math.min(BLOCK_FRAMES, count - first);
      const block = newBlock(timed);
      asBytes(block.places).set(bytes.subarray(first * 8, (first + size) * 8));
      const times = count * 8 + first * 8;
      if (block.times) asBytes(block.times).set(bytes.subarray(times, times + size * 8));
      index.#blocks.push(block);
    }
    index.#length = count;
    return index;
  }

  get #frameSize(): number {
    return this.timed ? 16 : 8;
  }

  #block(index: number): Block {
    if (!Number.isInteger(index) || index < 0 || index >= this.#length) {
      throw new RangeError(`Cannot find frame ${index} of ${this.#length}`);
    }
    return this.#blocks[Math.floor(index / BLOCK_FRAMES)]!;
  }
}

function newBlock(timed: boolean): Block {
  return {
    places: new Uint32Array(2 * BLOCK_FRAMES),
    times: timed ? new Float64Array(BLOCK_FRAMES) : undefined,
  };
}

function asBytes(words: Uint32Array<ArrayBuffer> | Float64Array<ArrayBuffer>): Bytes {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}
