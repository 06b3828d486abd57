import type { Bytes } from "../../core/bytes.ts";
import type { Clock } from "../../core/clock.ts";
import type { Memory } from "../recent/keeper.ts";

/** Milliseconds between two thumbnails that are kept; of several the newest counts. */
const INTERVAL = 2000;

/** Remembers the one stream that plays: from its first picture on, and with the thumbnails that a page makes of it. */
export class Remembering {
  readonly #memory: Memory;
  readonly #words: readonly string[];
  readonly #clock: Clock;
  #thumbnail: Bytes | undefined;
  #seen = false;
  #keptAt = -Infinity;
  #cancel: (() => void) | undefined;
  #kept: Promise<unknown> = Promise.resolve();

  /** `words` name the stream (see `wordsToRemember()`). */
  constructor(memory: Memory, words: readonly string[], clock: Clock) {
    this.#memory = memory;
    this.#words = words;
    this.#clock = clock;
  }

  /** A picture of the stream has come. */
  picture(): void {
    if (this.#seen) return;
    this.#seen = true;
    this.#keep();
  }

  /** A page has made a thumbnail of what it shows. */
  thumbnail(jpeg: Bytes): void {
    if (!this.#seen) return;
    this.#thumbnail = jpeg;
    const next = this.#keptAt + INTERVAL;
    if (this.#clock.now() >= next) return this.#keep();
    this.#cancel ??= this.#clock.at(next, () => this.#keep());
  }

  /** Resolves when all is kept. */
  async close(): Promise<void> {
    if (this.#cancel !== undefined) this.#keep();
    await this.#kept;
  }

  #keep(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#keptAt = this.#clock.now();
    const thumbnail = this.#thumbnail?.toBase64();
    this.#kept = this.#memory.remember({
      words: this.#words,
      seen: this.#clock.wallTime(),
      ...(thumbnail !== undefined && { thumbnail }),
    });
  }
}
