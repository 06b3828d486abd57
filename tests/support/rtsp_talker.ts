import { type Bytes, concatBytes, decodeLatin1, encodeText } from "../../lib/core/bytes.ts";
import { connectTcp } from "../../lib/net/tcp.ts";
import type { ByteStream } from "../../lib/net/tcp.ts";
import { openUdpPair, type UdpPair } from "../../lib/net/udp.ts";
import type { InterleavedFrame, RtspResponse } from "../../lib/rtsp/message.ts";
import { RtspParser } from "../../lib/rtsp/parser.ts";
import { parseRtcp, type RtcpPacket } from "../../lib/rtp/rtcp.ts";
import { parseRtpPacket, type RtpPacket } from "../../lib/rtp/packet.ts";
import { within } from "./until.ts";

/** A client that says exactly what a test tells it to, over a real connection to a server on this machine. */
export class RtspTalker implements AsyncDisposable {
  /** Interleaved frames that came between the answers. */
  readonly frames: InterleavedFrame[] = [];
  /** Every byte that came. */
  readonly received: Bytes[] = [];
  readonly #stream: ByteStream;
  readonly #parser = new RtspParser();
  readonly #responses: RtspResponse[] = [];
  #cseq = 0;

  private constructor(stream: ByteStream) {
    this.#stream = stream;
  }

  static async open(port: number): Promise<RtspTalker> {
    return new RtspTalker(await connectTcp({ hostname: "127.0.0.1", port }));
  }

  /** Writes bytes as they are. */
  async say(text: string | Bytes): Promise<void> {
    await this.#stream.write(typeof text === "string" ? encodeText(text) : text);
  }

  /** Writes a request with the next CSeq and returns its answer. */
  async ask(method: string, uri: string, headers: Record<string, string> = {}): Promise<RtspResponse> {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join("");
    await this.say(`${method} ${uri} RTSP/1.0\r\nCSeq: ${++this.#cseq}\r\n${lines}\r\n`);
    return await this.answer();
  }

  /** The next response; interleaved frames before it go to `frames`. Throws at the connection's end. */
  async answer(): Promise<RtspResponse> {
    while (this.#responses.length === 0) {
      if (!(await this.#readMore())) throw new Error("The server closed the connection");
    }
    return this.#responses.shift()!;
  }

  /** Waits until `done()` holds, reading on. Throws at the connection's end. */
  async until(done: () => boolean): Promise<void> {
    while (!done()) {
      if (!(await this.#readMore())) throw new Error("The server closed the connection");
    }
  }

  /** Reads to the end of the connection and returns all that came, as text. */
  async untilClosed(): Promise<string> {
    while (await this.#readMore());
    return decodeLatin1(concatBytes(this.received));
  }

  /** The next bytes as text, unparsed: for the assignment's dialect. Undefined at the end. */
  async text(): Promise<string | undefined> {
    const chunk = await this.#stream.read();
    return chunk && decodeLatin1(chunk);
  }

  close(): void {
    this.#stream.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }

  async #readMore(): Promise<boolean> {
    const chunk = await within("bytes from the server", this.#stream.read());
    if (!chunk) return false;
    this.received.push(chunk);
    this.#parser.push(chunk);
    for (let message = this.#parser.next(); message; message = this.#parser.next()) {
      if (message.kind === "response") this.#responses.push(message);
      if (message.kind === "interleaved") this.frames.push(message);
    }
    return true;
  }
}

/** A pair of UDP ports that keeps what comes in. */
export class MediaPorts implements AsyncDisposable {
  readonly rtp: RtpPacket[] = [];
  readonly rtcp: RtcpPacket[] = [];
  readonly #pair: UdpPair;
  #waiting: (() => void)[] = [];

  constructor() {
    this.#pair = openUdpPair({ hostname: "127.0.0.1" });
    this.#pair.rtp.onPacket = (data) => this.#note(() => this.rtp.push(parseRtpPacket(data)));
    this.#pair.rtcp.onPacket = (data) => this.#note(() => this.rtcp.push(...parseRtcp(data)));
  }

  get port(): number {
    return this.#pair.rtp.local.port;
  }

  /** As the Transport header has them. */
  get clientPort(): string {
    return `${this.port}-${this.port + 1}`;
  }

  /** Sends a packet from the RTCP port. */
  report(data: Bytes, port: number): void {
    this.#pair.rtcp.send(data, { hostname: "127.0.0.1", port });
  }

  /** Waits until `done()` holds, which is asked after each packet; throws when none comes for long. */
  async until(done: () => boolean): Promise<void> {
    while (!done()) {
      const next = new Promise<void>((resolve) => this.#waiting.push(resolve));
      await within(`a packet after ${this.rtp.length} of RTP and ${this.rtcp.length} of RTCP`, next);
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#pair.close();
    return Promise.resolve();
  }

  #note(keep: () => void): void {
    keep();
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
