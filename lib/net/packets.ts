import type { Bytes } from "../core/bytes.ts";

/**
 * Packets of one frame for one receiver: headers of equal size of its own, payloads shared with all others. Packet `i` is
 * header `i` followed by `payloads[first + i]`. The headers are copied when they are handed over; nobody writes into
 * payloads.
 */
export interface Packets {
  /** `count` headers one after the other. */
  readonly headers: Bytes;
  readonly headerSize: number;
  readonly payloads: readonly Bytes[];
  readonly first: number;
  readonly count: number;
}

/** Bytes of all packets. */
export function sizeOfPackets({ headerSize, payloads, first, count }: Packets): number {
  let size = count * headerSize;
  for (let i = first; i < first + count; i++) size += payloads[i]!.length;
  return size;
}

/** All packets one after the other in one buffer. */
export function joinPackets(packets: Packets): Bytes {
  const { headers, headerSize, payloads, first, count } = packets;
  const joined = new Uint8Array(sizeOfPackets(packets));
  for (let i = 0, at = 0; i < count; i++) {
    joined.set(headers.subarray(i * headerSize, (i + 1) * headerSize), at);
    joined.set(payloads[first + i]!, at + headerSize);
    at += headerSize + payloads[first + i]!.length;
  }
  return joined;
}
