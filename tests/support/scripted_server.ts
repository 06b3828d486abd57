import { type Bytes, encodeText } from "../../lib/core/bytes.ts";
import { fitRfc2435 } from "../../lib/jpeg/rfc2435.ts";
import { parseJpeg } from "../../lib/jpeg/parse.ts";
import type { UdpPair } from "../../lib/net/udp.ts";
import { packetizeJpeg } from "../../lib/rtp/jpeg_packetizer.ts";
import { writeRtpPacket } from "../../lib/rtp/packet.ts";
import { writeRtcp } from "../../lib/rtp/rtcp.ts";
import { parseTransport } from "../../lib/rtsp/headers/transport.ts";
import {
  response,
  type RtspRequest,
  type RtspResponse,
  writeInterleaved,
  writeMessage,
} from "../../lib/rtsp/message.ts";
import { RtspParser } from "../../lib/rtsp/parser.ts";
import { describeSession } from "../../lib/rtsp/sdp.ts";
import type { SimulatedNetwork, SimulatedStream } from "./simulated_network.ts";

const SSRC = 0x12345678;
const FRAME_TICKS = 3600;
const SESSION = "abcdef;timeout=60";

/** What a script answers instead of the honest answer: a response, raw bytes, nothing, or the end of the connection. */
export type ScriptedAnswer = RtspResponse | Bytes | "silence" | "close";

/** How a server departs from the honest one. */
export interface Script {
  readonly frames: readonly Bytes[];
  /** Called first; undefined leaves the honest answer. */
  readonly answer?: (request: RtspRequest, honest: () => RtspResponse) => ScriptedAnswer | undefined;
  /** Seconds in a=range; left out for a live stream. */
  readonly duration?: number;
  readonly firstTimestamp?: number;
  /** The description tells no frame rate, as for a film whose frames have times of their own. */
  readonly withoutRate?: boolean;
}

/** An RTSP server on a simulated network whose media leave when the test says so. */
export class ScriptedServer {
  readonly requests: RtspRequest[] = [];
  /** Reports and other RTCP of the client. */
  readonly rtcp: Bytes[] = [];
  connections = 0;
  readonly #network: SimulatedNetwork;
  readonly #script: Script;
  readonly #streams: SimulatedStream[] = [];
  #stream: SimulatedStream | undefined;
  #pair: UdpPair | undefined;
  #clientPorts: readonly [number, number] | undefined;
  #sequence = 1000;
  /** Frames whose timestamps have passed; the timeline never goes back. */
  #sent = 0;
  /** Seconds of the film that the next frame has. */
  #position = 0;

  constructor(network: SimulatedNetwork, port: number, script: Script) {
    this.#network = network;
    this.#script = script;
    network.listen(port, (stream) => {
      this.connections++;
      this.#stream = stream;
      this.#streams.push(stream);
      void this.#serve(stream);
    });
  }

  get methods(): string[] {
    return this.requests.map(({ method }) => method);
  }

  /** Sends frame `index`; `keep` says which of its packets go out, and `order` in which order. */
  sendFrame(index: number, keep: (packet: number) => boolean = () => true, reversed = false): void {
    const packets = this.packets(index).filter((_, at) => keep(at));
    for (const packet of reversed ? packets.reverse() : packets) this.sendRtp(packet);
  }

