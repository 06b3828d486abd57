import type { Bytes } from "../core/bytes.ts";
import { MESSAGE_WORDS, VECTOR_COUNT, VECTOR_WORDS, VECTORS } from "./gso.ts";
import {
  addressOf,
  EINTR,
  type Libc,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  putAddress,
  sharedLibc,
  SOCK_STREAM,
} from "./libc.ts";
import type { Peer } from "./peer.ts";
import type { Packets } from "./packets.ts";
import { payloadVectors } from "./payload_vectors.ts";
import { findHandle } from "./socket_handle.ts";

/** Packets handed over by one call: the kernel takes 1024 pieces of memory, and each packet is two. */
const MAX_PACKETS = 512;
/** Bytes kept for each packet's header. */
const HEADER_ROOM = 16;

/**
 * Sends the packets of a frame on a connection straight from where they lie: headers of its own, payloads shared with
 * other connections. One instance serves all connections, because the kernel is done with the memory when it returns.
 */
export class Gatherer {
  readonly #libc: Libc;
  readonly #vectors = new Uint32Array(2 * MAX_PACKETS * VECTOR_WORDS);
  readonly #headers: Bytes = new Uint8Array(MAX_PACKETS * HEADER_ROOM);
  readonly #headersAddress = addressOf(this.#headers);
  readonly #message = new Uint32Array(new ArrayBuffer(4 * MESSAGE_WORDS));

  constructor(libc: Libc) {
    this.#libc = libc;
    putAddress(this.#message, VECTORS, addressOf(this.#vectors));
  }

  /** Returns how many bytes the kernel took at once; 0 if none, for whatever reason. */
  send(handle: number, packets: Packets): number {
    const { headers, headerSize, payloads, first, count } = packets;
    if (count > MAX_PACKETS || headerSize > HEADER_ROOM) return 0;
    this.#headers.set(headers.length === count * headerSize ? headers : headers.subarray(0, count * headerSize));
    const vectors = this.#vectors;
    const pieces = payloadVectors(payloads);
    for (let i = 0, at = 0; i < count; i++, at += 2 * VECTOR_WORDS) {
      putAddress(vectors, at, this.#headersAddress + i * headerSize);
      vectors[at + 2] = headerSize;
      const piece = (first + i) * VECTOR_WORDS;
      vectors[at + 4] = pieces[piece]!;
      vectors[at + 5] = pieces[piece + 1]!;
      vectors[at + 6] = pieces[piece + 2]!;
    }
    this.#message[VECTOR_COUNT] = 2 * count;
    for (;;) {
      const taken = Number(this.#libc.call.sendmsg(handle, this.#message, MSG_DONTWAIT | MSG_NOSIGNAL));
      if (taken >= 0) return taken;
      if (this.#libc.errno() !== EINTR) return 0;
    }
  }
}

let shared: Gatherer | undefined;

/** Sends packets on one connection, as far as the kernel takes them at once. */
export type GatherSend = (packets: Packets) => number;

/**
 * The fast way to send on a connection that Deno opened; undefined where there is none. The caller forgets it when it
 * closes the connection.
 */
export function gatherOn(local: Peer, remote: Peer): GatherSend | undefined {
  const libc = sharedLibc();
  const handle = libc && findHandle(libc, SOCK_STREAM, local, remote);
  if (handle === undefined) return undefined;
  const gatherer = shared ??= new Gatherer(libc!);
  return (packets) => gatherer.send(handle, packets);
}
