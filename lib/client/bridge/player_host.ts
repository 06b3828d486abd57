import { type Clock, systemClock } from "../../core/clock.ts";
import { errorMessage } from "../../core/errors.ts";
import { log } from "../../core/log.ts";
import type { PageConnection, PageListener, Picture } from "./bridge_socket.ts";
import {
  type PlayerControl,
  PlayerError,
  type PlayerEvents,
  type PlayerProblem,
  type ReceivedFrame,
  type Reconnecting,
  type TransportChoice,
} from "../player_types.ts";
import type { WireLog } from "../inspection/wire_log.ts";
import { FilmCommands } from "./film_commands.ts";
import { InspectorHost } from "./inspector_host.ts";
import { Keeping, type Shelf } from "./keeping.ts";
import { pictureSize } from "./picture_size.ts";
import type { Remembering } from "./remembering.ts";
import type { EngineMessage, PageCommand, ReconnectingState, StateMessage, Verb } from "./protocol.ts";

/** Milliseconds between two messages with statistics. */
const STATS_INTERVAL = 250;
/** A page that has not put the close question within so many milliseconds is hung, and the window closes. */
const CLOSE_QUESTION_TIMEOUT = 3000;
/** The same where the window has to be opened again first. */
const REOPEN_TIMEOUT = 10_000;
/** A browser's page may be away for so many milliseconds (a reload) before the player quits. */
const PAGE_ABSENCE = 5000;
/** Largest side of a picture that a page is given, in pixels, and most pixels in all. */
const MAX_SIDE = 16384;
const MAX_PIXELS = 64 * 1024 * 1024;

/** How a host is made. */
export interface PlayerHostOptions {
  /** Address for the page, without user name and password. */
  readonly address: string;
  readonly openPlayer: (events: PlayerEvents) => PlayerControl;
  /** Plays as soon as a page can show it, instead of waiting for the button. */
  readonly autoplay: boolean;
  /** Quits some seconds after the last page has gone: for a browser, which does not tell when its tab closes. */
  readonly quitWithoutPages: boolean;
  /** The player has quit; all is freed. */
  readonly onQuit: () => void;
  /** Whether closing the window now would interrupt somebody, and whether the question already stands. */
  readonly onAttention?: (playing: boolean, closing: boolean) => void;
  /** How RTP travels at first; "auto" by default. */
  readonly transport?: TransportChoice;
  /** Where pictures and films are kept; absent where the player may not write. */
  readonly shelf?: Shelf;
  /** Remembers the stream for the start page; absent where nothing is remembered. */
  readonly remembering?: Remembering;
  /** What the player tells of the wire; absent where there is nothing to inspect. */
  readonly wire?: WireLog;
  readonly clock?: Clock;
}

/**
 * Joins one player with the pages that show it: their commands become its verbs; its state, pictures and statistics
 * become messages to all of them. The player outlives any page, so a page may be loaded anew at any time.
 */
export class PlayerHost implements PageListener {
  readonly #options: PlayerHostOptions;
  readonly #clock: Clock;
  readonly #player: PlayerControl;
  readonly #pages = new Set<PageConnection>();
  #activity: Verb | undefined;
  /** What to try again after a failure. */
  #wish: Verb = "setup";
  #ready = Promise.withResolvers<boolean>();
  #autoplay: boolean;
  #problem: PlayerProblem | undefined;
  #ended = false;
  #closing = false;
  #quitting: Promise<void> | undefined;
  #latest: Picture | undefined;
  readonly #film: FilmCommands;
  readonly #keeping: Keeping;
  readonly #inspector: InspectorHost | undefined;
  #transport: TransportChoice;
  #reconnecting: ReconnectingState | undefined;
  #cancelStats: (() => void) | undefined;
  #cancelDeadline: (() => void) | undefined;

