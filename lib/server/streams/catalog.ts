import type { Clock } from "../../core/clock.ts";
import { InvalidDataError } from "../../core/errors.ts";
import { RtspError } from "../../rtsp/status.ts";
import { NotFoundError } from "../../media/errors.ts";
import type { Library } from "../../media/library.ts";
import type { Feed } from "../../media/live/feed.ts";
import { FilmStream } from "./film_stream.ts";
import { LiveStream } from "./live_stream.ts";
import type { PacketCache } from "../forms/packet_cache.ts";
import type { Scheduler } from "../sending/scheduler.ts";
import type { Stream } from "./stream.ts";

/**
 * A film that nobody watches stays open, with its packets, for so long, ms: others follow, and find ready what they need.
 * It costs nothing: the packets leave the cache only when others need their room, and the library keeps some films open.
 */
const IDLE_MS = 60_000;
/** A listing of the films answers everybody who asks within so long, ms: the directories are read once. */
const LIST_AGE_MS = 1000;

/** A stream in use, until `release()` is called. */
export interface StreamUse {
  readonly stream: Stream;
  release(): void;
}

interface OpenFilm {
  readonly stream: FilmStream;
  users: number;
  cancelIdle?: () => void;
}

/** All that can be watched, by name: live streams first, then the films of the library. */
export class Catalog {
  readonly #library: Library;
  readonly #cache: PacketCache;
  readonly #scheduler: Scheduler;
  readonly #clock: Clock;
  readonly #live = new Map<string, LiveStream>();
  readonly #films = new Map<string, OpenFilm>();
  #listing: { readonly at: number; readonly names: Promise<string[]> } | undefined;

  constructor(library: Library, cache: PacketCache, scheduler: Scheduler, clock: Clock) {
    this.#library = library;
    this.#cache = cache;
    this.#scheduler = scheduler;
    this.#clock = clock;
  }

  /** Names of everything that can be watched now. */
  async names(): Promise<string[]> {
    const films = await this.#filmNames();
    return [...new Set([...this.#live.keys(), ...films])];
  }

  /** As `names()`, with films as they were at most a second ago: strangers may ask as often as they like. */
  async recentNames(): Promise<string[]> {
    const now = this.#clock.now();
    if (this.#listing === undefined || now - this.#listing.at > LIST_AGE_MS) {
      this.#listing = { at: now, names: this.#filmNames() };
    }
    const films = await this.#listing.names;
    return [...new Set([...this.#live.keys(), ...films])];
  }

  /** Offers a live feed. Throws TypeError if the name is taken by another one. */
  addFeed(name: string, feed: Feed): void {
    if (this.#live.has(name)) throw new TypeError(`Cannot add the stream ${JSON.stringify(name)}: it exists`);
    const stream = new LiveStream(name, feed, this.#scheduler, this.#clock);
    this.#live.set(name, stream);
    void feed.ended.then(() => {
      if (this.#live.get(name) === stream) this.#live.delete(name);
    });
  }

  /** Ends a live stream and its viewers; returns whether there was one. */
  removeFeed(name: string): boolean {
    const stream = this.#live.get(name);
    stream?.end("the stream was removed");
    return this.#live.delete(name);
  }

  /** Opens a stream. Throws RtspError: 404 for an unknown name, 415 for a file that is no film. */
  async open(name: string): Promise<StreamUse> {
    const live = this.#live.get(name);
    if (live) return { stream: live, release: () => {} };
    const film = await this.#openFilm(name);
    film.users++;
    let released = false;
    const release = () => {
      if (released) return;
      released = true;
      this.#releaseFilm(name, film);
    };
    return { stream: film.stream, release };
  }

  close(): void {
    for (const stream of this.#live.values()) stream.end("the server stops");
    this.#live.clear();
    for (const { stream, cancelIdle } of this.#films.values()) {
      cancelIdle?.();
      stream.close();
    }
    this.#films.clear();
    this.#library.close();
  }

  async #filmNames(): Promise<string[]> {
    return (await this.#library.list()).map(({ name }) => name);
  }

  async #openFilm(name: string): Promise<OpenFilm> {
    const clip = await this.#openClip(name);
    const open = this.#films.get(name);
    open?.cancelIdle?.();
    if (open?.stream.isOf(clip)) {
      clip.close();
      return open;
    }
    if (open?.users === 0) open.stream.close();
    const film: OpenFilm = { stream: new FilmStream(name, clip, this.#cache, this.#scheduler, this.#clock), users: 0 };
    this.#films.set(name, film);
    return film;
  }

  async #openClip(name: string) {
    try {
      return await this.#library.open(name);
    } catch (thrown) {
      if (thrown instanceof NotFoundError) throw new RtspError(404, thrown.message, { cause: thrown });
      if (!(thrown instanceof InvalidDataError)) throw thrown;
      throw new RtspError(415, `${name}: ${thrown.message}`, { reason: thrown.message, cause: thrown });
    }
  }

  #releaseFilm(name: string, film: OpenFilm): void {
    if (--film.users > 0) return;
    if (this.#films.get(name) !== film) return film.stream.close();
    film.cancelIdle?.();
    film.cancelIdle = this.#clock.at(this.#clock.now() + IDLE_MS, () => {
      if (this.#films.get(name) === film) this.#films.delete(name);
      film.stream.close();
    });
  }
}
