import type { Clock } from "../../core/clock.ts";
import { SenderReports } from "../../rtp/sender_report.ts";
import type { Delivery } from "./delivery.ts";
import { type MediaPackets, payloadBytes } from "./media_packets.ts";

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
  readonly #delivery: Delivery;
  readonly #reports: SenderReports | undefined;
  readonly #numbers: { readonly ssrc: number; sequence: number; timestamp: number };
  #packets = 0;
  #payloadBytes = 0;
  #frames = 0;
  /** When the next report is due, whole ms of the clock; 0: at once. */
  #reportAt = 0;
  /** Whether a report was sent that no BYE has followed. */
  #announced = false;

  constructor(options: RtpSenderOptions) {
    this.#options = options;
    this.#delivery = options.delivery;
    this.#numbers = { ssrc: options.ssrc, sequence: options.firstSequence & 0xffff, timestamp: 0 };
    if (options.cname !== undefined) this.#reports = new SenderReports({ ssrc: options.ssrc, cname: options.cname });
  }

  get ssrc(): number {
    return this.#numbers.ssrc;
  }

  /** Number of the next packet, 16 bits. */
  get nextSequence(): number {
    return this.#numbers.sequence;
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

  /** The first packet, which has not been sent yet, gets another number. */
  beginAt(sequence: number): void {
    this.#numbers.sequence = sequence;
  }

  /** Sends packets `from` to `to` (excluded) of a frame. */
  send(frame: MediaPackets, from: number, to: number, timestamp: number): void {
    const numbers = this.#numbers;
    this.#packets += to - from;
    this.#payloadBytes += payloadBytes(frame, from, to);
    if (to === frame.payloads.length) this.#frames++;
    numbers.timestamp = timestamp;
    this.#delivery.packets(frame, from, to, numbers);
    numbers.sequence = (numbers.sequence + to - from) & 0xffff;
  }

  /** The next `reportIfDue` sends a report, however short ago the last was: receivers want one after PLAY. */
  requestReport(): void {
    this.#reportAt = 0;
  }

  /** Sends a sender report if it is time for one: before the first frame, then about every 5 s (RFC 3550 section 6.2). */
  reportIfDue(now: number): void {
    if (now < this.#reportAt || !this.#reports) return;
    const { clock, timestampAt } = this.#options;
    this.#announced = true;
    this.#delivery.report(this.#reports.write(this, now, clock.wallTime(), timestampAt(now)));
    this.#reportAt = Math.ceil(this.#reports.nextDeadline);
  }

  /** Sends BYE (RFC 3550 section 6.6) behind the media that is still on its way, unless nothing was sent since the last. */
  bye(): void {
    if (!this.#reports || !this.#announced) return;
    this.#announced = false;
    this.requestReport();
    const { clock, timestampAt } = this.#options;
    this.#delivery.goodbye(this.#reports.bye(this, clock.wallTime(), timestampAt(clock.now())));
  }
}
