import type { Bytes } from "../../lib/core/bytes.ts";
import { concatBytes } from "../../lib/core/bytes.ts";
import { RTP_HEADER_SIZE, type RtpPacket } from "../../lib/rtp/packet.ts";
import { parseRtpPacket } from "../../lib/rtp/packet.ts";
import { parseRtcp, type RtcpPacket } from "../../lib/rtp/rtcp.ts";
import type { Delivery } from "../../lib/server/delivery.ts";

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

  packets(headers: Bytes, payloads: readonly Bytes[], first: number, count: number): void {
    this.bursts.push(count);
    for (let i = 0; i < count; i++) {
      const header = headers.subarray(i * RTP_HEADER_SIZE, (i + 1) * RTP_HEADER_SIZE);
      this.rtp.push(parseRtpPacket(concatBytes([header, payloads[first + i]!])));
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
