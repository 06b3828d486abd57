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

/**
 * Deno's datagram socket: one system call for each packet. Packets leave one after the other, because two sends that
 * are under way at the same time may change places when the kernel does not take the first at once.
 */
class PlainUdpSocket implements UdpSocket {
  readonly local: Peer;
  onPacket: ((data: Bytes, from: Peer) => void) | undefined;
  #sendErrors = 0;
  #waiting: { data: Bytes; to: Deno.NetAddr }[] = [];
  #pendingBytes = 0;
  #sending = false;
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
    if (this.#pendingBytes + data.length > MAX_PENDING_BYTES) {
      this.#sendErrors++;
      return;
    }
    this.#pendingBytes += data.length;
    this.#waiting.push({ data, to: { transport: "udp", hostname: to.hostname, port: to.port } });
    if (!this.#sending) void this.#sendWaiting();
  }

  async #sendWaiting(): Promise<void> {
    this.#sending = true;
    while (this.#waiting.length > 0 && !this.#closed) {
      for (const { data, to } of this.#waiting.splice(0)) {
        if (this.#closed) break;
        try {
          await this.socket.send(data, to);
        } catch {
          this.#sendErrors++;
        }
        this.#pendingBytes -= data.length;
      }
    }
    this.#sending = false;
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
  const { hostname, port = 0 } = options;
  if (port % 2 !== 0) throw new RangeError(`Cannot use port ${port} for RTP: it must be even`);
  if (port !== 0) return pairAt(hostname, port);
  // A socket whose neighbour is taken stays open until a pair is found, so that the system offers another port.
  const lonely: UdpSocket[] = [];
  try {
    for (let attempt = 1;; attempt++) {
      const socket = openUdpSocket({ hostname });
      lonely.push(socket);
      try {
        const pair = pairWith(socket, hostname);
        lonely.pop();
        return pair;
      } catch (thrown) {
        if (attempt >= PAIR_ATTEMPTS) throw thrown;
      }
    }
  } finally {
    for (const socket of lonely) socket.close();
  }
}

function pairAt(hostname: string, port: number): UdpPair {
  const socket = openUdpSocket({ hostname, port });
  try {
    return pairWith(socket, hostname);
  } catch (thrown) {
    socket.close();
    throw thrown;
  }
}

/** Joins `socket` with the other half of its pair, which is bound here; `socket` stays open when that fails. */
function pairWith(socket: UdpSocket, hostname: string): UdpPair {
  const { port } = socket.local;
  const other = openUdpSocket({ hostname, port: port ^ 1 });
  const [rtp, rtcp] = port % 2 === 0 ? [socket, other] : [other, socket];
  return {
    rtp,
    rtcp,
    close: () => {
      rtp.close();
      rtcp.close();
    },
  };
}
