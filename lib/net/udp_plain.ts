import type { Bytes } from "../core/bytes.ts";
import { errorMessage } from "../core/errors.ts";
import { log } from "../core/log.ts";
import { underWay } from "../core/operations.ts";
import { normalizePeer, type Peer } from "./peer.ts";
import { MAX_DATAGRAM, type PacketRun, type UdpSocket } from "./udp_socket.ts";

/** Bytes handed to the runtime and not yet taken by the kernel; beyond it packets are dropped and counted. */
const MAX_PENDING_BYTES = 4 * 1024 * 1024;
/** Errors of receive in a row after which a socket counts as broken. */
const MAX_RECEIVE_ERRORS = 100;

/**
 * Deno's datagram socket: one system call for each packet. Packets leave one after the other, because two sends that
 * are under way at the same time may change places when the kernel does not take the first at once.
 */
export class PlainUdpSocket implements UdpSocket {
  readonly local: Peer;
  onPacket: ((data: Bytes, from: Peer) => void) | undefined;
  #sendErrors = 0;
  #waiting: { data: Bytes; to: Deno.NetAddr; onLost: PacketRun["onLost"] }[] = [];
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

  send(data: Bytes, to: Peer, onLost?: PacketRun["onLost"]): void {
    if (this.#closed) return;
    if (this.#pendingBytes + data.length > MAX_PENDING_BYTES) {
      this.#sendErrors++;
      onLost?.(1);
      return;
    }
    this.#pendingBytes += data.length;
    this.#waiting.push({ data, to: { transport: "udp", hostname: to.hostname, port: to.port }, onLost });
    if (!this.#sending) void this.#sendWaiting();
  }

  async #sendWaiting(): Promise<void> {
    this.#sending = true;
    while (this.#waiting.length > 0 && !this.#closed) {
      for (const { data, to, onLost } of this.#waiting.splice(0)) {
        if (this.#closed) break;
        try {
          await underWay(this.socket.send(data, to));
        } catch {
          this.#sendErrors++;
          onLost?.(1);
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
      this.send(datagram, run.to, run.onLost);
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
