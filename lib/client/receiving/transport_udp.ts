import type { Bytes } from "../../core/bytes.ts";
import { normalizePeer, type Peer } from "../../net/peer.ts";
import type { UdpPair } from "../../net/udp.ts";
import type { TransportSpec } from "../../rtsp/headers/transport.ts";
import type { WireLog } from "../inspection/wire_log.ts";
import type { MediaSink, MediaTransport } from "./media_transport.ts";
import { PlayerError } from "../player_types.ts";

/** RTP and RTCP on a pair of UDP ports. Packets of any other host than the server are not looked at. */
export class UdpTransport implements MediaTransport {
  readonly kind = "udp";
  readonly offer: TransportSpec;
  readonly #pair: UdpPair;
  readonly #server: string;
  readonly #wire: WireLog | undefined;
  #ports: readonly [number, number] | undefined;

  /** `server` is the IP address at the other end of the control connection. */
  constructor(pair: UdpPair, server: string, sink: MediaSink, wire?: WireLog) {
    this.#pair = pair;
    this.#wire = wire;
    this.#server = normalizePeer({ hostname: server, port: 0 }).hostname;
    this.offer = {
      protocol: "udp",
      profile: "RTP/AVP",
      delivery: "unicast",
      clientPort: [pair.rtp.local.port, pair.rtcp.local.port],
    };
    pair.rtp.onPacket = (data, from) => {
      if (!this.#isServer(from)) return;
      this.#wire?.packet("rtp", false, { local: pair.rtp.local, remote: from }, data);
      sink.rtp(data);
    };
    pair.rtcp.onPacket = (data, from) => {
      if (!this.#isServer(from)) return;
      this.#wire?.packet("rtcp", false, { local: pair.rtcp.local, remote: from }, data);
      sink.rtcp(data);
    };
  }

  accept(granted: TransportSpec | undefined): void {
    if (granted === undefined) return;
    if (granted.protocol !== "udp" || granted.delivery === "multicast") {
      throw new PlayerError("protocol", "The server granted another transport than the UDP that was asked for.", {
        advice: "Try TCP (--transport tcp).",
      });
    }
    this.#ports = granted.serverPort;
  }

  punch(rtp: Bytes, rtcp: Bytes): void {
    if (!this.#ports) return;
    this.#pair.rtp.send(rtp, { hostname: this.#server, port: this.#ports[0] });
    this.sendRtcp(rtcp);
  }

  sendRtcp(packet: Bytes): void {
    if (!this.#ports) return;
    const remote = { hostname: this.#server, port: this.#ports[1] };
    this.#wire?.packet("rtcp", true, { local: this.#pair.rtcp.local, remote }, packet);
    this.#pair.rtcp.send(packet, remote);
  }

  close(): void {
    this.#pair.close();
  }

  #isServer(from: Peer): boolean {
    return from.hostname === this.#server;
  }
}
