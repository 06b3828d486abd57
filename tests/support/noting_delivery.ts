import type { Bytes } from "../../lib/core/bytes.ts";
import { concatBytes } from "../../lib/core/bytes.ts";
import { RTP_HEADER_SIZE, type RtpPacket } from "../../lib/rtp/packet.ts";
import { parseRtpPacket } from "../../lib/rtp/packet.ts";
import { parseRtcp, type RtcpPacket } from "../../lib/rtp/rtcp.ts";
import type { Delivery } from "../../lib/server/sending/delivery.ts";
import { type MediaPackets, type RtpNumbers, writeHeaders } from "../../lib/server/sending/media_packets.ts";

/** A delivery that keeps what is handed to it. */
export class NotingDelivery implements Delivery {
  readonly kind = "udp";
  readonly droppedFrames = 0;
  readonly rtp: RtpPacket[] = [];
  /** How many packets each call brought. */
  readonly bursts: number[] = [];
  readonly rtcp: RtcpPacket[] = [];
  discards = 0;

  constructor(readonly maxBurst: number = 16) {}

  packets(frame: MediaPackets, from: number, to: number, numbers: RtpNumbers): void {
    this.bursts.push(to - from);
    const headers = new Uint8Array((to - from) * RTP_HEADER_SIZE);
    writeHeaders(new DataView(headers.buffer), 0, RTP_HEADER_SIZE, frame, from, to, numbers);
    for (let i = from; i < to; i++) {
      const at = (i - from) * RTP_HEADER_SIZE;
      this.rtp.push(parseRtpPacket(concatBytes([headers.subarray(at, at + RTP_HEADER_SIZE), frame.payloads[i]!])));
    }
  }

  report(packet: Bytes): void {
    this.rtcp.push(...parseRtcp(packet));
  }

  goodbye(packet: Bytes): void {
    this.report(packet);
  }

  ownsChannel(): boolean {
    return false;
  }

  discard(): void {
    this.discards++;
  }
}
