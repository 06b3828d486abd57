import type { Bytes } from "../core/bytes.ts";
import { ntpFromUnix, type RtcpPacket, SDES_CNAME, type SenderReport, writeRtcp } from "./rtcp.ts";

/** Milliseconds between two reports (RFC 3550 section 6.2 advises 5 s as the least). */
export const REPORT_INTERVAL = 5000;

/** What a source has sent so far. */
export interface Sent {
  readonly packets: number;
  /** Without RTP headers. */
  readonly payloadBytes: number;
}

/** The RTCP that a sender writes for one source: the first report at once, then one every interval, BYE at the end. */
export class SenderReports {
  readonly #ssrc: number;
  readonly #cname: string;
  readonly #interval: number;
  #deadline = -Infinity;

  /** `cname` is the sender's name for life, as `user@host`; `interval` is in milliseconds. */
  constructor(options: { ssrc: number; cname: string; interval?: number }) {
    this.#ssrc = options.ssrc;
    this.#cname = options.cname;
    this.#interval = options.interval ?? REPORT_INTERVAL;
  }

  /** Clock time (milliseconds) of the next report; -Infinity before the first, which belongs before the first packet. */
  get nextDeadline(): number {
    return this.#deadline;
  }

  /**
   * A compound packet of SR and SDES. `wallTime` (Unix milliseconds) and `rtpTimestamp` must name the same moment `now`.
   */
  write(sent: Sent, now: number, wallTime: number, rtpTimestamp: number): Bytes {
    this.#deadline = now + this.#interval;
    return writeRtcp([this.#report(sent, wallTime, rtpTimestamp), this.#description()]);
  }

  /** The last compound packet: SR, SDES and BYE. `reason` has at most 255 bytes of UTF-8. */
  bye(sent: Sent, wallTime: number, rtpTimestamp: number, reason?: string): Bytes {
    const ssrcs = [this.#ssrc];
    const goodbye: RtcpPacket = { kind: "goodbye", ssrcs, ...(reason !== undefined && { reason }) };
    return writeRtcp([this.#report(sent, wallTime, rtpTimestamp), this.#description(), goodbye]);
  }

  #report(sent: Sent, wallTime: number, rtpTimestamp: number): SenderReport {
    return {
      kind: "sender-report",
      ssrc: this.#ssrc,
      ntp: ntpFromUnix(wallTime),
      rtpTimestamp,
      packetCount: sent.packets,
      octetCount: sent.payloadBytes,
      reports: [],
    };
  }

  #description(): RtcpPacket {
    const items = [{ type: SDES_CNAME, text: this.#cname }];
    return { kind: "source-description", chunks: [{ ssrc: this.#ssrc, items }] };
  }
}
