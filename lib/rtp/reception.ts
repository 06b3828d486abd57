import type { Bytes } from "../core/bytes.ts";
import { DropCounter } from "./drop_counter.ts";
import { readRtpPacket, type RtpPacket } from "./packet.ts";
import {
  type Goodbye,
  ntpMiddle,
  type NtpTime,
  type ReportBlock,
  SDES_CNAME,
  type SenderReport,
  unixFromNtp,
  writeRtcp,
} from "./rtcp.ts";
import { REPORT_INTERVAL } from "./sender_report.ts";
import { ExtendedSequence, SEQUENCE_MODULUS } from "./sequence.ts";
import { JPEG_CLOCK_RATE } from "./timeline.ts";

/** Packets in order that a new source must send before it replaces the one that was believed. */
const MIN_SEQUENTIAL = 2;
/** Milliseconds by which a sender's clock may differ from ours and still be taken for a wall clock. */
const MAX_CLOCK_DIFFERENCE = 24 * 3600 * 1000;
const MAX_SIGNED_24 = 0x7fffff;
const MIN_SIGNED_24 = -0x800000;

/** What became of a packet: `ok` and `reordered` ones are to be used, the others not. */
export type ReceptionVerdict = "ok" | "reordered" | "duplicate" | "jump" | "other source" | "other payload type";

/** What a person wants to know about a stream that comes in. */
export interface ReceptionStats {
  /** Packets that were used. */
  readonly received: number;
  /** Packets that never came, since the start; those still under way count too. */
  readonly lost: number;
  readonly jitterMs: number;
  readonly duplicates: number;
  readonly reordered: number;
}

/** Settings of a `Reception`. */
export interface ReceptionOptions {
  /** Our own SSRC and name, for the reports that we write. */
  readonly ssrc: number;
  readonly cname: string;
  /** Ticks a second; default 90000. */
  readonly clockRate?: number;
  /** Packets of another payload type are dropped, and with them RTCP that came to the wrong port. Default: any. */
  readonly payloadType?: number;
  /** Milliseconds between receiver reports; default 5000. */
  readonly interval?: number;
}

/**
 * Watches one incoming stream: judges each packet, keeps the statistics of RFC 3550 (A.1, A.3, A.8) and writes receiver
 * reports. The first source is believed at once, so that no frame is lost at the start; another one replaces it after two
 * packets in order. Packets must come from the one address that the session agreed on; that is the transport's to check.
 */
export class Reception {
  readonly #options: ReceptionOptions;
  readonly #ticksPerMillisecond: number;
  readonly #drops = new DropCounter();
  #source: { readonly ssrc: number; readonly sequence: ExtendedSequence } | undefined;
  #candidate: { readonly ssrc: number; readonly sequence: ExtendedSequence } | undefined;
  /** Packets lost before the present source, or the present run of its numbers, began. */
  #lostBefore = 0;
  #received = 0;
  #duplicates = 0;
  #reordered = 0;
  #jitter = 0;
  #transit: number | undefined;
  #lastReport: { readonly report: SenderReport; readonly arrival: number } | undefined;
  #expectedPrior = 0;
  #receivedPrior = 0;
  #deadline = -Infinity;

  constructor(options: ReceptionOptions) {
    this.#options = options;
    this.#ticksPerMillisecond = (options.clockRate ?? JPEG_CLOCK_RATE) / 1000;
  }

  /** The source that is believed. */
  get ssrc(): number | undefined {
    return this.#source?.ssrc;
  }

  /** What was dropped and why. */
  get drops(): ReadonlyMap<string, number> {
    return this.#drops.counts;
  }

  /** The statistics for a person; reports have their own rules. */
  get stats(): ReceptionStats {
    return {
      received: this.#received,
      lost: this.#lostBefore + lossOf(this.#source?.sequence),
      jitterMs: this.#jitter / this.#ticksPerMillisecond,
      duplicates: this.#duplicates,
      reordered: this.#reordered,
    };
  }

  /** Reads and judges a datagram that came at clock time `arrival` (milliseconds); undefined when it must not be used. */
  read(bytes: Bytes, arrival: number): RtpPacket | undefined {
    const packet = readRtpPacket(bytes);
    if (typeof packet === "string") {
      this.#drops.count(packet);
      return undefined;
    }
    const verdict = this.received(packet, arrival);
    return verdict === "ok" || verdict === "reordered" ? packet : undefined;
  }

  /** Judges a packet that came at clock time `arrival` (milliseconds). */
  received(packet: RtpPacket, arrival: number): ReceptionVerdict {
    const verdict = this.#judge(packet);
    if (verdict === "ok" || verdict === "reordered") {
      this.#received++;
      if (verdict === "reordered") this.#reordered++;
      this.#measureJitter(packet.timestamp, arrival);
    } else {
      if (verdict === "duplicate") this.#duplicates++;
      this.#drops.count(verdict);
    }
    return verdict;
  }

