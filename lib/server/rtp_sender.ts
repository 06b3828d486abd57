import type { Bytes } from "../core/bytes.ts";
import type { Clock } from "../core/clock.ts";
import { RTP_HEADER_SIZE, rtpHeaderStart } from "../rtp/packet.ts";
import { SenderReports } from "../rtp/sender_report.ts";
import type { Delivery } from "./delivery.ts";

/** JPEG's static RTP payload type (RFC 3551 section 6). */
export const JPEG_PAYLOAD_TYPE = 26;

/** The first halves of the header's first word, without the sequence number behind them. */
const WITHIN_FRAME = rtpHeaderStart(JPEG_PAYLOAD_TYPE, false);
const LAST_OF_FRAME = rtpHeaderStart(JPEG_PAYLOAD_TYPE, true);
/** What an extension behind the header adds to either. */
const EXTENDED = rtpHeaderStart(JPEG_PAYLOAD_TYPE, false, true) & ~WITHIN_FRAME;

/** A frame as RTP payloads: made once, sent to all viewers. */
export interface MediaPackets {
  readonly payloads: readonly Bytes[];
  /** Every payload begins with a header extension. */
  readonly extended?: boolean;
}

/** How one viewer's packets are numbered and reported. */
export interface RtpSenderOptions {
  readonly ssrc: number;
  /** Number of the first packet, 16 bits. */
  readonly firstSequence: number;
  readonly delivery: Delivery;
  readonly clock: Clock;
  /** Name of this source in sender reports; left out: no RTCP. */
  readonly cname?: string;
  /** The RTP timestamp that belongs to a moment (clock ms), for sender reports. */
  readonly timestampAt: (now: number) => number;
}

/** One viewer's RTP stream: gives shared payloads headers of its own, counts what leaves and reports it in RTCP. */
export class RtpSender {
  readonly #options: RtpSenderOptions;
  readonly #reports: SenderReports | undefined;
  #sequence: number;
  #packets = 0;
  #payloadBytes = 0;
  #frames = 0;
  #reportWanted = true;
  /** Whether a report was sent that no BYE has followed. */
  #announced = false;

  constructor(options: RtpSenderOptions) {
    this.#options = options;
    this.#sequence = options.firstSequence & 0xffff;
    if (options.cname !== undefined) this.#reports = new SenderReports({ ssrc: options.ssrc, cname: options.cname });
  }

  /** Number of the next packet, 16 bits. */
  get nextSequence(): number {
    return this.#sequence;
  }

  get packets(): number {
    return this.#packets;
  }

  /** Bytes without RTP headers. */
  get payloadBytes(): number {
    return this.#payloadBytes;
  }

  /** Frames whose last packet was handed to the delivery. */
  get frames(): number {
    return this.#frames;
  }

  /** Sends packets `from` to `to` (excluded) of a frame; the frame's last packet carries the marker. */
  send(frame: MediaPackets, from: number, to: number, timestamp: number): void {
    const { payloads } = frame;
    const { ssrc, delivery } = this.#options;
    const headers = headerRoom(to - from);
    const last = payloads.length - 1;
    const extension = frame.extended ? EXTENDED : 0;
    let bytes = 0;
    for (let i = from, at = 0; i < to; i++, at += RTP_HEADER_SIZE) {
      headers.setUint32(at, (i === last ? LAST_OF_FRAME : WITHIN_FRAME) | extension | this.#sequence);
      headers.setUint32(at + 4, timestamp);
      headers.setUint32(at + 8, ssrc);
      this.#sequence = (this.#sequence + 1) & 0xffff;
      bytes += payloads[i]!.length;
    }
    this.#packets += to - from;
    this.#payloadBytes += bytes;
    if (to === payloads.length) this.#frames++;
    this.#reports?.sent(to - from, bytes);
    delivery.packets(headerBytes, payloads, from, to - from);
  }

  /** The next `reportIfDue` sends a report, however short ago the last was: receivers want one after PLAY. */
  requestReport(): void {
    this.#reportWanted = true;
  }

  /** Sends a sender report if it is time for one: before the first frame, then about every 5 s (RFC 3550 section 6.2). */
  reportIfDue(now: number): void {
    if (!this.#reports || !(this.#reportWanted || this.#reports.due(now))) return;
    this.#reportWanted = false;
    this.#announced = true;
    const { clock, delivery, timestampAt } = this.#options;
    delivery.report(this.#reports.write(now, clock.wallTime(), timestampAt(now)));
  }

  /** Sends BYE (RFC 3550 section 6.6) behind the media that is still on its way, unless nothing was sent since the last. */
  bye(): void {
    if (!this.#reports || !this.#announced) return;
    this.#announced = false;
    this.#reportWanted = true;
    const { clock, delivery, timestampAt } = this.#options;
    delivery.goodbye(this.#reports.bye(clock.wallTime(), timestampAt(clock.now())));
  }
}

let headerBytes: Bytes = new Uint8Array(64 * RTP_HEADER_SIZE);
let headerView = new DataView(headerBytes.buffer);

/** Room for `count` headers: all senders use the same, because a delivery copies them. */
function headerRoom(count: number): DataView {
  if (count * RTP_HEADER_SIZE > headerBytes.length) {
    headerBytes = new Uint8Array(2 * count * RTP_HEADER_SIZE);
    headerView = new DataView(headerBytes.buffer);
  }
  return headerView;
}
