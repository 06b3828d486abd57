import type { Bytes } from "../../core/bytes.ts";
import type { TransportSpec } from "../../rtsp/headers/transport.ts";

/** Where RTP and RTCP of one track come in; the owner is told through `MediaSink`. */
export interface MediaTransport {
  readonly kind: "udp" | "tcp";
  /** What is asked for in SETUP's Transport header (RFC 2326 12.39). */
  readonly offer: TransportSpec;
  /** Takes what the server granted. Throws a PlayerError if that is not what was asked for. */
  accept(granted: TransportSpec | undefined): void;
  /** Opens the way back through a NAT: packets that mean nothing to the server. */
  punch(rtp: Bytes, rtcp: Bytes): void;
  sendRtcp(packet: Bytes): void;
  close(): void;
}

/** Who takes the packets. */
export interface MediaSink {
  rtp(data: Bytes): void;
  rtcp(data: Bytes): void;
}
