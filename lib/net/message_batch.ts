import type { Bytes } from "../core/bytes.ts";
import {
  CONTROL,
  CONTROL_COUNT,
  CONTROL_SIZE,
  MAX_SEGMENTS,
  MESSAGE_WORDS,
  NAME,
  NAME_LENGTH,
  segmentControl,
  VECTOR_COUNT,
  VECTOR_WORDS,
  VECTORS,
} from "./gso.ts";
import { addressOf, putAddress } from "./libc.ts";
import { payloadVectors } from "./payload_vectors.ts";
import type { SocketAddress } from "./socket_address.ts";
import { MAX_DATAGRAM, type PacketRun } from "./udp_socket.ts";

/** Bytes kept for each datagram's header. */
const HEADER_ROOM = 16;

/** A message of the batch: what it is part of and what it carries. */
export interface BatchedMessage {
  readonly run: PacketRun;
  readonly to: SocketAddress;
  /** Datagrams in it. */
  readonly segments: number;
}

/** The capacity that a run needs: a place for every datagram, more if its headers are larger than RTP's. */
export function roomOf(run: PacketRun): number {
  return Math.max(run.count, Math.ceil(run.count * run.headerSize / HEADER_ROOM));
}

/**
 * Packets in the form that `sendmmsg` reads: an array of messages, each with a list of memory pieces (header, payload,
 * header, payload ...) which the kernel gathers, and with the size at which it cuts them into datagrams. The headers are
 * copied here; the payloads stay where they are, and are held while the kernel may need them.
 */
export class MessageBatch {
  /** `struct mmsghdr` one after the other. */
  readonly messages: Uint32Array<ArrayBuffer>;
  /** Messages that wait are those from `start` to `end`. */
  start = 0;
  end = 0;
  readonly #vectors: Uint32Array<ArrayBuffer>;
  readonly #vectorsAddress: number;
  readonly #headers: Bytes;
  readonly #headersAddress: number;
  readonly #entries: BatchedMessage[] = [];
  readonly #segmentation: boolean;
  #datagrams = 0;
  #headerBytes = 0;

  /** Room for `capacity` datagrams; `segmentation` says whether the kernel cuts buffers into datagrams. */
  constructor(readonly capacity: number, segmentation: boolean) {
    this.#segmentation = segmentation;
    this.messages = new Uint32Array(capacity * MESSAGE_WORDS);
    this.#vectors = new Uint32Array(2 * capacity * VECTOR_WORDS);
    this.#headers = new Uint8Array(capacity * HEADER_ROOM);
    this.#vectorsAddress = addressOf(this.#vectors);
    this.#headersAddress = addressOf(this.#headers);
  }

  get empty(): boolean {
    return this.start === this.end;
  }

  /** Whether `run` finds room; an empty batch takes what its capacity says. */
  hasRoomFor(run: PacketRun): boolean {
    return this.#datagrams + run.count <= this.capacity &&
      this.#headerBytes + run.count * run.headerSize <= this.#headers.length;
  }

  /** Adds a run that `hasRoomFor` said yes to. */
  add(run: PacketRun, to: SocketAddress): void {
    const { headers, headerSize, payloads, first, count } = run;
    const size = count * headerSize;
    this.#headers.set(headers.length === size ? headers : headers.subarray(0, size), this.#headerBytes);
    const vectors = this.#vectors;
    const pieces = payloadVectors(payloads);
    let header = this.#headersAddress + this.#headerBytes;
    let at = this.#datagrams * 2 * VECTOR_WORDS;
    for (let i = first; i < first + count; i++) {
      putAddress(vectors, at, header);
      vectors[at + 2] = headerSize;
      const piece = i * VECTOR_WORDS;
      vectors[at + 4] = pieces[piece]!;
      vectors[at + 5] = pieces[piece + 1]!;
      vectors[at + 6] = pieces[piece + 2]!;
      header += headerSize;
      at += 2 * VECTOR_WORDS;
    }
    this.#headerBytes += size;
    const segmented = this.#segmentation && to.segmentation;
    for (let i = 0; i < count;) {
      const segments = segmented ? segmentsFrom(run, i) : 1;
      this.#addMessage({ run, to, segments });
      i += segments;
    }
  }

  /** What message `index` is. */
  entry(index: number): BatchedMessage {
    return this.#entries[index]!;
  }

  /** Datagram `segment` of message `index` as a message of its own, written to `target`. */
  writeSingle(target: Uint32Array, index: number, segment: number): void {
    const at = index * MESSAGE_WORDS;
    target.set(this.messages.subarray(at, at + MESSAGE_WORDS));
    const vectors = target[VECTORS]! + target[VECTORS + 1]! * 0x1_0000_0000;
    putAddress(target, VECTORS, vectors + segment * 2 * VECTOR_WORDS * 4);
    target[VECTOR_COUNT] = 2;
    target.fill(0, CONTROL, CONTROL_COUNT + 1);
  }

  /** Forgets all messages. */
  clear(): void {
    this.start = 0;
    this.end = 0;
    this.#datagrams = 0;
    this.#headerBytes = 0;
    this.#entries.length = 0;
  }

  #addMessage(entry: BatchedMessage): void {
    const { run, to, segments } = entry;
    const words = this.messages;
    const at = this.end * MESSAGE_WORDS;
    const vector = this.#datagrams * 2 * VECTOR_WORDS;
    putAddress(words, at + NAME, to.address);
    words[at + NAME_LENGTH] = to.bytes.length;
    putAddress(words, at + VECTORS, this.#vectorsAddress + vector * 4);
    words[at + VECTOR_COUNT] = 2 * segments;
    putAddress(words, at + CONTROL, segments > 1 ? controlFor(run.headerSize + this.#vectors[vector + 6]!) : 0);
    words[at + CONTROL_COUNT] = segments > 1 ? CONTROL_SIZE : 0;
    this.#datagrams += segments;
    this.#entries[this.end++] = entry;
  }
}

/** Datagrams, from the run's `from`-th on, that one buffer may hold: of one length, but the last may be shorter. */
function segmentsFrom(run: PacketRun, from: number): number {
  const { payloads, first, count, headerSize } = run;
  const size = headerSize + payloads[first + from]!.length;
  let segments = 1;
  for (let total = size; segments < MAX_SEGMENTS && from + segments < count; segments++) {
    const next = headerSize + payloads[first + from + segments]!.length;
    total += next;
    if (next > size || total > MAX_DATAGRAM) break;
    if (next < size) return segments + 1;
  }
  return segments;
}

const controls = new Map<number, { address: number; words: Uint32Array }>();

function controlFor(size: number): number {
  const found = controls.get(size);
  if (found) return found.address;
  const words = segmentControl(size);
  const address = addressOf(words);
  controls.set(size, { address, words });
  return address;
}
