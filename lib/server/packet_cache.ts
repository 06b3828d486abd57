import type { MediaPackets } from "./rtp_sender.ts";

/** What a film's frame came to: its packets, or that this form cannot carry it. */
export type CachedFrame = MediaPackets | "unusable";

/** Bytes an entry costs beside its payloads. */
const ENTRY_OVERHEAD = 256;
/** Frames of one film that the key can tell apart. */
const FRAMES_PER_SOURCE = 2 ** 28;

/**
 * The frames that viewers are about to need, packetized once for all of them: the least recently used leave when the
 * budget is full.
 */
export class PacketCache {
  readonly #entries = new Map<number, { readonly frame: CachedFrame; readonly size: number }>();
  #bytes = 0;
  #sources = 0;

  /** `budget` is in bytes. */
  constructor(private readonly budget: number) {}

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
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.frame;
  }

  set(source: number, index: number, frame: CachedFrame): void {
    const key = keyOf(source, index);
    this.#remove(key);
    const size = ENTRY_OVERHEAD + sizeOf(frame);
    this.#entries.set(key, { frame, size });
    this.#bytes += size;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.budget || oldest === key) break;
      this.#remove(oldest);
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

function sizeOf(frame: CachedFrame): number {
  return frame === "unusable" ? 0 : frame.payloads.reduce((sum, payload) => sum + payload.length, 0);
}