  #judge(packet: RtpPacket): ReceptionVerdict {
    const { payloadType } = this.#options;
    if (payloadType !== undefined && packet.payloadType !== payloadType) return "other payload type";
    this.#source ??= { ssrc: packet.ssrc, sequence: new ExtendedSequence(1) };
    if (packet.ssrc !== this.#source.ssrc) return this.#tryOut(packet);
    const lostUntilNow = lossOf(this.#source.sequence);
    const verdict = this.#source.sequence.update(packet.sequence);
    if (verdict === "restart") this.#startCounting(lostUntilNow);
    return verdict === "restart" ? "ok" : verdict === "probation" ? "jump" : verdict;
  }

  /** Lets another source take over once it has shown packets in order. */
  #tryOut(packet: RtpPacket): ReceptionVerdict {
    if (this.#candidate?.ssrc !== packet.ssrc) {
      this.#candidate = { ssrc: packet.ssrc, sequence: new ExtendedSequence(MIN_SEQUENTIAL) };
    }
    if (this.#candidate.sequence.update(packet.sequence) !== "ok") return "other source";
    const lostUntilNow = lossOf(this.#source?.sequence);
    this.#source = this.#candidate;
    this.#candidate = undefined;
    this.#lastReport = undefined;
    this.#startCounting(lostUntilNow);
    return "ok";
  }

  #startCounting(lostUntilNow: number): void {
    this.#lostBefore += lostUntilNow;
    this.#expectedPrior = this.#receivedPrior = 0;
    this.#jitter = 0;
    this.#transit = undefined;
  }

  /** RFC 3550 A.8, in ticks of the timestamp. */
  #measureJitter(timestamp: number, arrival: number): void {
    // Only differences count, so both may wrap.
    const transit = Math.round(arrival * this.#ticksPerMillisecond) - timestamp;
    if (this.#transit !== undefined) {
      const difference = Math.abs((transit - this.#transit) | 0);
      this.#jitter += (difference - this.#jitter) / 16;
    }
    this.#transit = transit;
  }

  /** Takes note of a sender report that came at clock time `arrival`; false when it says nothing about our source. */
  senderReport(report: SenderReport, arrival: number): boolean {
    if (this.#source === undefined || report.ssrc !== this.#source.ssrc) return false;
    if (report.ntp.seconds === 0 && report.ntp.fraction === 0) return false;
    this.#lastReport = { report, arrival };
    return true;
  }

  /** Whether a BYE ends our source. */
  goodbye(goodbye: Goodbye): boolean {
    return this.#source !== undefined && goodbye.ssrcs.includes(this.#source.ssrc);
  }

  /**
   * The Unix time (milliseconds) at which the sender showed `timestamp`, by its last report. Undefined without a report,
   * and when its clock is not set: more than a day away from our `wallTime`.
   */
  senderTime(timestamp: number, wallTime: number): number | undefined {
    if (this.#lastReport === undefined) return undefined;
    const { ntp, rtpTimestamp } = this.#lastReport.report;
    const reported = unixFromNtp(ntp);
    if (Math.abs(reported - wallTime) > MAX_CLOCK_DIFFERENCE) return undefined;
    return reported + ((timestamp - rtpTimestamp) | 0) / this.#ticksPerMillisecond;
  }

  /** The report on our source at clock time `now`; the loss in it counts from the last call. */
  report(now: number): ReportBlock | undefined {
    if (this.#source === undefined) return undefined;
    const { ssrc, sequence } = this.#source;
    const expected = sequence.expected - this.#expectedPrior;
    const lost = expected - (sequence.received - this.#receivedPrior);
    this.#expectedPrior = sequence.expected;
    this.#receivedPrior = sequence.received;
    return {
      ssrc,
      fractionLost: expected > 0 && lost > 0 ? Math.min(255, Math.floor(256 * lost / expected)) : 0,
      cumulativeLost: Math.max(MIN_SIGNED_24, Math.min(MAX_SIGNED_24, sequence.expected - sequence.received)),
      // The first cycle is numbered from one modulus up.
      highestSequence: (sequence.highest - SEQUENCE_MODULUS) >>> 0,
      jitter: Math.floor(this.#jitter) >>> 0,
      ...lastReportFields(this.#lastReport, now),
    };
  }

  /** Clock time (milliseconds) of the next receiver report; -Infinity before the first. */
  get nextDeadline(): number {
    return this.#deadline;
  }

  /** Whether a receiver report should be written at clock time `now` (milliseconds). */
  due(now: number): boolean {
    return now >= this.#deadline;
  }

  /** A compound packet of RR and SDES at clock time `now`; without a source its RR is empty, as a sign of life. */
  writeReceiverReport(now: number): Bytes {
    this.#deadline = now + (this.#options.interval ?? REPORT_INTERVAL);
    const { ssrc, cname } = this.#options;
    const block = this.report(now);
    const items = [{ type: SDES_CNAME, text: cname }];
    return writeRtcp([
      { kind: "receiver-report", ssrc, reports: block ? [block] : [] },
      { kind: "source-description", chunks: [{ ssrc, items }] },
    ]);
  }
}

function lossOf(sequence: ExtendedSequence | undefined): number {
  // Packets from just before the first one came too, so there may be more than expected.
  return sequence ? Math.max(0, sequence.expected - sequence.unique) : 0;
}

/** LSR and DLSR (RFC 3550 section 6.4.1). */
function lastReportFields(
  last: { readonly report: { readonly ntp: NtpTime }; readonly arrival: number } | undefined,
  now: number,
): Pick<ReportBlock, "lastSenderReport" | "delaySinceLastSenderReport"> {
  if (last === undefined) return { lastSenderReport: 0, delaySinceLastSenderReport: 0 };
  const delay = Math.round(Math.max(0, now - last.arrival) * 65536 / 1000);
  return { lastSenderReport: ntpMiddle(last.report.ntp), delaySinceLastSenderReport: Math.min(delay, 0xffffffff) };
}
