import type { Bytes } from "../core/bytes.ts";

/** Bytes that the buffer starts with and doubles from. */
const FIRST_SIZE = 64 * 1024;
/** Separate pieces of one frame that are kept; reordering makes a few, only loss or malice makes many. */
const MAX_PIECES = 256;

/** Why a fragment was not taken. */
export type FragmentFault = "frame over the size limit" | "fragments disagree" | "too many gaps";

/** A run of bytes that have come; `end` is exclusive. */
interface Piece {
  start: number;
  end: number;
}

/**
 * Puts fragments together by their offsets, in any order, and knows which bytes have come. The memory is used again for
 * the next frame and never exceeds the size limit.
 */
export class FragmentBuffer {
  readonly #maxSize: number;
  #bytes: Bytes;
  /** In order, with gaps between them. */
  #pieces: Piece[] = [];

  constructor(maxSize: number) {
    this.#maxSize = maxSize;
    this.#bytes = new Uint8Array(Math.min(FIRST_SIZE, maxSize));
  }

  /** Behind the last byte that has come. */
  get end(): number {
    return this.#pieces.at(-1)?.end ?? 0;
  }

  /** Whether the byte at 0 has come. */
  get hasStart(): boolean {
    return this.#pieces[0]?.start === 0;
  }

  /** Whether all bytes from 0 to `end` have come, at least one of them. */
  get isWhole(): boolean {
    return this.#pieces.length === 1 && this.hasStart;
  }

  /** The runs of bytes that have come, in order; valid until the next call of a method. */
  get pieces(): readonly { readonly start: number; readonly end: number }[] {
    return this.#pieces;
  }

  /** The bytes from 0 to `end` as a view that is valid until the next call of a method. */
  get bytes(): Bytes {
    return this.#bytes.subarray(0, this.end);
  }

  /** Forgets all fragments. */
  clear(): void {
    this.#pieces = [];
  }

  /** Copies a fragment to its place. Bytes that came before must be the same. */
  place(offset: number, data: Uint8Array): FragmentFault | undefined {
    const end = offset + data.length;
    if (end > this.#maxSize) return "frame over the size limit";
    if (data.length === 0) return undefined;
    this.#grow(end);
    const last = this.#pieces.at(-1);
    if (last?.end === offset) last.end = end;
    else {
      if (!this.#agrees(offset, data)) return "fragments disagree";
      this.#insert({ start: offset, end });
      if (this.#pieces.length > MAX_PIECES) return "too many gaps";
    }
    this.#bytes.set(data, offset);
    return undefined;
  }

  #grow(needed: number): void {
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.min(this.#maxSize, Math.max(needed, 2 * this.#bytes.length)));
    grown.set(this.bytes);
    this.#bytes = grown;
  }

  #agrees(offset: number, data: Uint8Array): boolean {
    for (const { start, end } of this.#pieces) {
      const stop = Math.min(end, offset + data.length);
      for (let at = Math.max(start, offset); at < stop; at++) {
        if (this.#bytes[at] !== data[at - offset]) return false;
      }
    }
    return true;
  }

  #insert(added: Piece): void {
    const apart = this.#pieces.filter(({ start, end }) => end < added.start || start > added.end);
    const touching = this.#pieces.filter((piece) => !apart.includes(piece));
    const start = Math.min(added.start, ...touching.map((piece) => piece.start));
    const end = Math.max(added.end, ...touching.map((piece) => piece.end));
    this.#pieces = [...apart, { start, end }].sort((a, b) => a.start - b.start);
  }
}
