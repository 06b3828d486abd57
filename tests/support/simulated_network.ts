import type { Bytes } from "../../lib/core/bytes.ts";
import type { Peer } from "../../lib/net/peer.ts";
import type { ByteStream } from "../../lib/net/tcp.ts";
import type { PacketRun, UdpPair, UdpSocket } from "../../lib/net/udp.ts";

const LOOPBACK = "127.0.0.1";
const FIRST_PORT = 40_000;

/** One end of a connection inside the test's own memory. */
export class SimulatedStream implements ByteStream {
  readonly failure = undefined;
  other: SimulatedStream | undefined;
  /** What was written to this end and not read by it. */
  readonly #incoming: Bytes[] = [];
  #waiting: ((chunk: Bytes | undefined) => void) | undefined;
  #ended = false;
  closed = false;

  constructor(readonly local: Peer, readonly remote: Peer) {}

  read(): Promise<Bytes | undefined> {
    const chunk = this.#incoming.shift();
    if (chunk !== undefined || this.#ended || this.closed) return Promise.resolve(chunk);
    return new Promise((resolve) => this.#waiting = resolve);
  }

  writeSome(bytes: Bytes): Promise<number> {
    if (this.closed || this.other!.closed) return Promise.reject(new Error("broken pipe"));
    this.other!.#take(bytes.slice());
    return Promise.resolve(bytes.length);
  }

  async write(bytes: Bytes): Promise<void> {
    await this.writeSome(bytes);
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.#settle(undefined);
    this.other!.#end();
  }

  #take(chunk: Bytes): void {
    if (this.#waiting) this.#settle(chunk);
    else this.#incoming.push(chunk);
  }

  #end(): void {
    this.#ended = true;
    this.#settle(undefined);
  }

  #settle(chunk: Bytes | undefined): void {
    this.#waiting?.(chunk);
    this.#waiting = undefined;
  }
}

/** A loopback without kernel and without waiting: what is sent has arrived. Fits the player's `PlayerNetwork`. */
export class SimulatedNetwork {
  /** Says which datagrams arrive; by default all. */
  passes: (data: Bytes, from: Peer, to: Peer) => boolean = () => true;
  readonly #listeners = new Map<number, (stream: SimulatedStream) => void>();
  readonly #sockets = new Map<number, UdpSocket>();
  #nextPort = FIRST_PORT;

  /** UDP sockets and pairs' halves that are open: 0 when everybody has cleaned up. */
  get openSockets(): number {
    return this.#sockets.size;
  }

  /** Calls `accept` with the server's end of each connection to `port`. */
  listen(port: number, accept: (stream: SimulatedStream) => void): void {
    this.#listeners.set(port, accept);
  }

  readonly connect = (to: { hostname: string; port: number }): Promise<ByteStream> => {
    const accept = this.#listeners.get(to.port);
    if (!accept) return Promise.reject(new Error("Cannot connect", { cause: new Deno.errors.ConnectionRefused() }));
    const near = { hostname: LOOPBACK, port: this.#nextPort++ };
    const far = { hostname: LOOPBACK, port: to.port };
    const ours = new SimulatedStream(near, far);
    const theirs = new SimulatedStream(far, near);
    [ours.other, theirs.other] = [theirs, ours];
    accept(theirs);
    return Promise.resolve(ours);
  };

  /** Puts a datagram of any sender into the socket at `port`. */
  deliver(port: number, data: Bytes, from: Peer): void {
    this.#sockets.get(port)?.onPacket?.(data.slice(), from);
  }

  readonly udpSocket = ({ port = 0 }: { port?: number }): UdpSocket => {
    const local = { hostname: LOOPBACK, port: port || this.#nextPort++ };
    if (this.#sockets.has(local.port)) throw new Deno.errors.AddrInUse(`Port ${local.port} is taken`);
    const socket: UdpSocket = {
      local,
      onPacket: undefined,
      sendErrors: 0,
      send: (data, to) => {
        if (this.passes(data, local, to)) this.deliver(to.port, data, local);
      },
      queue: (_run: PacketRun) => {},
      flush: () => {},
      close: () => this.#sockets.delete(local.port),
    };
    this.#sockets.set(local.port, socket);
    return socket;
  };

  readonly udpPair = ({ port = 0 }: { port?: number }): UdpPair => {
    this.#nextPort += this.#nextPort % 2;
    const rtp = this.udpSocket({ port });
    const rtcp = this.udpSocket({ port: rtp.local.port + 1 });
    this.#nextPort = Math.max(this.#nextPort, rtcp.local.port + 1);
    return { rtp, rtcp, close: () => [rtp, rtcp].forEach((socket) => socket.close()) };
  };
}
