import type { RtpPacket } from "./packet.ts";
import { MAX_MISORDER, sequenceDistance } from "./sequence.ts";

/** Packets that are held while one before them is missing. */
export const MAX_HELD_PACKETS = 64;
/** Milliseconds that a packet is held while one before it is missing. */
export const MAX_HELD_TIME = 40;

interface HeldPacket {
  readonly packet: RtpPacket;
  readonly arrival: number;
}

/**
 * Puts packets back into the order of their sequence numbers. What comes in order passes at once; behind a gap packets
 * wait until it is filled, until the first of them has waited `maxDelay`, or until `maxPackets` numbers are open.
 */
export class ReorderBuffer {
  readonly #maxPackets: number;
  readonly #maxDelay: number;
  readonly #held = new Map<number, HeldPacket>();
  #ssrc: number | undefined;
  #next = 0;
  #late = 0;

  /** `maxDelay` is in milliseconds. */
  constructor(options: { maxPackets?: number; maxDelay?: number } = {}) {
    this.#maxPackets = options.maxPackets ?? MAX_HELD_PACKETS;
    this.#maxDelay = options.maxDelay ?? MAX_HELD_TIME;
  }

  /** Packets dropped because their place had been given up, or was taken. */
  get late(): number {
    return this.#late;
  }

  /** Clock time (milliseconds) at which `flush()` has something to give; undefined while nothing waits. */
  get nextDeadline(): number | undefined {
    if (this.#held.size === 0) return undefined;
    let first = Infinity;
    for (const { arrival } of this.#held.values()) first = Math.min(first, arrival);
    return first + this.#maxDelay;
  }

  /** Takes a packet that came at clock time `now` (milliseconds); returns what may go on, in order. */
  push(packet: RtpPacket, now: number): RtpPacket[] {
    if (packet.ssrc !== this.#ssrc) return this.#restart(packet);
    const distance = sequenceDistance(this.#next, packet.sequence);
    // Counted from the number behind the newest, as sequence.ts counts from the newest itself.
    if (distance < -MAX_MISORDER) return this.#restart(packet);
    if (distance < 0 || this.#held.has(packet.sequence)) {
      this.#late++;
      return [];
    }
    if (distance === 0 && this.#held.size === 0) {
      this.#advance();
      return [packet];
    }
    this.#held.set(packet.sequence, { packet, arrival: now });
    const ready = this.#takeRun();
    while (sequenceDistance(this.#next, packet.sequence) >= this.#maxPackets) {
      this.#skipGap();
      ready.push(...this.#takeRun());
    }
    return ready;
  }

  /** Gives up gaps behind which a packet has waited `maxDelay` at clock time `now`; returns what may go on, in order. */
  flush(now: number): RtpPacket[] {
    const ready: RtpPacket[] = [];
    while ((this.nextDeadline ?? Infinity) <= now) {
      this.#skipGap();
      ready.push(...this.#takeRun());
    }
    return ready;
  }

  /** Gives up all gaps, as at the end of a stream; returns what is left, in order. */
  drain(): RtpPacket[] {
    const ready: RtpPacket[] = [];
    while (this.#held.size > 0) {
      this.#skipGap();
      ready.push(...this.#takeRun());
    }
    return ready;
  }

  /** Begins anew with a packet of another source, or of the same one that jumped back. */
  #restart(packet: RtpPacket): RtpPacket[] {
    const ready = this.drain();
    this.#ssrc = packet.ssrc;
    this.#next = packet.sequence;
    this.#advance();
    return [...ready, packet];
  }

  /** Takes out the held packets that follow without a gap. */
  #takeRun(): RtpPacket[] {
    const run: RtpPacket[] = [];
    for (let held = this.#held.get(this.#next); held; held = this.#held.get(this.#next)) {
      run.push(held.packet);
      this.#held.delete(this.#next);
      this.#advance();
    }
    return run;
  }

  /** Moves on to the first held packet. */
  #skipGap(): void {
    let nearest = Infinity;
    for (const sequence of this.#held.keys()) nearest = Math.min(nearest, sequenceDistance(this.#next, sequence));
    this.#next = (this.#next + nearest) & 0xffff;
  }

  #advance(): void {
    this.#next = (this.#next + 1) & 0xffff;
  }
}
