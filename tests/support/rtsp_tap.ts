const MAX_LINE = 200;

/** A relay before an RTSP server on the loopback address that notes every request. UDP goes past it. */
export class RtspTap implements AsyncDisposable {
  readonly #listener: Deno.TcpListener;
  readonly #server: number;
  readonly #open = new Set<Deno.TcpConn>();
  readonly #serving: Promise<void>;
  /** Heads of all requests, without line ends: method, address, headers. */
  readonly requests: string[] = [];

  constructor(server: number) {
    this.#server = server;
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.#serving = this.#serve();
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  /** The newest request with this method, or "" before one has come. */
  last(method: string): string {
    return this.requests.findLast((request) => request.startsWith(`${method} `)) ?? "";
  }

  async #serve(): Promise<void> {
    const relays: Promise<void>[] = [];
    for await (const viewer of this.#listener) relays.push(this.#relay(viewer));
    await Promise.all(relays);
  }

  async #relay(viewer: Deno.TcpConn): Promise<void> {
    const server = await Deno.connect({ hostname: "127.0.0.1", port: this.#server });
    this.#open.add(viewer).add(server);
    const decoder = new TextDecoder("latin1");
    const noted = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform: (bytes, controller) => {
        for (const head of decoder.decode(bytes).matchAll(/^([A-Z_]+ rtsp:.*?)\r\n\r\n/gms)) {
          this.requests.push(head[1]!.replaceAll("\r\n", " | ").slice(0, 5 * MAX_LINE));
        }
        controller.enqueue(bytes);
      },
    });
    await Promise.allSettled([
      viewer.readable.pipeThrough(noted).pipeTo(server.writable),
      server.readable.pipeTo(viewer.writable),
    ]);
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
