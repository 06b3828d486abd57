import { type Clock, systemClock } from "../../core/clock.ts";
import { errorMessage } from "../../core/errors.ts";
import { readSource, UsageError } from "../arguments.ts";
import type { OfferedStream } from "../control/offered_stream.ts";
import type { Source } from "../player_types.ts";
import type { Memory } from "../recent/keeper.ts";
import type { RecentStream } from "../recent/recent_stream.ts";
import type { PageConnection, PageListener } from "./bridge_socket.ts";
import { LocalServers } from "./local_servers.ts";
import type { PageCommand } from "./protocol.ts";

/** A browser's page may be away for so many milliseconds (a reload) before the player quits. */
const PAGE_ABSENCE = 5000;

/** What plays one stream for its pages. */
export interface StreamHost extends PageListener {
  /** Begins its work; called once. */
  start(): void;
  /** Tears down, lets all pages go and tells its owner. */
  quit(): Promise<void>;
  /** Tears down and says no more; its pages stay, for another stream. */
  leave(): Promise<void>;
  /** A person wants to close the window. */
  requestClose(reopening?: boolean): void;
}

/** How a start host is made. */
export interface StartHostOptions {
  /** What to play at once; without it the start page asks. */
  readonly source?: Source;
  /** Makes the host of a stream; it calls `onQuit` when it has quit. `chosen`: by the person, on the start page. */
  readonly open: (source: Source, onQuit: () => void, chosen: boolean) => StreamHost;
  /** Asks a server what it offers; rejects with a PlayerError. */
  readonly ask: (url: string) => Promise<readonly OfferedStream[]>;
  /** Where recent streams are remembered; absent where they are not. */
  readonly memory?: Memory;
  /** As with `PlayerHost`. */
  readonly quitWithoutPages: boolean;
  /** What plays from now on; undefined: nothing, the start page asks. */
  readonly onSource?: (source: Source | undefined) => void;
  /** All is freed. */
  readonly onQuit: () => void;
  readonly clock?: Clock;
}

/**
 * Stands between the pages and the streams: while one plays it hands everything to that stream's host, else its pages
 * show the start page. Only what a person may type on the command line can be chosen, so nothing but rtsp(s) and the
 * assignment's dialect (robustness B06).
 */
export class StartHost implements PageListener {
  readonly #options: StartHostOptions;
  readonly #clock: Clock;
  readonly #servers: LocalServers;
  readonly #pages = new Set<PageConnection>();
  #host: StreamHost | undefined;
  /** A stream is ending; then the start page comes. */
  #leaving = false;
  #recent: readonly RecentStream[] = [];
  #quit = false;
  #cancelAbsence: (() => void) | undefined;

  constructor(options: StartHostOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#servers = new LocalServers(options.ask, () => this.#publish());
  }

  /** Plays what was named, if anything was. */
  start(): void {
    if (this.#options.source !== undefined) this.#open(this.#options.source, false);
  }

  /** Ends the stream, lets all pages go and tells the owner. */
  async quit(): Promise<void> {
    if (this.#host !== undefined) return await this.#host.quit();
    if (this.#quit) return;
    this.#quit = true;
    this.#cancelAbsence?.();
    for (const page of this.#pages) page.send({ type: "goodbye" });
    // A stream that is ending tells the owner itself, when it has ended.
    if (!this.#leaving) this.#options.onQuit();
  }

  /** A person wants to close the window. */
  requestClose(reopening?: boolean): void {
    if (this.#host !== undefined) return this.#host.requestClose(reopening);
    void this.quit();
  }

  connected(page: PageConnection): void {
    this.#pages.add(page);
    this.#cancelAbsence?.();
    if (this.#host !== undefined) return this.#host.connected(page);
    if (this.#leaving) return;
    page.send(this.#message());
    void this.#refresh();
  }

  disconnected(page: PageConnection): void {
    this.#pages.delete(page);
    if (this.#host !== undefined) return this.#host.disconnected(page);
    if (this.#pages.size > 0 || !this.#options.quitWithoutPages) return;
    this.#cancelAbsence = this.#clock.at(this.#clock.now() + PAGE_ABSENCE, () => void this.quit());
  }

  command(page: PageConnection, command: PageCommand): void {
    if (command.type === "leave") return void this.#leave();
    if (this.#host !== undefined) return this.#host.command(page, command);
    if (command.type === "quit") return void this.quit();
    if (this.#quit || this.#leaving) return;
    if (command.type === "refresh") return void this.#refresh();
    if (command.type === "forget") return void this.#forget(command.words);
    if (command.type === "open") this.#choose(page, command.words);
  }

  #choose(page: PageConnection, words: readonly string[]): void {
    try {
      this.#open(readSource(words), true);
    } catch (thrown) {
      if (!(thrown instanceof UsageError)) throw thrown;
      page.send({ ...this.#message(), problem: errorMessage(thrown) });
    }
  }

  #open(source: Source, chosen: boolean): void {
    const host = this.#options.open(source, () => this.#host === host && this.#options.onQuit(), chosen);
    this.#host = host;
    this.#options.onSource?.(source);
    host.start();
    for (const page of this.#pages) host.connected(page);
  }

  /** Ends the stream that plays, and asks for another. */
  async #leave(): Promise<void> {
    const left = this.#host;
    if (left === undefined) return;
    this.#host = undefined;
    this.#leaving = true;
    await left.leave();
    this.#leaving = false;
    if (this.#quit) return this.#options.onQuit();
    for (const page of this.#pages) left.disconnected(page);
    this.#options.onSource?.(undefined);
    this.#publish();
    void this.#refresh();
  }

  async #forget(words?: readonly string[]): Promise<void> {
    this.#recent = await this.#options.memory?.forget(words) ?? [];
    this.#publish();
  }

  async #refresh(): Promise<void> {
    this.#recent = await this.#options.memory?.list() ?? [];
    this.#publish();
    await this.#servers.refresh(this.#recent);
  }

  #publish(): void {
    if (this.#host !== undefined || this.#leaving || this.#quit) return;
    for (const page of this.#pages) page.send(this.#message());
  }

  #message() {
    const recent = this.#options.memory && this.#recent;
    return { type: "start", problem: undefined, recent, servers: this.#servers.servers } as const;
  }
}
