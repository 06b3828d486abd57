import { openUdpPair, type UdpPair } from "../../lib/net/udp.ts";
import type { Peer } from "../../lib/net/peer.ts";
import { LoopbackRelay } from "./loopback_relay.ts";

const HOST = "127.0.0.1";
/** The ports of a Transport header: of the viewer in a request, of the server in an answer. */
const CLIENT_PORTS = /client_port=(\d+)-(\d+)/;
const SERVER_PORTS = /server_port=(\d+)-(\d+)/;

type Ports = readonly [rtp: number, rtcp: number];

/**
 * A relay before an RTSP server on the loopback address through which UDP goes too: RTP packets of a session for which
 * `isLost` holds, counted from 0, never come.
 */
export class LossyTap implements AsyncDisposable {
  readonly #pairs = new Set<UdpPair>();
  readonly #relay: LoopbackRelay;

  constructor(server: number, isLost: (packet: number) => boolean) {
    this.#relay = new LoopbackRelay(server, (viewer, server) => {
      const path = new MediaPath(isLost);
      this.#pairs.add(path.pair);
      return [
        viewer.readable.pipeThrough(textThrough((text) => path.request(text))).pipeTo(server.writable),
        server.readable.pipeThrough(textThrough((text) => path.answer(text))).pipeTo(viewer.writable),
      ];
    });
  }

  get port(): number {
    return this.#relay.port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#relay[Symbol.asyncDispose]();
    for (const pair of this.#pairs) pair.close();
  }
}

/** The way of one session's datagrams, by two ports of its own. */
class MediaPath {
  readonly pair = openUdpPair({ hostname: HOST, port: 0, engine: "plain" });
  readonly #own: Ports = [this.pair.rtp.local.port, this.pair.rtcp.local.port];
  #viewer: Ports | undefined;
  #server: Ports | undefined;

  constructor(isLost: (packet: number) => boolean) {
    let count = 0;
    this.pair.rtp.onPacket = (data, from) => {
      if (from.port === this.#viewer?.[0] || !isLost(count++)) this.#pass(0, data, from);
    };
    this.pair.rtcp.onPacket = (data, from) => this.#pass(1, data, from);
  }

  /** A request as it goes on: the server sends here. */
  request(text: string): string {
    this.#viewer = portsIn(text, CLIENT_PORTS) ?? this.#viewer;
    return text.replace(CLIENT_PORTS, `client_port=${this.#own.join("-")}`);
  }

  /** An answer as it goes on: the viewer sends here. */
  answer(text: string): string {
    this.#server = portsIn(text, SERVER_PORTS) ?? this.#server;
    return text.replace(SERVER_PORTS, `server_port=${this.#own.join("-")}`)
      .replace(CLIENT_PORTS, `client_port=${this.#viewer?.join("-")}`);
  }

  #pass(channel: 0 | 1, data: Uint8Array<ArrayBuffer>, from: Peer): void {
    const to = from.port === this.#viewer?.[channel] ? this.#server : this.#viewer;
    const socket = channel === 0 ? this.pair.rtp : this.pair.rtcp;
    if (to !== undefined) socket.send(data, { hostname: HOST, port: to[channel] });
  }
}

function portsIn(text: string, header: RegExp): Ports | undefined {
  const match = header.exec(text);
  return match === null ? undefined : [Number(match[1]), Number(match[2])];
}

/** RTSP's messages are short enough to come whole on the loopback address. */
function textThrough(
  change: (text: string) => string,
): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  const decoder = new TextDecoder("latin1");
  return new TransformStream({
    transform: (bytes, controller) => {
      const text = change(decoder.decode(bytes));
      controller.enqueue(Uint8Array.from(text, (letter) => letter.charCodeAt(0)));
    },
  });
}
