import type { Bytes } from "../../core/bytes.ts";
import { DropCounter } from "../../rtp/drop_counter.ts";
import { LabDepacketizer } from "../../rtp/lab_payload.ts";
import { readRtpPacket, type RtpPacket } from "../../rtp/packet.ts";
import { sequenceDistance } from "../../rtp/sequence.ts";
import type { SessionCounters } from "../control/media_session.ts";
import type { ReceivedFrame } from "../player_types.ts";

/** What a loss report tells. */
export interface LabLoss {
  /** Part of the packets since the last report that was lost, 0 to 1. */
  readonly fractionLost: number;
  readonly lost: number;
  readonly highest: number;
}

/** From packets of the assignment's servers, in whatever form, to numbered pictures. Pure. */
export class LabReceiver {
  readonly #depacketizer = new LabDepacketizer();
  readonly #drops = new DropCounter();
  #packets = 0;
  #bytes = 0;
  #highest = 0;
  #reported = { packets: 0, lost: 0 };
  /** The newest whole-frame packet: its sequence number and the frame number that it stands for. */
  #numbered: { readonly sequence: number; readonly index: number } | undefined;
  #lastIndex: number | undefined;

  /** Number of the newest frame, from 0. */
  get lastIndex(): number | undefined {
    return this.#lastIndex;
  }

  /** Takes a datagram that came at clock time `now`; returns the picture that it completes. */
  push(data: Bytes, now: number): ReceivedFrame | undefined {
    this.#bytes += data.length;
    const packet = readRtpPacket(data);
    if (typeof packet === "string") {
      this.#drops.count(packet);
      return undefined;
    }
    this.#packets++;
    this.#highest = packet.sequence;
    const jpeg = this.#depacketizer.push(packet);
    if (!jpeg) return undefined;
    const index = this.#number(packet);
    const { data: picture, width, height } = jpeg;
    // Timestamps are whole seconds, hundredths or anything else: they tell no media time.
    return { data: picture, index, mediaTime: undefined, width, height, arrival: now };
  }

  counters(): SessionCounters {
    const { frames, damaged, lost, drops } = this.#depacketizer;
    return {
      frames,
      packets: this.#packets,
      bytes: this.#bytes,
      lostPackets: lost,
      damagedFrames: damaged,
      repairedFrames: 0,
      duplicates: 0,
      reordered: 0,
      drops: Object.fromEntries([...this.#drops.counts, ...drops]),
      jitterMs: 0,
      scale: 1,
      bufferMs: 0,
      latencyMs: undefined,
    };
  }

  /** The loss since the last call. */
  takeLoss(): LabLoss {
    const lost = this.#depacketizer.lost;
    const newlyLost = Math.max(0, lost - this.#reported.lost);
    const expected = this.#packets - this.#reported.packets + newlyLost;
    this.#reported = { packets: this.#packets, lost };
    return { fractionLost: expected > 0 ? newlyLost / expected : 0, lost, highest: this.#highest };
  }

  /** The sequence number is the frame number where one datagram is one frame; else frames are counted. */
  #number({ sequence }: RtpPacket): number {
    if (this.#depacketizer.form !== "whole") {
      return this.#lastIndex = (this.#lastIndex ?? -1) + 1;
    }
    const last = this.#numbered;
    // Numbers begin at 1 in the assignment, in some servers at 0.
    const index = last ? last.index + sequenceDistance(last.sequence, sequence) : Math.max(0, sequence - 1);
    this.#numbered = { sequence, index };
    return this.#lastIndex = Math.max(0, index);
  }
}