  /** The packets of frame `index`, with the next sequence numbers. */
  packets(index: number): Bytes[] {
    const fit = fitRfc2435(parseJpeg(this.#script.frames[index]!));
    if (!fit.fits) throw new TypeError(fit.reason);
    const { payloads } = packetizeJpeg(fit.image);
    const timestamp = this.#timestamp();
    this.#sent++;
    this.#position += 1 / 25;
    return payloads.map((payload, at) => {
      const sequence = this.#sequence++ & 0xffff;
      const marker = at === payloads.length - 1;
      return writeRtpPacket({ marker, payloadType: 26, sequence, timestamp, ssrc: SSRC, csrcs: [], payload });
    });
  }

  sendRtp(packet: Bytes): void {
    if (this.#clientPorts) {
      this.#pair!.rtp.send(packet, { hostname: "127.0.0.1", port: this.#clientPorts[0] });
    } else this.send(writeInterleaved(0, packet));
  }

  sendBye(ssrc = SSRC): void {
    const bytes = writeRtcp([{ kind: "receiver-report", ssrc, reports: [] }, { kind: "goodbye", ssrcs: [ssrc] }]);
    if (this.#clientPorts) {
      this.#pair!.rtcp.send(bytes, { hostname: "127.0.0.1", port: this.#clientPorts[1] });
    } else this.send(writeInterleaved(1, bytes));
  }

  /** Gives request number `index` its honest answer after all, on the first connection. */
  answerLate(index: number): void {
    const bytes = writeMessage(this.#honest(this.requests[index]!));
    void this.#streams[0]!.write(bytes).catch(() => {});
  }

  /** Puts bytes on the control connection. */
  send(bytes: Bytes): void {
    void this.#stream!.write(bytes).catch(() => {});
  }

  /** Ends the control connection. */
  hangUp(): void {
    this.#stream!.close();
    this.#pair?.close();
  }

  #timestamp(): number {
    return ((this.#script.firstTimestamp ?? 0xfffff000) + this.#sent * FRAME_TICKS) >>> 0;
  }

  async #serve(stream: SimulatedStream): Promise<void> {
    const parser = new RtspParser();
    for (let chunk = await stream.read(); chunk; chunk = await stream.read()) {
      parser.push(chunk);
      for (let message = parser.next(); message; message = parser.next()) {
        if (message.kind === "interleaved") this.rtcp.push(message.data);
        else if (message.kind === "request" && !this.#answer(stream, message)) return;
      }
    }
    if (stream === this.#stream) this.#pair?.close();
  }

  #answer(stream: SimulatedStream, request: RtspRequest): boolean {
    this.requests.push(request);
    const answer = this.#script.answer?.(request, () => this.#honest(request)) ?? this.#honest(request);
    if (answer === "close") {
      stream.close();
      return false;
    }
    if (answer !== "silence") {
      void stream.write(answer instanceof Uint8Array ? answer : writeMessage(answer)).catch(() => {});
    }
    return true;
  }

  #honest({ method, uri, headers }: RtspRequest): RtspResponse {
    const cseq = { CSeq: headers.get("CSeq")! };
    switch (method) {
      case "DESCRIBE":
        return response(200, {
          ...cseq,
          "Content-Base": `${uri}/`,
          "Content-Type": "application/sdp",
        }, encodeText(this.#description()));
      case "SETUP":
        return response(200, { ...cseq, Session: SESSION, Transport: this.#setup(headers.get("Transport")!) });
      case "PLAY": {
        const from = /npt=([\d.]+)-/.exec(headers.get("Range") ?? "")?.[1];
        if (from !== undefined) this.#position = Number(from);
        return response(200, {
          ...cseq,
          Session: SESSION,
          Range: `npt=${this.#position.toFixed(3)}-`,
          "RTP-Info": `url=${uri}/track1;seq=${this.#sequence & 0xffff};rtptime=${this.#timestamp()}`,
        });
      }
      default:
        return response(200, { ...cseq, Session: SESSION });
    }
  }

  #description(): string {
    const { width, height } = parseJpeg(this.#script.frames[0]!);
    const { duration, withoutRate = false } = this.#script;
    return describeSession({
      name: "film",
      address: "127.0.0.1",
      ...(withoutRate ? {} : { frameRate: 25 }),
      width,
      height,
      live: duration === undefined,
      ...(duration !== undefined && { duration }),
    });
  }

  #setup(offer: string): string {
    this.#pair?.close();
    const [spec] = parseTransport(offer);
    this.#clientPorts = spec!.clientPort;
    if (!spec!.clientPort) return "RTP/AVP/TCP;unicast;interleaved=0-1";
    this.#pair = this.#network.udpPair({});
    this.#pair.rtcp.onPacket = (data) => this.rtcp.push(data);
    const { rtp, rtcp } = this.#pair;
    return `RTP/AVP;unicast;client_port=${spec!.clientPort.join("-")};server_port=${rtp.local.port}-${rtcp.local.port}`;
  }
}
