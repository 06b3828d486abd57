import type { Clock } from "../../core/clock.ts";
import type { MediaPackets } from "../sending/media_packets.ts";

/** What a film's frame came to: its packets, or that this form cannot carry it. */
export type CachedFrame = MediaPackets | "unusable";

/** Bytes an entry costs beside its payloads, and the view of each. */
const ENTRY_OVERHEAD = 256;
const VIEW_OVERHEAD = 160;
/** A frame that nobody has asked for leaves after so long; one that somebody has stays as long again, ms. */
const KEPT_MS = 30_000;
/** Frames of one film that the key can tell apart. */
const FRAMES_PER_SOURCE = 2 ** 28;

interface Entry {
  readonly frame: CachedFrame;
  readonly size: number;
  used: boolean;
  /** When it came, or was last kept because it had been used (clock ms). */
  since: number;
}

/**
 * The frames that viewers need now or are about to, packetized once for all of them. Those that were not used lately leave
 * with time, so that a long film takes no more memory than a short one, and at once when the budget is full.
 */
export class PacketCache {
  /** The first in the order is the next to be looked at when room is needed. */
  readonly #entries = new Map<number, Entry>();
  #bytes = 0;
  #sources = 0;

  /** `budget` is in bytes. */
  constructor(private readonly budget: number, private readonly clock: Pick<Clock, "now">) {}

  /** Bytes held. */
  get bytes(): number {
    return this.#bytes;
  }

  /** A number that tells one film in one form from all others, for `get` and `set`. */
  newSource(): number {
    return this.#sources++;
  }

  get(source: number, index: number): CachedFrame | undefined {
    const key = keyOf(source, index);
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    entry.used = true;
    return entry.frame;
  }

  set(source: number, index: number, frame: CachedFrame): void {
    const key = keyOf(source, index);
    this.#remove(key);
    const size = ENTRY_OVERHEAD + sizeOf(frame);
    const now = this.clock.now();
    this.#entries.set(key, { frame, size, used: false, since: now });
    this.#bytes += size;
    this.#makeRoom(key, now);
  }

  /** Lets go of all frames of a source. */
  forget(source: number): void {
    for (const key of this.#entries.keys()) {
      if (sourceOf(key) === source) this.#remove(key);
    }
  }

  /** Who was used since it was last looked at gets a second chance: looking a frame up stays cheap. */
  #makeRoom(newest: number, now: number): void {
    for (const [key, entry] of this.#entries) {
      const fits = this.#bytes <= this.budget || this.#entries.size === 1;
      if (fits && entry.since + KEPT_MS > now) return;
      if (key === newest || entry.used) {
        entry.used = false;
        entry.since = now;
        this.#entries.delete(key);
        this.#entries.set(key, entry);
      } else this.#remove(key);
    }
  }

  #remove(key: number): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#bytes -= entry.size;
    this.#entries.delete(key);
  }
}

function keyOf(source: number, index: number): number {
  return source * FRAMES_PER_SOURCE + index;
}

function sourceOf(key: number): number {
  return Math.floor(key / FRAMES_PER_SOURCE);
}

function sizeOf(frame: CachedFrame): number {
  return frame === "unusable" ? 0 : frame.payloads.reduce((sum, { length }) => sum + VIEW_OVERHEAD + length, 0);
}
