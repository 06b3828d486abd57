import type { Bytes } from "../core/bytes.ts";
import { errorMessage } from "../core/errors.ts";
import { log } from "../core/log.ts";
import { normalizePeer, type Peer } from "./peer.ts";

/** Largest UDP datagram over IPv4: 65,535 minus IP and UDP headers. */
const MAX_DATAGRAM = 65_507;
/** Bytes handed to the runtime and not yet taken by the kernel; beyond it packets are dropped and counted. */
const MAX_PENDING_BYTES = 4 * 1024 * 1024;
/** Errors of receive in a row after which a socket counts as broken. */
const MAX_RECEIVE_ERRORS = 100;
/** Attempts to find an even port whose neighbour is free too. */
const PAIR_ATTEMPTS = 64;

/**
 * Datagrams of one frame for one receiver: headers of equal size of its own, payloads shared with all others.
 * Datagram `i` is header `i` followed by `payloads[first + i]`. Nobody writes into these bytes once they are queued.
 */
export interface PacketRun {
  readonly to: Peer;
  /** `count` headers one after the other. */
  readonly headers: Bytes;
  readonly headerSize: number;
  readonly payloads: readonly Bytes[];
  readonly first: number;
  readonly count: number;
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

/** Deno's datagram socket: one system call for each packet. */
class PlainUdpSocket implements UdpSocket {
  readonly local: Peer;
  onPacket: ((data: Bytes, from: Peer) => void) | undefined;
  #sendErrors = 0;
  #pending = 0;
  #closed = false;

  constructor(private readonly socket: Deno.DatagramConn) {
    const address = socket.addr;
    if (address.transport !== "udp") throw new TypeError(`Cannot use a ${address.transport} socket for UDP`);
    this.local = normalizePeer(address);
    void this.#receive();
  }

  get sendErrors(): number {
    return this.#sendErrors;
  }

  send(data: Bytes, to: Peer): void {
    if (this.#closed) return;
    if (this.#pending + data.length > MAX_PENDING_BYTES) {
      this.#sendErrors++;
      return;
    }
    this.#pending += data.length;
    this.socket.send(data, { transport: "udp", hostname: to.hostname, port: to.port })
      .catch(() => this.#sendErrors++)
      .finally(() => this.#pending -= data.length);
  }

  queue(run: PacketRun): void {
    for (let i = 0; i < run.count; i++) {
      const payload = run.payloads[run.first + i]!;
      const datagram = new Uint8Array(run.headerSize + payload.length);
      datagram.set(run.headers.subarray(i * run.headerSize, (i + 1) * run.headerSize));
      datagram.set(payload, run.headerSize);
      this.send(datagram, run.to);
    }
  }

  flush(): void {}

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.onPacket = undefined;
    this.socket.close();
  }

  async #receive(): Promise<void> {
    const buffer = new Uint8Array(MAX_DATAGRAM + 1);
    for (let failures = 0; !this.#closed && failures < MAX_RECEIVE_ERRORS;) {
      try {
        const [data, from] = await this.socket.receive(buffer);
        failures = 0;
        if (from.transport === "udp") this.#deliver(data.slice(), normalizePeer(from));
      } catch (thrown) {
        // Windows reports a receiver's closed port here; the socket itself is fine.
        failures++;
        if (!this.#closed) log("net", "udp").debug("Cannot receive: {reason}", { reason: errorMessage(thrown) });
      }
    }
  }

  #deliver(data: Bytes, from: Peer): void {
    try {
      this.onPacket?.(data, from);
    } catch (thrown) {
      log("net", "udp").error("Cannot handle a packet: {reason}", { reason: errorMessage(thrown) });
    }
  }
}

/** Where to bind. */
export interface UdpOptions {
  readonly hostname: string;
  /** 0 or left out: any. For a pair this is the RTP port, and must be even. */
  readonly port?: number;
}

/** Binds one socket. Throws Deno.errors.AddrInUse and its like. */
export function openUdpSocket(options: UdpOptions): UdpSocket {
  return new PlainUdpSocket(
    Deno.listenDatagram({ transport: "udp", hostname: options.hostname, port: options.port ?? 0 }),
  );
}

/** Binds an even port and the one above it. Throws when the port asked for, or every pair tried, is taken. */
export function openUdpPair(options: UdpOptions): UdpPair {
  const wanted = options.port ?? 0;
  if (wanted % 2 !== 0) throw new RangeError(`Cannot use port ${wanted} for RTP: it must be even`);
  if (wanted !== 0) return pairAt(options.hostname, wanted);
  for (let attempt = 1;; attempt++) {
    const probe = openUdpSocket({ hostname: options.hostname });
    const even = probe.local.port & ~1;
    probe.close();
    try {
      return pairAt(options.hostname, even);
    } catch (thrown) {
      if (attempt >= PAIR_ATTEMPTS) throw thrown;
    }
  }
}

function pairAt(hostname: string, port: number): UdpPair {
  const rtp = openUdpSocket({ hostname, port });
  try {
    const rtcp = openUdpSocket({ hostname, port: port + 1 });
    return { rtp, rtcp, close: () => [rtp, rtcp].forEach((socket) => socket.close()) };
  } catch (thrown) {
    rtp.close();
    throw thrown;
  }
}
