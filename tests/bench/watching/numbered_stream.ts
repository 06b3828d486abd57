import type { FlipbookServer } from "../../../lib/server/server.ts";
import { startServer } from "../../../lib/server/server.ts";
import { filmPictures } from "../../support/page_stage.ts";

/** A server in this process with a live stream whose pictures carry their numbers, and when each was handed over. */
export class NumberedStream implements AsyncDisposable {
  readonly url: string;
  readonly #server: FlipbookServer;
  readonly #sent: Map<number, number>;
  readonly #stop: () => void;

  private constructor(
    server: FlipbookServer,
    private readonly count: number,
    sent: Map<number, number>,
    stop: () => void,
  ) {
    this.#server = server;
    this.#sent = sent;
    this.#stop = stop;
    this.url = `rtsp://127.0.0.1:${server.port}/live`;
  }

  /** The film that comes with Flipbook, 640x480 and 25 pictures a second, or any other whose pictures carry numbers. */
  static async open(given?: readonly Uint8Array[], frameRate = 25): Promise<NumberedStream> {
    const pictures = given ?? await filmPictures();
    const sent = new Map<number, number>();
    let stopped = false;
    const server = await startServer({ host: "127.0.0.1", port: 0, media: [] });
    await new Promise<void>((resolve) => {
      server.addStream("live", numbered({ pictures, frameRate }, sent, () => stopped, resolve));
    });
    return new NumberedStream(server, pictures.length, sent, () => stopped = true);
  }

  /** Milliseconds (of `performance.now()`) at which the picture with this number was last handed to the server. */
  sent(number: number): number | undefined {
    return this.#sent.get(number);
  }

  /** The number that the picture so many after number 0 carries: numbers begin again. */
  numberOf(index: number): number {
    return ((index % this.count) + this.count) % this.count;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop();
    await this.#server.close();
  }
}

/** By absolute deadlines, as a camera does. */
async function* numbered(
  { pictures, frameRate }: { readonly pictures: readonly Uint8Array[]; readonly frameRate: number },
  sent: Map<number, number>,
  stopped: () => boolean,
  begun: () => void,
): AsyncGenerator<Uint8Array> {
  const start = performance.now();
  for (let index = 0; !stopped(); index++) {
    const wait = start + index * 1000 / frameRate - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const number = index % pictures.length;
    sent.set(number, performance.now());
    yield pictures[number]!;
    begun();
  }
}
