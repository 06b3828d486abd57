import type { Bytes } from "../core/bytes.ts";
import { type Clock, sleep, systemClock } from "../core/clock.ts";
import { errorMessage } from "../core/errors.ts";
import { log } from "../core/log.ts";
import { underWay } from "../core/operations.ts";
import { sharedLibc, SOCK_STREAM } from "./libc.ts";
import { normalizePeer, type Peer } from "./peer.ts";
import { findHandle } from "./socket_handle.ts";

export type { Peer };

/** Bytes asked of the kernel by one read: few at first, because most connections carry little; more where reads are full. */
const FIRST_READ_SIZE = 512;
const MAX_READ_SIZE = 64 * 1024;
/** First and longest pause of the accept loop after an error, ms (it doubles in between). */
const ACCEPT_BACKOFF = 50;
const MAX_ACCEPT_BACKOFF = 2000;
/** Default time to reach a server, ms. */
const CONNECT_TIMEOUT = 10_000;

/** A connection as ordered bytes in both directions. */
export interface ByteStream {
  readonly local: Peer;
  readonly remote: Peer;
  /** The next bytes, never empty; undefined at the end, whatever ended it (`failure` says what). */
  read(): Promise<Bytes | undefined>;
  /** Writes what the kernel takes at once, or waits until it takes something; returns how many bytes that was. */
  writeSome(bytes: Bytes): Promise<number>;
  /** Writes all of `bytes`; rejects when the connection ends before. */
  write(bytes: Bytes): Promise<void>;
  /**
   * The file descriptor, for a `DirectSend`, which may use it only while no write is under way. Undefined where it cannot
   * be had, and once the connection is closed here.
   */
  readonly handle?: number | undefined;
  /** Why reading ended, when it was neither the peer's orderly end nor our own `close()`. */
  readonly failure: Error | undefined;
  /** Ends both directions; pending reads and writes end too. Harmless when repeated. */
  close(): void;
}

class TcpStream implements ByteStream {
  readonly local: Peer;
  readonly remote: Peer;
  readonly #connection: Deno.TcpConn;
  #buffer = new Uint8Array(FIRST_READ_SIZE);
  #closed = false;
  #handle: number | undefined | "unknown" = "unknown";
  failure: Error | undefined;

  constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
    this.local = normalizePeer(connection.localAddr);
    this.remote = normalizePeer(connection.remoteAddr);
    connection.setNoDelay(true);
    connection.setKeepAlive(true);
  }

  async read(): Promise<Bytes | undefined> {
    if (this.#closed) return undefined;
    try {
      const length = await this.#connection.read(this.#buffer);
      if (length === null) return undefined;
      const data = this.#buffer.slice(0, length);
      if (length === this.#buffer.length && length < MAX_READ_SIZE) {
        this.#buffer = new Uint8Array(Math.min(MAX_READ_SIZE, 4 * length));
      }
      return data;
    } catch (thrown) {
      if (!this.#closed) this.failure = thrown instanceof Error ? thrown : new Error(errorMessage(thrown));
      return undefined;
    }
  }

  writeSome(bytes: Bytes): Promise<number> {
    return underWay(this.#connection.write(bytes));
  }

  async write(bytes: Bytes): Promise<void> {
    for (let at = 0; at < bytes.length;) at += await this.#connection.write(bytes.subarray(at));
  }

  get handle(): number | undefined {
    if (this.#handle === "unknown") {
      const libc = sharedLibc();
      this.#handle = libc && findHandle(libc, SOCK_STREAM, this.local, this.remote);
    }
    return this.#handle;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#handle = undefined;
    this.#connection.close();
  }
}

/** A connection that the system accepted or made, as a `ByteStream`; undefined if the peer left meanwhile. */
function wrap(connection: Deno.TcpConn): TcpStream | undefined {
  try {
    return new TcpStream(connection);
  } catch {
    connection.close();
    return undefined;
  }
}

/** Accepts connections: `for await (const stream of listener)`. Errors of accept are survived with a growing pause. */
export class TcpListener implements AsyncIterable<ByteStream> {
  readonly address: Peer;
  readonly #stop = new AbortController();

  constructor(private readonly listener: Deno.TcpListener, private readonly clock: Clock = systemClock) {
    this.address = normalizePeer(listener.addr);
  }

  /** Opens `hostname:port` (0: any free port). Throws Deno.errors.AddrInUse and its like. */
  static open(options: { hostname: string; port: number; clock?: Clock }): TcpListener {
    const listener = Deno.listen({ hostname: options.hostname, port: options.port });
    return new TcpListener(listener, options.clock);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<ByteStream, void, void> {
    let pause = ACCEPT_BACKOFF;
    while (!this.#stop.signal.aborted) {
      try {
        const stream = wrap(await this.listener.accept());
        pause = ACCEPT_BACKOFF;
        if (stream) yield stream;
      } catch (thrown) {
        if (this.#stop.signal.aborted) return;
        log("net", "tcp").warn("Cannot accept a connection: {reason}", { reason: errorMessage(thrown), pause });
        await sleep(this.clock, pause, this.#stop.signal);
        pause = Math.min(pause * 2, MAX_ACCEPT_BACKOFF);
      }
    }
  }

  close(): void {
    if (this.#stop.signal.aborted) return;
    this.#stop.abort();
    this.listener.close();
  }
}

/** Where to connect, and how long to try. */
export interface ConnectOptions {
  readonly hostname: string;
  readonly port: number;
  /** Milliseconds until the attempt fails; 10 s if left out. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

/** Connects to a server. Rejects with an Error whose message says which server could not be reached and why. */
export async function connectTcp(options: ConnectOptions): Promise<ByteStream> {
  const { hostname, port, timeout = CONNECT_TIMEOUT } = options;
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(new Error(`no answer within ${timeout / 1000} s`)), timeout);
  const abort = () => limit.abort(options.signal?.reason);
  options.signal?.addEventListener("abort", abort, { once: true });
  if (options.signal?.aborted) abort();
  try {
    const stream = wrap(await Deno.connect({ hostname, port, signal: limit.signal }));
    if (!stream) throw new Error("the server closed the connection at once");
    return stream;
  } catch (thrown) {
    const reason = limit.signal.aborted ? limit.signal.reason : thrown;
    throw new Error(`Cannot connect to ${hostname}:${port}: ${errorMessage(reason)}`, { cause: reason });
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener("abort", abort);
  }
}
