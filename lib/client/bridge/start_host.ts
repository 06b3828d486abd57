import { type Clock, systemClock } from "../../core/clock.ts";
import { errorMessage } from "../../core/errors.ts";
import { readSource, UsageError } from "../arguments.ts";
import type { Source } from "../player_types.ts";
import type { PageConnection, PageListener } from "./bridge_socket.ts";
import type { PageCommand } from "./protocol.ts";

/** A browser's page may be away for so many milliseconds (a reload) before the player quits. */
const PAGE_ABSENCE = 5000;

/** What a window or browser shows pages of. */
export interface Host extends PageListener {
  /** Begins its work; called once. */
  start(): void;
  /** Tears down, lets all pages go and tells its owner. */
  quit(): Promise<void>;
  /** A person wants to close the window. */
  requestClose(reopening?: boolean): void;
}

/** How a start host is made. */
export interface StartHostOptions {
  /** Makes the host of the stream that a person has chosen; it calls `onQuit` when it has quit. */
  readonly open: (source: Source, onQuit: () => void) => Host;
  /** As with `PlayerHost`. */
  readonly quitWithoutPages: boolean;
  /** All is freed. */
  readonly onQuit: () => void;
  readonly clock?: Clock;
}

/**
 * Stands where no stream was named: its pages ask for one, and from then on it hands everything to the host of that
 * stream. Only what a person may type on the command line can be chosen, so nothing but rtsp(s) and the assignment's
 * dialect (robustness B06).
 */
export class StartHost implements Host {
  readonly #options: StartHostOptions;
  readonly #clock: Clock;
  readonly #pages = new Set<PageConnection>();
  #host: Host | undefined;
  #quit = false;
  #cancelAbsence: (() => void) | undefined;

  constructor(options: StartHostOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  start(): void {}

  async quit(): Promise<void> {
    if (this.#host !== undefined) return await this.#host.quit();
    if (this.#quit) return;
    this.#quit = true;
    this.#cancelAbsence?.();
    for (const page of this.#pages) page.send({ type: "goodbye" });
    this.#options.onQuit();
  }

  requestClose(reopening?: boolean): void {
    if (this.#host !== undefined) return this.#host.requestClose(reopening);
    void this.quit();
  }

  connected(page: PageConnection): void {
    this.#pages.add(page);
    this.#cancelAbsence?.();
    if (this.#host !== undefined) return this.#host.connected(page);
    page.send({ type: "start", problem: undefined });
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
    if (command.type === "open" && !this.#quit) this.#choose(page, command.words);
  }

  #choose(page: PageConnection, words: readonly string[]): void {
    let source: Source;
    try {
      source = readSource(words);
    } catch (thrown) {
      if (!(thrown instanceof UsageError)) throw thrown;
      return page.send({ type: "start", problem: errorMessage(thrown) });
    }
    const host = this.#options.open(source, () => this.#host === host && this.#options.onQuit());
    this.#host = host;
    host.start();
    for (const each of this.#pages) host.connected(each);
  }

  /** Ends the stream that was chosen, and asks for another. */
  async #leave(): Promise<void> {
    const left = this.#host;
    if (left === undefined) return;
    this.#host = undefined;
    for (const page of this.#pages) left.disconnected(page);
    await left.quit();
    for (const page of this.#pages) page.send({ type: "start", problem: undefined });
  }
}
