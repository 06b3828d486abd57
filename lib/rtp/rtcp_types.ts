import type { Bytes } from "../core/bytes.ts";
import type { NtpTime } from "./ntp.ts";

/** What a receiver tells about one source (RFC 3550 section 6.4.1). */
export interface ReportBlock {
  readonly ssrc: number;
  /** Loss since the last report, in 1/256. */
  readonly fractionLost: number;
  /** Packets lost in all; signed 24 bits, negative when duplicates came. */
  readonly cumulativeLost: number;
  /** Wraps in the upper, sequence number in the lower 16 bits. */
  readonly highestSequence: number;
  /** In units of the RTP timestamp. */
  readonly jitter: number;
  /** Middle 32 bits of the NTP time of the last sender report, 0 for none. */
  readonly lastSenderReport: number;
  /** Since that report came, in units of 1/65536 s. */
  readonly delaySinceLastSenderReport: number;
}

/** Sender report, SR (RFC 3550 section 6.4.1). */
export interface SenderReport {
  readonly kind: "sender-report";
  readonly ssrc: number;
  readonly ntp: NtpTime;
  readonly rtpTimestamp: number;
  readonly packetCount: number;
  /** Payload bytes, without headers and padding. */
  readonly octetCount: number;
  readonly reports: readonly ReportBlock[];
}

/** Receiver report, RR (RFC 3550 section 6.4.2). */
export interface ReceiverReport {
  readonly kind: "receiver-report";
  readonly ssrc: number;
  readonly reports: readonly ReportBlock[];
}

/** SDES (RFC 3550 section 6.5). Texts have at most 255 bytes of UTF-8. */
export interface SourceDescription {
  readonly kind: "source-description";
  readonly chunks: readonly {
    readonly ssrc: number;
    readonly items: readonly { readonly type: number; readonly text: string }[];
  }[];
}

/** BYE (RFC 3550 section 6.6). */
export interface Goodbye {
  readonly kind: "goodbye";
  readonly ssrcs: readonly number[];
  readonly reason?: string;
}

/** APP (RFC 3550 section 6.7). */
export interface ApplicationPacket {
  readonly kind: "application";
  readonly subtype: number;
  readonly ssrc: number;
  /** Four characters of one byte each. */
  readonly name: string;
  readonly data: Bytes;
}

/** A packet of a type that RFC 3550 does not know, with its count field and everything after its length. */
export interface UnknownRtcpPacket {
  readonly kind: "unknown";
  readonly packetType: number;
  readonly count: number;
  readonly data: Bytes;
}

/** One of the packets that a compound packet is made of. */
export type RtcpPacket =
  | SenderReport
  | ReceiverReport
  | SourceDescription
  | Goodbye
  | ApplicationPacket
  | UnknownRtcpPacket;
