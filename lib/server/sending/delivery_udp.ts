import type { Bytes } from "../../core/bytes.ts";
import type { Peer } from "../../net/peer.ts";
import type { UdpPair } from "../../net/udp.ts";
import { RTP_HEADER_SIZE } from "../../rtp/packet.ts";
import { MAX_BURST } from "./bursts.ts";
import type { Delivery } from "./delivery.ts";
import { HeaderRoom, type MediaPackets, type RtpNumbers } from "./media_packets.ts";

const room = new HeaderRoom();

/** RTP and RTCP from the server's one pair of ports to the ports that the viewer named. */
export class UdpDelivery implements Delivery {
  readonly kind = "udp";
  readonly maxBurst = MAX_BURST;
  #droppedFrames = 0;

  constructor(private readonly sockets: UdpPair, private readonly rtpPeer: Peer, private readonly rtcpPeer: Peer) {}

  get droppedFrames(): number {
    return this.#droppedFrames;
  }

  packets(frame: MediaPackets, from: number, to: number, numbers: RtpNumbers): void {
    room.write(frame, from, to, numbers);
    this.sockets.rtp.queue({
      to: this.rtpPeer,
      headers: room.bytes,
      headerSize: RTP_HEADER_SIZE,
      payloads: frame.payloads,
      first: from,
      count: to - from,
      onLost: this.#onLost,
    });
  }

  report(packet: Bytes): void {
    this.sockets.rtcp.send(packet, this.rtcpPeer);
  }

  goodbye(packet: Bytes): void {
    this.sockets.rtp.flush();
    this.report(packet);
  }

  ownsChannel(): boolean {
    return false;
  }

  discard(): void {}

  readonly #onLost = (): void => {
    this.#droppedFrames++;
  };
}
