/** An RTP timestamp and the media time, in seconds, that it stands for. */
interface Anchor {
  readonly timestamp: number;
  readonly time: number;
  readonly scale: number;
}

/**
 * Media time of RTP timestamps, told by the Range and RTP-Info of each answer to PLAY (RFC 2326 12.29, 12.33); pure.
 *
 * Timestamps never jump back over PAUSE, seek and loop, so a frame that is older than the newest anchor belongs to the
 * PLAY before.
 */
export class MediaClock {
  readonly #clockRate: number;
  #anchor: Anchor | undefined;
  #previous: Anchor | undefined;

  constructor(clockRate: number) {
    this.#clockRate = clockRate;
  }

  /** From RTP time `timestamp` on the media runs from `time` seconds. */
  begin(timestamp: number, time: number, scale = 1): void {
    this.#previous = this.#anchor;
    this.#anchor = { timestamp, time, scale };
  }

  /** The media time of a frame in seconds; undefined as long as the server has not told it. */
  timeOf(timestamp: number): number | undefined {
    const anchor = this.#anchor;
    if (!anchor) return undefined;
    const ticks = signedDistance(anchor.timestamp, timestamp);
    if (ticks < 0 && this.#previous) return this.#at(this.#previous, timestamp);
    const time = this.#at(anchor, timestamp);
    // A 32-bit timestamp is ambiguous after 13 hours: the anchor moves along.
    if (ticks > 0x3fffffff) this.#anchor = { ...anchor, timestamp, time };
    return time;
  }

  #at(anchor: Anchor, timestamp: number): number {
    return anchor.time + anchor.scale * signedDistance(anchor.timestamp, timestamp) / this.#clockRate;
  }
}

/** How far `to` lies after `from` on the circle of 32-bit numbers, from -2^31 to 2^31 - 1. */
function signedDistance(from: number, to: number): number {
  return (to - from) | 0;
}
