/**
 * The engine's thread: the player and the bridge to its page. The window holds the main thread, so everything else,
 * Ctrl-C too, happens here.
 */
import { systemClock } from "../../core/clock.ts";
import { systemRandom } from "../../core/random.ts";
import { WireLog } from "../inspection/wire_log.ts";
import { type Bridge, startBridge } from "../bridge/bridge.ts";
import { Player } from "../player.ts";
import { PlayerHost } from "../bridge/player_host.ts";
import { type Host, StartHost } from "../bridge/start_host.ts";
import type { PlayCommand } from "../arguments.ts";
import type { Source } from "../player_types.ts";
import { openFolder } from "./picture_folder.ts";
import { endWindowLoop } from "./webview.ts";
import { type FromEngine, SharedFlags, type ToEngine } from "./window_messages.ts";

const thread = globalThis as unknown as {
  onmessage: ((event: MessageEvent<ToEngine>) => void) | null;
  postMessage(message: FromEngine): void;
};

/** What stands between `start` and `quit`. */
class Engine {
  readonly #flags: SharedFlags;
  readonly #host: Host;
  #bridge: Bridge | undefined;
  #window: { library: string; address: bigint } | undefined;

  constructor(start: Extract<ToEngine, { type: "start" }>) {
    const { command } = start;
    this.#flags = new SharedFlags(start.flags);
    const onQuit = () => void this.#end();
    this.#host = command.kind === "play" ? this.#open(command, start, onQuit) : new StartHost({
      open: (source, onQuit) => this.#open({ ...command, kind: "play", source, play: true }, start, onQuit),
      quitWithoutPages: !start.windowed,
      onQuit,
    });
  }

  #open(command: PlayCommand, { windowed, folder }: Extract<ToEngine, { type: "start" }>, onQuit: () => void): Host {
    const wire = new WireLog(systemClock);
    return new PlayerHost({
      wire,
      address: addressOf(command.source),
      openPlayer: (events) => new Player(command.source, { ...command, reconnect: true, wire }, events),
      transport: command.transport,
      ...(folder !== undefined && { shelf: openFolder(folder) }),
      autoplay: command.play,
      quitWithoutPages: !windowed,
      onQuit,
      onAttention: (playing, closing) => {
        this.#flags.playing = playing;
        this.#flags.closing = closing;
      },
    });
  }

  async start(): Promise<void> {
    this.#bridge = await startBridge({
      listener: this.#host,
      random: systemRandom,
      page: new URL("../page/", import.meta.url),
    });
    this.sendAddress();
    this.#host.start();
  }

  sendAddress(): void {
    if (this.#bridge !== undefined) thread.postMessage({ type: "address", url: this.#bridge.newAddress() });
  }

  receive(message: Exclude<ToEngine, { type: "start" }>): void {
    if (message.type === "quit") return void this.#host.quit();
    if (message.type === "window") {
      this.#window = message;
      return;
    }
    this.#window = message.reopening ? undefined : this.#window;
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
    if (window !== undefined) endWindowLoop(window.library, window.address);
  }

  async #end(): Promise<void> {
    this.#flags.quit = true;
    await this.#bridge?.close();
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
