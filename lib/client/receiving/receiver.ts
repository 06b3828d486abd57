import type { Bytes } from "../../core/bytes.ts";
import { InvalidDataError } from "../../core/errors.ts";
import { type Random, randomHex } from "../../core/random.ts";
import { JpegDepacketizer, type ReceivedJpeg } from "../../rtp/jpeg_depacketizer.ts";
import type { RtpPacket } from "../../rtp/packet.ts";
import { Reception } from "../../rtp/reception.ts";
import { ReorderBuffer } from "../../rtp/reorder.ts";
import { parseRtcp, type RtcpPacket, type SenderReport } from "../../rtp/rtcp.ts";
import type { SessionCounters } from "../control/media_session.ts";

/** Bytes of randomness in a CNAME (RFC 7022 asks for 96 bits). */
const CNAME_BYTES = 12;
const UNREADABLE_RTCP = "unreadable RTCP";

/** What a receiver must know of the track. */
export interface ReceiverOptions {
  readonly payloadType: number;
  /** Ticks of the RTP timestamp a second. */
  readonly clockRate: number;
  readonly random: Random;
  /** True size in pixels, where the session description tells it. */
  readonly size?: { readonly width: number; readonly height: number };
}

/** A picture, and the clock time (milliseconds) at which it was complete. */
export interface ArrivedJpeg {
  readonly jpeg: ReceivedJpeg;
  readonly arrival: number;
}

/** From RTP packets to pictures, and receiver reports back: reception, reorder, depacketize. Pure. */
export class Receiver {
  /** Our own, for reports. */
  readonly ssrc: number;
  readonly #reception: Reception;
  readonly #reorder = new ReorderBuffer();
  readonly #depacketizer: JpegDepacketizer;
  /** A sender report that came before the first packet, when its source was not known yet. */
  #earlyReport: { readonly report: SenderReport; readonly arrival: number } | undefined;
  #bytes = 0;
  #unreadableRtcp = 0;

  constructor({ payloadType, clockRate, random, size }: ReceiverOptions) {
    this.ssrc = random.uint32();
    this.#reception = new Reception({
      ssrc: this.ssrc,
      cname: randomHex(random, CNAME_BYTES),
      clockRate,
      payloadType,
    });
    this.#depacketizer = new JpegDepacketizer(size && { sizeOverride: size });
  }

  /** Whether the strips of damaged pictures are shown over the picture before; at first not. */
  set repair(on: boolean) {
    this.#depacketizer.repair = on;
  }

  /** Takes a datagram of the RTP port or channel that came at clock time `now`; returns the pictures it completes. */
  rtp(data: Bytes, now: number): ArrivedJpeg[] {
    this.#bytes += data.length;
    const packet = this.#reception.read(data, now);
    if (!packet) return [];
    if (this.#earlyReport) this.#reception.senderReport(this.#earlyReport.report, this.#earlyReport.arrival);
    this.#earlyReport = undefined;
    return this.#assemble(this.#reorder.push(packet, now), now);
  }

  /** Takes a datagram of the RTCP port or channel; returns whether our source has said goodbye (BYE). */
  rtcp(data: Bytes, now: number): boolean {
    let packets: RtcpPacket[];
    try {
      packets = parseRtcp(data);
    } catch (thrown) {
      if (!(thrown instanceof InvalidDataError)) throw thrown;
      this.#unreadableRtcp++;
      return false;
    }
    let goodbye = false;
    for (const packet of packets) {
      if (packet.kind === "sender-report") this.#senderReport(packet, now);
      if (packet.kind === "goodbye") goodbye ||= this.#reception.goodbye(packet);
    }
    return goodbye;
  }

  /** Servers send the first report before the first frame: it counts as soon as its source is believed. */
  #senderReport(report: SenderReport, arrival: number): void {
    if (this.#reception.senderReport(report, arrival) || this.#reception.ssrc !== undefined) return;
    this.#earlyReport = { report, arrival };
  }

  /** Clock time at which `flush()` or `report()` should be called though nothing came. */
  get nextDeadline(): number {
    return Math.min(this.#reorder.nextDeadline ?? Infinity, this.#reception.nextDeadline);
  }

  /** Gives up gaps that have been open too long at clock time `now`; returns the pictures behind them. */
  flush(now: number): ArrivedJpeg[] {
    return this.#assemble(this.#reorder.flush(now), now);
  }

  /** The stream has ended: returns what is complete. */
  drain(now: number): ArrivedJpeg[] {
    const arrived = this.#assemble(this.#reorder.drain(), now);
    const last = this.#depacketizer.flush();
    return last ? [...arrived, { jpeg: last, arrival: now }] : arrived;
  }

  reportDue(now: number): boolean {
    return this.#reception.due(now);
  }

  /** A receiver report with SDES, for the server's RTCP port or channel. */
  report(now: number): Bytes {
    return this.#reception.writeReceiverReport(now);
  }

  /** Unix time (milliseconds) at which the sender had the picture with this RTP timestamp, if its reports tell it. */
  senderTime(timestamp: number, wallTime: number): number | undefined {
    return this.#reception.senderTime(timestamp, wallTime);
  }

  counters(): Omit<SessionCounters, "scale" | "bufferMs" | "latencyMs"> {
    const { received, lost, duplicates, reordered, jitterMs } = this.#reception.stats;
    const drops: Record<string, number> = Object.fromEntries([...this.#reception.drops, ...this.#depacketizer.drops]);
    if (this.#unreadableRtcp > 0) drops[UNREADABLE_RTCP] = this.#unreadableRtcp;
    return {
      frames: this.#depacketizer.frames,
      packets: received,
      bytes: this.#bytes,
      lostPackets: Math.max(0, lost),
      damagedFrames: this.#depacketizer.damaged,
      repairedFrames: this.#depacketizer.repaired,
      duplicates,
      reordered,
      drops,
      jitterMs,
    };
  }

  #assemble(packets: readonly RtpPacket[], now: number): ArrivedJpeg[] {
    const arrived: ArrivedJpeg[] = [];
    for (const packet of packets) {
      const jpeg = this.#depacketizer.push(packet);
      if (jpeg) arrived.push({ jpeg, arrival: now });
    }
    return arrived;
  }
}
