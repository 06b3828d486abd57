/**
 * The engine's thread: the player and the bridge to its page. The window holds the main thread, so everything else,
 * Ctrl-C too, happens here.
 */
import { systemClock } from "../../core/clock.ts";
import { log } from "../../core/log.ts";
import { systemRandom } from "../../core/random.ts";
import type { PlayCommand } from "../arguments.ts";
import { type Bridge, startBridge } from "../bridge/bridge.ts";
import type { PageListener } from "../bridge/bridge_socket.ts";
import { PlayerHost } from "../bridge/player_host.ts";
import { Remembering } from "../bridge/remembering.ts";
import { StartHost, type StreamHost } from "../bridge/start_host.ts";
import { listStreams } from "../control/list_streams.ts";
import { WireLog } from "../inspection/wire_log.ts";
import { systemNetwork } from "../network.ts";
import { Player } from "../player.ts";
import type { Source } from "../player_types.ts";
import { Keeper } from "../recent/keeper.ts";
import { wordsToRemember } from "../recent/recent_streams.ts";
import { PageWatch } from "./page_watch.ts";
import { openShelf } from "./shelf.ts";
import { titleOf } from "./title.ts";
import { endWindowLoop, navigateWindow, setWindowTitle } from "./webview.ts";
import { type FromEngine, SharedFlags, type ToEngine } from "./window_messages.ts";

/** Milliseconds that a server of this machine has to take a connection, and again to tell what it offers. */
const LIST_PATIENCE = 1500;

const thread = globalThis as unknown as {
  onmessage: ((event: MessageEvent<ToEngine>) => void) | null;
  postMessage(message: FromEngine): void;
};

type Start = Extract<ToEngine, { type: "start" }>;

/** What stands between `start` and `quit`. */
class Engine {
  readonly #start: Start;
  readonly #flags: SharedFlags;
  readonly #keeper: Keeper | undefined;
  readonly #host: StartHost;
  #bridge: Bridge | undefined;
  /** Whether a window shows the page, which a person closes; of a browser's page only the absence is seen. */
  readonly #display: { windowed: boolean };
  #window: { library: string; address: bigint } | undefined;
  readonly #watch = new PageWatch(systemClock, () => this.#reload());
  /** What a new window is named by its own thread, and what it has to be named now. */
  readonly #firstTitle: string;
  #title: string;

  constructor(start: Start) {
    const { command, windowed, keeper } = start;
    this.#start = start;
    const display = this.#display = { windowed };
    this.#flags = new SharedFlags(start.flags);
    this.#keeper = keeper && new Keeper(keeper, systemClock);
    const source = command.kind === "play" ? command.source : undefined;
    this.#title = this.#firstTitle = titleOf(source);
    const patience = { network: systemNetwork, clock: systemClock, random: systemRandom, timeout: LIST_PATIENCE };
    this.#host = new StartHost({
      ...(source && { source }),
      open: (source, onQuit, chosen) =>
        this.#open({ ...command, kind: "play", source, play: command.play || chosen }, onQuit),
      ask: (url) => listStreams(url, patience),
      ...(this.#keeper && { memory: this.#keeper }),
      get quitWithoutPages() {
        return !display.windowed;
      },
      onSource: (source) => this.#name(titleOf(source)),
      onQuit: () => void this.#end(),
    });
  }

  #open(command: PlayCommand, onQuit: () => void): StreamHost {
    const { folders } = this.#start;
    const display = this.#display;
    const { source } = command;
    const wire = new WireLog(systemClock);
    const words = wordsToRemember(source);
    return new PlayerHost({
      wire,
      address: addressOf(source),
      openPlayer: (events) => new Player(source, { ...command, reconnect: true, wire }, events),
      transport: command.transport,
      ...(folders !== undefined && { shelf: openShelf(folders) }),
      ...(this.#keeper && words && { remembering: new Remembering(this.#keeper, words, systemClock) }),
      autoplay: command.play,
      get quitWithoutPages() {
        return !display.windowed;
      },
      onQuit,
      onAttention: (playing, closing) => {
        this.#flags.playing = playing;
        this.#flags.closing = closing;
      },
    });
  }

  /** The window is named after what plays; a browser's tab is named by the page. */
  #name(title: string): void {
    this.#title = title;
    if (this.#window !== undefined) setWindowTitle(this.#window.library, this.#window.address, title);
  }

  async start(): Promise<void> {
    this.#bridge = await startBridge({
      listener: this.#listener(),
      random: systemRandom,
      page: new URL("../page/", import.meta.url),
    });
    this.sendAddress();
    this.#host.start();
  }

  #listener(): PageListener {
    return {
      command: (page, command) => this.#host.command(page, command),
      connected: (page) => {
        this.#watch.connected();
        this.#host.connected(page);
      },
      disconnected: (page) => {
        this.#watch.disconnected();
        this.#host.disconnected(page);
      },
    };
  }

  #reload(): void {
    if (this.#window === undefined || this.#bridge === undefined) return;
    log("client", "window").warn("The window shows no page; it is loaded anew");
    navigateWindow(this.#window.library, this.#window.address, this.#bridge.newAddress());
  }

  sendAddress(): void {
    if (this.#bridge !== undefined) thread.postMessage({ type: "address", url: this.#bridge.newAddress() });
  }

  receive(message: Exclude<ToEngine, { type: "start" }>): void {
    if (message.type === "quit") return void this.#host.quit();
    if (message.type === "windowless") {
      this.#display.windowed = false;
      return;
    }
    if (message.type === "window") {
      this.#window = message;
      this.#watch.begin();
      return this.#title === this.#firstTitle ? undefined : this.#name(this.#title);
    }
    if (message.reopening) {
      this.#window = undefined;
      this.#watch.end();
    }
    this.#host.requestClose(message.reopening);
    if (message.reopening) this.sendAddress();
  }

  quit(): void {
    void this.#host.quit();
  }

  /** Lets the window and the program go, whatever is still open. */
  leave(): void {
    this.releaseWindow();
    thread.postMessage({ type: "quit" });
  }

  /** Ends the window's loop, so that its thread hears what happened here. */
  releaseWindow(): void {
    this.#flags.quit = true;
    const window = this.#window;
    this.#window = undefined;
    this.#watch.end();
    if (window !== undefined) endWindowLoop(window.library, window.address);
  }

  async #end(): Promise<void> {
    this.#flags.quit = true;
    this.#watch.end();
    await this.#bridge?.close();
    this.#keeper?.close();
    this.leave();
  }
}

/** The stream's address as a person knows it, without user name and password. */
function addressOf(source: Source): string {
  if (source.kind === "lab") return `${source.host}:${source.port} ${source.file}`;
  const url = URL.parse(source.url);
  if (url === null) return "";
  url.username = "";
  url.password = "";
  return url.href;
}

/** The first Ctrl-C ends the session in order, the second ends the program. */
function quitOnSignal(engine: Engine): void {
  let asked = false;
  const stop = () => {
    if (asked) return engine.leave();
    asked = true;
    engine.quit();
  };
  Deno.addSignalListener("SIGINT", stop);
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", stop);
}

let engine: Engine | undefined;
// Whatever fails here ends the program, which can say so only when the window no longer holds its thread.
for (const failure of ["error", "unhandledrejection"]) addEventListener(failure, () => engine?.releaseWindow());
thread.onmessage = ({ data }) => {
  if (data.type !== "start") return engine?.receive(data);
  engine = new Engine(data);
  quitOnSignal(engine);
  void engine.start();
};
