import type { Bytes } from "../core/bytes.ts";
import { EINTR, type Libc, MSG_DONTWAIT, MSG_NOSIGNAL, sharedLibc } from "./libc.ts";

const FLAGS = MSG_DONTWAIT | MSG_NOSIGNAL;

/** Who lent bytes for a connection of its own. */
export interface Lender {
  /** The kernel took only the first `taken` bytes; they may change after the call. */
  takenInPart(bytes: Bytes, taken: number): void;
}

/** Sends the first `length` bytes on a connection, without waiting; returns how many the kernel took, perhaps none. */
export type KernelSend = (handle: number, bytes: Bytes, length: bigint) => number;

/**
 * The fast way to send on connections that Deno opened, by their file descriptors: without a promise, without waiting,
 * without a copy of ours.
 *
 * What many are to get can be lent: it leaves for all of them in one loop, because whatever runs between two calls of the
 * kernel finds its caches taken and costs ten times what it does by itself. One piece of memory is lent at a time.
 */
export class DirectSend {
  readonly #kernelSend: KernelSend;
  #rounds = 0;
  #lent: Bytes | undefined;
  #count = 0;
  /** For whom, and what the kernel took of it: places that are used again and again. */
  readonly #handles: number[] = [];
  readonly #lenders: (Lender | undefined)[] = [];
  readonly #taken: number[] = [];

  constructor(kernelSend: KernelSend) {
    this.#kernelSend = kernelSend;
  }

  /** How often what was lent has left. */
  get rounds(): number {
    return this.#rounds;
  }

  /** Sends now, behind what is lent; returns how many bytes the kernel took, perhaps none. */
  send(handle: number, bytes: Bytes): number {
    this.flush();
    return this.#kernelSend(handle, bytes, BigInt(bytes.length));
  }

  /** Lends bytes until the next `flush()`. Other bytes must not be lent by then. */
  lend(handle: number, bytes: Bytes, lender: Lender): void {
    this.#lent = bytes;
    this.#handles[this.#count] = handle;
    this.#lenders[this.#count++] = lender;
  }

  /** Sends what is lent, unless it is `except`. */
  flush(except?: Bytes): void {
    const lent = this.#lent;
    if (lent === undefined || lent === except) return;
    const length = BigInt(lent.length);
    const count = this.#count;
    for (let i = 0; i < count; i++) this.#taken[i] = this.#kernelSend(this.#handles[i]!, lent, length);
    this.#lent = undefined;
    this.#count = 0;
    this.#rounds++;
    for (let i = 0; i < count; i++) {
      if (this.#taken[i] !== lent.length) this.#lenders[i]!.takenInPart(lent, this.#taken[i]!);
      this.#lenders[i] = undefined;
    }
  }
}

/** By the C library's `send`; undefined where that may not be called. */
export function openDirectSend(): DirectSend | undefined {
  const libc = sharedLibc();
  return libc && new DirectSend((handle, bytes, length) => sendWith(libc, handle, bytes, length));
}

function sendWith(libc: Libc, handle: number, bytes: Bytes, length: bigint): number {
  for (;;) {
    const taken = libc.call.send(handle, bytes, length, FLAGS);
    if (taken >= 0) return taken;
    if (libc.errno() !== EINTR) return 0;
  }
}
