import type { Clock } from "../../core/clock.ts";
import type { MediaPackets } from "../sending/media_packets.ts";

/** What a film's frame came to: its packets, or that this form cannot carry it. */
export type CachedFrame = MediaPackets | "unusable";

/** Bytes an entry costs beside its payloads, and the view of each. */
const ENTRY_OVERHEAD = 256;
const VIEW_OVERHEAD = 160;
/** Frames of one film that the key can tell apart. */
const FRAMES_PER_SOURCE = 2 ** 28;
/** Shortest and longest patience with a frame that nobody asks for, ms. Each stays at least twice as long. */
const MIN_PATIENCE_MS = 1000;
const MAX_PATIENCE_MS = 30_000;
/** Patience with frames for a viewer who follows at a distance: a share of it, so that twice that is more. */
const PATIENCE_SHARE = 0.6;
/** For so long nobody has followed at that distance before patience becomes less, ms. */
const CALM_MS = 60_000;
/** Frames of which is known that they have left. */
const MAX_DEPARTED = 4096;

interface Entry {
  readonly frame: CachedFrame;
  readonly size: number;
  readonly costly: boolean;
  /** Clock ms. */
  readonly came: number;
  /** Whether it was asked for since `since` (clock ms): when it came, or was kept. */
  used: boolean;
  since: number;
}

/**
 * The frames that viewers need now or soon, packetized once for all of them.
 *
 * How long a frame stays follows the viewers: as long as it takes until those who are behind the first have had it, and
 * two seconds where there are none. So a long film takes no more memory than a short one, and what is let go of is
 * still young, which an engine clears away almost for nothing. What was costly to make stays as long as there is room. When
 * the budget is full the longest unused leave at once.
 */
export class PacketCache {
  /** The first in the order is the next to be looked at. */
  readonly #entries = new Map<number, Entry>();
  /** Frames that nobody had asked for any more, and when they had come (clock ms). */
  readonly #departed = new Map<number, number>();
  #patience = MIN_PATIENCE_MS;
  #lastFollowed = -Infinity;
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
    const entry = this.#entries.get(keyOf(source, index));
    if (!entry) return undefined;
    entry.used = true;
    return entry.frame;
  }

  /** `costly`: making it took long. */
  set(source: number, index: number, frame: CachedFrame, costly = false): void {
    const key = keyOf(source, index);
    const now = this.clock.now();
    this.#remove(key);
    this.#learn(key, now);
    const size = ENTRY_OVERHEAD + sizeOf(frame);
    this.#entries.set(key, { frame, size, costly, came: now, used: false, since: now });
    this.#bytes += size;
    this.#makeRoom(key, now);
  }

  /** Lets go of all frames of a source. */
  forget(source: number): void {
    for (const key of this.#entries.keys()) {
      if (sourceOf(key) === source) this.#remove(key);
    }
  }

  /** Is more patient when a frame has to be made anew, and less when nobody follows at a distance. */
  #learn(key: number, now: number): void {
    const came = this.#departed.get(key) ?? -Infinity;
    this.#departed.delete(key);
    const distance = now - came;
    if (distance * PATIENCE_SHARE <= MAX_PATIENCE_MS) {
      this.#patience = Math.max(this.#patience, distance * PATIENCE_SHARE);
      this.#lastFollowed = now;
    } else if (now - this.#lastFollowed > CALM_MS) {
      this.#patience = Math.max(this.#patience / 2, MIN_PATIENCE_MS);
      this.#lastFollowed = now;
    }
  }

  /**
   * Who was used since it was last looked at gets a second chance: looking a frame up stays cheap. Who was not, perhaps
   * because it was made ready early, has one if there is room.
   */
  #makeRoom(newest: number, now: number): void {
    for (const [key, entry] of this.#entries) {
      const fits = this.#bytes <= this.budget || this.#entries.size === 1;
      if (fits && now - entry.since < this.#patience) return;
      const isEarly = entry.since === entry.came;
      if (key === newest || entry.used || (fits && (isEarly || entry.costly))) this.#keep(key, entry, now);
      else {
        this.#remove(key);
        if (fits) this.#noteDeparture(key, entry.came);
      }
    }
  }

  #keep(key: number, entry: Entry, now: number): void {
    // Asked for by its first viewer before it was kept, and after that by one who follows.
    if (entry.used && entry.since > entry.came) this.#lastFollowed = now;
    entry.used = false;
    entry.since = now;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
  }

  #noteDeparture(key: number, came: number): void {
    this.#departed.set(key, came);
    if (this.#departed.size > MAX_DEPARTED) this.#departed.delete(this.#departed.keys().next().value!);
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
