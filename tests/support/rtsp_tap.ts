import { LoopbackRelay } from "./loopback_relay.ts";

const MAX_LINE = 200;

/** A relay before an RTSP server on the loopback address that notes every request. UDP goes past it. */
export class RtspTap implements AsyncDisposable {
  readonly #relay: LoopbackRelay;
  /** Heads of all requests, without line ends: method, address, headers. */
  readonly requests: string[] = [];

  constructor(server: number) {
    this.#relay = new LoopbackRelay(server, (viewer, server) => [
      viewer.readable.pipeThrough(this.#noting()).pipeTo(server.writable),
      server.readable.pipeTo(viewer.writable),
    ]);
  }

  get port(): number {
    return this.#relay.port;
  }

  /** The newest request with this method, or "" before one has come. */
  last(method: string): string {
    return this.requests.findLast((request) => request.startsWith(`${method} `)) ?? "";
  }

  #noting() {
    const decoder = new TextDecoder("latin1");
    return new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform: (bytes, controller) => {
        for (const head of decoder.decode(bytes).matchAll(/^([A-Z_]+ rtsp:.*?)\r\n\r\n/gms)) {
          this.requests.push(head[1]!.replaceAll("\r\n", " | ").slice(0, 5 * MAX_LINE));
        }
        controller.enqueue(bytes);
      },
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#relay[Symbol.asyncDispose]();
  }
}
