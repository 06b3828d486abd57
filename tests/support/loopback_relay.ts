const HOST = "127.0.0.1";

/** A relay before a server on the loopback address; `pass` carries the bytes of one connection, until both ends close. */
export class LoopbackRelay implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: HOST, port: 0 });
  readonly #open = new Set<Deno.TcpConn>();
  readonly #serving: Promise<void>;

  constructor(
    private readonly server: number,
    private readonly pass: (viewer: Deno.TcpConn, server: Deno.TcpConn) => Promise<void>[],
  ) {
    this.#serving = this.#serve();
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  async #serve(): Promise<void> {
    const relays: Promise<void>[] = [];
    for await (const viewer of this.#listener) relays.push(this.#relay(viewer));
    await Promise.all(relays);
  }

  async #relay(viewer: Deno.TcpConn): Promise<void> {
    const server = await Deno.connect({ hostname: HOST, port: this.server });
    this.#open.add(viewer).add(server);
    await Promise.allSettled(this.pass(viewer, server));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const end of this.#open) {
      try {
        end.close();
      } catch {
        // The pipe has closed it already.
      }
    }
    await this.#serving;
  }
}