  constructor(options: PlayerHostOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#autoplay = options.autoplay;
    this.#player = options.openPlayer({
      frame: (frame) => this.#show(frame),
      state: () => this.#publish(),
      problem: (problem) => this.#fail(problem),
      notice: (message) => this.#send({ type: "notice", message }),
      reconnecting: (progress) => this.#showReconnecting(progress),
      ended: () => {
        this.#ended = true;
        this.#stopRecording();
        this.#publish();
      },
    });
    this.#inspector = options.wire && new InspectorHost(options.wire, this.#clock);
    this.#transport = options.transport ?? "auto";
    this.#keeping = new Keeping(options.shelf, (message) => this.#tell(message));
    this.#film = new FilmCommands({
      player: this.#player,
      failed: (thrown) => this.#failAside(asProblem(thrown)),
      notice: (message) => this.#send({ type: "notice", message }),
      changed: () => this.#publish(),
    });
  }

  /** Sets up the stream. Problems go to the pages. */
  start(): void {
    void this.#run("setup").then(this.#ready.resolve);
  }

  /** Tears down, lets all pages go and calls `onQuit`. */
  quit(): Promise<void> {
    return this.#quitting ??= this.#shutDown().then(() => {
      this.#send({ type: "goodbye" });
      this.#options.onQuit();
    });
  }

  /** Tears down and says no more: its pages stay, for another stream. */
  leave(): Promise<void> {
    return this.#quitting ??= this.#shutDown();
  }

  /**
   * The window is about to close. While playing the player pauses and the page asks; without an answer from the page,
   * at a second request, or when nothing plays, it quits. `reopening` tells that the window is already gone, and that
   * another one is on its way to ask.
   */
  requestClose(reopening = false): void {
    const playing = this.#player.state === "PLAYING" || this.#activity === "play";
    if (!playing || this.#closing || (this.#pages.size === 0 && !reopening)) return void this.quit();
    this.#closing = true;
    const patience = reopening ? REOPEN_TIMEOUT : CLOSE_QUESTION_TIMEOUT;
    this.#cancelDeadline = this.#clock.at(this.#clock.now() + patience, () => void this.quit());
    void this.#run("pause");
  }

  connected(page: PageConnection): void {
    this.#pages.add(page);
    if (!this.#closing) this.#cancelDeadline?.();
    page.send(this.#state());
    if (this.#latest !== undefined) page.show({ ...this.#latest, again: true });
    this.#scheduleStats();
    if (this.#autoplay) void this.#playWhenReady();
  }

  disconnected(page: PageConnection): void {
    this.#pages.delete(page);
    this.#inspector?.inspect(page, false);
    if (this.#pages.size > 0 || !this.#options.quitWithoutPages || this.#quitting !== undefined) return;
    this.#cancelDeadline?.();
    this.#cancelDeadline = this.#clock.at(this.#clock.now() + PAGE_ABSENCE, () => void this.quit());
  }

  command(page: PageConnection, command: PageCommand): void {
    switch (command.type) {
      case "setup":
      case "pause":
      case "teardown":
        return void this.#run(command.type);
      case "play":
        return void this.#run("play", command.from);
      case "retry":
        return void this.#run(this.#wish);
      case "quit":
        return void this.quit();
      case "close-asked":
        return this.#closing ? this.#cancelDeadline?.() : undefined;
      case "close-answer":
        return this.#answerClose(command.close);
      case "login":
        this.#player.login(command.username, command.password);
        return void this.#run(this.#wish);
      case "inspect":
        return this.#inspector?.inspect(page, command.on);
      case "capture":
        return this.#inspector?.capture(page);
      case "thumbnail":
        return this.#options.remembering?.thumbnail(command.jpeg);
      case "snapshot":
        if (this.#latest !== undefined) void this.#keeping.savePicture(this.#title, this.#latest.frame);
        return;
      case "record":
        return void (command.record
          ? this.#keeping.record(this.#title, command.format).then(() => this.#publish())
          : this.#stopRecording());
      case "transport":
        this.#transport = command.transport;
        return void this.#film.run(command);
      case "seek":
      case "step":
        this.#ended = false;
        return void this.#film.run(command);
      case "speed":
      case "loop":
      case "repair":
        return void this.#film.run(command);
    }
  }

  #answerClose(close: boolean): void {
    if (!this.#closing) return;
    if (close) return void this.quit();
    this.#cancelDeadline?.();
    this.#closing = false;
    void this.#run("play");
  }

  /** The first page has come: from now on a picture is seen. */
  async #playWhenReady(): Promise<void> {
    this.#autoplay = false;
    if (await this.#ready.promise) await this.#run("play");
    else this.#wish = "play";
  }

  /** Resolves with whether the verb succeeded. */
  async #run(verb: Verb, from?: number): Promise<boolean> {
    if (this.#quitting !== undefined) return false;
    this.#wish = verb === "pause" ? "setup" : verb;
    this.#activity = verb;
    this.#problem = undefined;
    this.#ended = false;
    if (verb === "teardown") {
      this.#film.reset();
      this.#stopRecording();
    }
    this.#publish();
    try {
      if (verb === "play") await this.#player.play({ ...(from !== undefined && { from }), ...this.#scale() });
      else await this.#player[verb]();
      return true;
    } catch (thrown) {
      this.#fail(asProblem(thrown));
      return false;
    } finally {
      // A verb that was asked for meanwhile is still awaited.
      if (this.#activity === verb) this.#activity = undefined;
      this.#publish();
    }
  }

  /** The player keeps its own speed as long as nobody asked for another. */
  #scale(): { readonly scale?: number } {
    const { speed } = this.#film;
    return speed === undefined ? {} : { scale: speed };
  }

  #fail(problem: PlayerProblem): void {
    if (this.#quitting !== undefined) return;
    const { code, message, realm, loginRefused } = problem;
    log("client").info("The player has a problem: {code}: {message}", { code, message });
    this.#stopRecording();
    this.#problem = {
      code,
      message,
      ...(realm !== undefined && { realm }),
      ...(loginRefused !== undefined && { loginRefused }),
    };
    this.#publish();
  }

  /** What was asked for could not be done; while the session stands that is worth a line and no more. */
  #failAside(problem: PlayerProblem): void {
    if (this.#player.state === "INIT" && !this.#player.stats().reconnecting) this.#fail(problem);
    else this.#send({ type: "notice", message: problem.message });
  }

  #showReconnecting(progress: Reconnecting | undefined): void {
    this.#reconnecting = progress && {
      attempt: progress.attempt,
      since: progress.since === undefined ? undefined : this.#calendar(progress.since),
      reason: progress.reason,
    };
    this.#publish();
  }

  get #title(): string {
    return this.#player.info?.title ?? "";
  }

  #stopRecording(): void {
    void this.#keeping.stop().then(() => this.#publish());
  }

  /** A line for a person, beside what goes on. */
  #tell(message: string): void {
    this.#send({ type: "notice", message });
    this.#send(this.#state());
  }

  /** Clock milliseconds as Unix milliseconds. */
  #calendar(time: number): number {
    return this.#clock.wallTime() - (this.#clock.now() - time);
  }

  #show(frame: ReceivedFrame): void {
    const size = pictureSize(frame.data);
    if (size === undefined || Math.max(size.width, size.height) > MAX_SIDE) return;
    if (size.width * size.height > MAX_PIXELS) return;
    const arrival = this.#calendar(frame.arrival);
    this.#latest = { frame, arrival, again: false, size: frame.data.length };
    for (const page of this.#pages) page.show(this.#latest);
    this.#options.remembering?.picture();
    if (this.#player.state === "PLAYING") this.#keeping.frame(frame);
  }

  #state(): StateMessage {
    return {
      type: "state",
      state: this.#player.state,
      activity: this.#activity,
      address: this.#player.info?.address ?? this.#options.address,
      info: this.#player.info,
      problem: this.#problem,
      ended: this.#ended,
      closing: this.#closing,
      loop: this.#player.loop,
      repair: this.#player.repair,
      speed: this.#film.speed ?? 1,
      transport: this.#transport,
      reconnecting: this.#reconnecting,
      saving: this.#keeping.saving,
      remembers: this.#options.remembering !== undefined,
      recording: this.#keeping.recording !== undefined,
    };
  }

  #publish(): void {
    this.#options.onAttention?.(this.#player.state === "PLAYING" || this.#activity === "play", this.#closing);
    this.#send(this.#state());
    this.#scheduleStats();
  }

  #send(message: EngineMessage): void {
    for (const page of this.#pages) page.send(message);
  }

  #scheduleStats(): void {
    if (this.#cancelStats !== undefined || this.#pages.size === 0 || this.#quitting !== undefined) return;
    this.#sendStats();
    if (this.#player.state === "INIT") return;
    this.#cancelStats = this.#clock.at(this.#clock.now() + STATS_INTERVAL, () => {
      this.#cancelStats = undefined;
      this.#scheduleStats();
    });
  }

  #sendStats(): void {
    const stats = this.#player.stats();
    for (const page of this.#pages) {
      page.send({ type: "stats", stats, skipped: page.skipped, recording: this.#keeping.recording });
    }
  }

  async #shutDown(): Promise<void> {
    this.#cancelDeadline?.();
    this.#cancelStats?.();
    await Promise.all([this.#player.close(), this.#keeping.stop(), this.#options.remembering?.close()]);
  }
}

function asProblem(thrown: unknown): PlayerProblem {
  return thrown instanceof PlayerError ? thrown : { code: "protocol", message: errorMessage(thrown) };
}
