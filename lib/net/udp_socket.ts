import type { Bytes } from "../core/bytes.ts";
import type { Clock } from "../core/clock.ts";
import type { Peer } from "./peer.ts";

/** Largest UDP datagram over IPv4: 65,535 minus IP and UDP headers. */
export const MAX_DATAGRAM = 65_507;

/**
 * Packets of one frame for one receiver: headers of equal size of its own, payloads shared with all others. Datagram `i`
 * is header `i` followed by `payloads[first + i]`. The headers are copied when they are handed over; nobody writes into
 * payloads.
 */
export interface PacketRun {
  /** `count` headers one after the other. */
  readonly headers: Bytes;
  readonly headerSize: number;
  readonly payloads: readonly Bytes[];
  readonly first: number;
  readonly count: number;
  readonly to: Peer;
  /** Told when datagrams of this run were lost on our side. */
  readonly onLost?: (datagrams: number) => void;
}

/** A bound UDP socket. */
export interface UdpSocket {
  readonly local: Peer;
  /** Set by the owner; `data` is the owner's to keep. */
  onPacket: ((data: Bytes, from: Peer) => void) | undefined;
  /** Sends one datagram; never throws: an error is counted in `sendErrors`. */
  send(data: Bytes, to: Peer): void;
  /** Hands in packets for the next `flush()`; an engine that can send many with one call gathers them. */
  queue(run: PacketRun): void;
  /** Sends what was queued. Called once at the end of every tick of the scheduler. */
  flush(): void;
  /** Datagrams lost on our side, by an error of the system or because too many were pending. */
  readonly sendErrors: number;
  close(): void;
}

/** RTP on an even port and RTCP on the next one (RFC 3550 section 11). */
export interface UdpPair {
  readonly rtp: UdpSocket;
  readonly rtcp: UdpSocket;
  close(): void;
}

/**
 * How datagrams are sent: `batch` is many with one system call (Linux, with the permission to call its C library),
 * `plain` is Deno's sockets, `auto` the best that works here.
 */
export type UdpEngine = "auto" | "batch" | "plain";

/** Where to bind. */
export interface UdpOptions {
  readonly hostname: string;
  /** 0 or left out: any. For a pair this is the RTP port, and must be even. */
  readonly port?: number;
  /** `auto` if left out. */
  readonly engine?: UdpEngine;
  /** Where time comes from; the machine's clock if left out. */
  readonly clock?: Clock;
}
