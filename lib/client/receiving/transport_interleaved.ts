import type { Bytes } from "../../core/bytes.ts";
import type { TransportSpec } from "../../rtsp/headers/transport.ts";
import type { WireLog } from "../inspection/wire_log.ts";
import type { MediaSink, MediaTransport } from "./media_transport.ts";
import { PlayerError } from "../player_types.ts";
import type { RtspClient } from "../control/rtsp_client.ts";

/** Packets on channels that nobody has set up before the connection is given up (robustness R14). */
const MAX_STRAY_PACKETS = 100;

/** RTP and RTCP between the messages of the control connection (RFC 2326 10.12). */
export class InterleavedTransport implements MediaTransport {
  readonly kind = "tcp";
  readonly offer: TransportSpec = {
    protocol: "tcp",
    profile: "RTP/AVP/TCP",
    delivery: "unicast",
    interleaved: [0, 1],
  };
  readonly #client: RtspClient;
  readonly #sink: MediaSink;
  readonly #wire: WireLog | undefined;
  #channels: readonly [number, number] = [0, 1];
  #stray = 0;

  constructor(client: RtspClient, sink: MediaSink, wire?: WireLog) {
    this.#client = client;
    this.#sink = sink;
    this.#wire = wire;
  }

  accept(granted: TransportSpec | undefined): void {
    if (granted === undefined) return;
    if (granted.protocol !== "tcp") {
      throw new PlayerError("protocol", "The server granted another transport than the TCP that was asked for.", {
        advice: "Try UDP (--transport udp).",
      });
    }
    this.#channels = granted.interleaved ?? this.#channels;
  }

  /** One packet from the control connection. Throws a PlayerError when the server keeps using other channels. */
  packet(channel: number, data: Bytes): void {
    if (channel === this.#channels[0]) {
      this.#record("rtp", false, channel, data);
      this.#sink.rtp(data);
    } else if (channel === this.#channels[1]) {
      this.#record("rtcp", false, channel, data);
      this.#sink.rtcp(data);
    } else if (++this.#stray > MAX_STRAY_PACKETS) {
      throw new PlayerError("protocol", "The server sends media on channels that were not set up.", {
        advice: "Try UDP (--transport udp).",
      });
    }
  }

  /** Nothing to open: the connection is there. */
  punch(): void {}

  sendRtcp(packet: Bytes): void {
    this.#record("rtcp", true, this.#channels[1], packet);
    this.#client.sendInterleaved(this.#channels[1], packet);
  }

  #record(kind: "rtp" | "rtcp", sent: boolean, channel: number, data: Bytes): void {
    const { local, remote } = this.#client;
    this.#wire?.packet(kind, sent, { local, remote, channel }, data);
  }

  close(): void {}
}
