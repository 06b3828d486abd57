import { errorMessage } from "../../core/errors.ts";
import { cacheDirectory } from "../../media/cache_directory.ts";
import type { PlayCommand, StartCommand } from "../arguments.ts";
import { startKeeper } from "../recent/keeper.ts";
import { stateFolder } from "../recent/state_folder.ts";
import { paintBackground } from "./background.ts";
import { hasDisplay, openBrowser } from "./browser.ts";
import { enginePermissions } from "./confinement.ts";
import { prepareGraphics } from "./graphics.ts";
import { type KeepingFolders, keepingFolders, readUserDirsFile } from "./keeping_folders.ts";
import { copyLibrary, type LibraryCopy } from "./library_copy.ts";
import { titleOf } from "./title.ts";
import { Webview } from "./webview.ts";
import { hookClose } from "./window_close.ts";
import { webviewLibraryPath, windowRemedy } from "./window_library.ts";
import { type FromEngine, SharedFlags, type ToEngine } from "./window_messages.ts";

/** First size of the window, in pixels: a picture of 4:3 with the controls and the status line below it. */
const WIDTH = 880;
const HEIGHT = 736;

/** Switches off the hook that asks before the window closes, as on a system that has none; for tests. */
const NO_CLOSE_HOOK = "FLIPBOOK_NO_CLOSE_HOOK";

/** Where the window's program writes lines for a person. */
export interface WindowContext {
  readonly print: (line: string) => void;
  readonly warn: (line: string) => void;
}

/**
 * Plays in a window, or in the browser where that was asked for or no window can be had. Resolves with the exit code
 * when the player has quit. Must be called on the main thread, which the window holds while it stands.
 */
export async function playInWindow(command: PlayCommand | StartCommand, context: WindowContext): Promise<number> {
  const found = command.browser ? undefined : findWindow(context);
  const engine = new EngineThread(found?.path, writableFolders());
  try {
    // The engine sets up the stream while the window, which takes longer than anything else, comes to be.
    engine.start(command, found !== undefined, command.history ? openMemory() : undefined);
    const webview = found === undefined ? undefined : openWindow(found.path, context);
    if (found !== undefined && webview === undefined) engine.post({ type: "windowless" });
    const url = await engine.address();
    if (url !== undefined && found !== undefined && webview !== undefined) {
      await holdWindow(
        webview,
        { library: found.path, title: titleOf(command.kind === "start" ? undefined : command.source) },
        url,
        engine,
      );
    } else if (url !== undefined) await showInBrowser(url, context);
    await engine.quit;
    return 0;
  } finally {
    found?.remove();
  }
}

/** The webview library, where the system can load it; undefined, and a line that says why, where no window can be had. */
function findWindow({ warn }: WindowContext): LibraryCopy | undefined {
  if (!hasDisplay(Deno.build.os, Deno.env)) {
    warn("There is no display, so no window opens");
    return undefined;
  }
  try {
    const path = webviewLibraryPath();
    return Deno.build.standalone ? copyLibrary(path, cacheDirectory()) : { path, remove: () => {} };
  } catch (thrown) {
    warn(`No window opens: ${errorMessage(thrown)}`);
    return undefined;
  }
}

function openWindow(library: string, { warn }: WindowContext): Webview | undefined {
  prepareGraphics();
  try {
    const webview = newWebview(library);
    // The browser's own processes start while the window appears and the engine gets ready.
    webview.navigate("about:blank");
    return webview;
  } catch (thrown) {
    const reason = errorMessage(thrown).replace(/^Could not open library: /, "").split("\n")[0];
    warn(`No window opens: ${reason}. ${windowRemedy(Deno.build.os)}`.trimEnd());
    return undefined;
  }
}

function newWebview(library: string): Webview {
  const webview = new Webview(library);
  paintBackground(webview);
  return webview;
}

/** Where pictures and films may be saved; undefined where the player may not write there. */
function writableFolders(): KeepingFolders | undefined {
  const folders = keepingFolders(Deno.build.os, Deno.env, readUserDirsFile(Deno.env));
  return folders !== undefined && mayWrite(folders.pictures) && mayWrite(folders.films) ? folders : undefined;
}

/** The way to a keeper of recent streams; undefined where there is no place for them. */
function openMemory(): MessagePort | undefined {
  const folder = stateFolder(Deno.build.os, Deno.env);
  if (folder === undefined || !mayWrite(folder)) return undefined;
  const { state } = Deno.permissions.querySync({ name: "read", path: folder });
  return state === "granted" ? startKeeper(folder) : undefined;
}

function mayWrite(path: string): boolean {
  return Deno.permissions.querySync({ name: "write", path }).state === "granted";
}

/** What every window of one player has in common. */
interface WindowSettings {
  readonly library: string;
  readonly title: string;
}

/**
 * Shows the page in a window until it is closed for good. The last one is left to the end of the process: until the
 * engine has quit it may still want to end its loop.
 */
async function holdWindow(
  first: Webview,
  settings: WindowSettings,
  firstUrl: string,
  engine: EngineThread,
): Promise<void> {
  let webview = first;
  let url: string | undefined = firstUrl;
  while (url !== undefined) {
    runWindow(webview, settings, url, engine);
    if (engine.mayClose()) break;
    // This system does not let the player ask before a window goes, so a new one asks.
    engine.post({ type: "close-requested", reopening: true });
    url = await engine.address();
    // Now the engine has let go of the old window.
    webview.destroy();
    if (url !== undefined) webview = newWebview(settings.library);
  }
  engine.post({ type: "quit" });
}

function runWindow(webview: Webview, { library, title }: WindowSettings, url: string, engine: EngineThread): void {
  webview.setTitle(title);
  webview.setSize(WIDTH, HEIGHT);
  engine.post({ type: "window", library, address: webview.address });
  if (!Deno.env.get(NO_CLOSE_HOOK)) {
    hookClose(webview.nativeWindow, () => {
      if (engine.mayClose()) return true;
      engine.flags.closing = true;
      engine.post({ type: "close-requested", reopening: false });
      return false;
    });
  }
  webview.navigate(url);
  webview.run();
}

async function showInBrowser(url: string, { print, warn }: WindowContext): Promise<void> {
  const display = hasDisplay(Deno.build.os, Deno.env);
  if (display && await openBrowser(url)) return print("The player is in the browser; closing its page ends it");
  if (display) warn("No browser could be opened");
  const { port } = new URL(url);
  print(`Player: ${url}`);
  print(
    `Open this address, once, in a browser; from another machine after ssh -L ${port}:127.0.0.1:${port} to this one`,
  );
}

/** The engine's worker as the main thread sees it. */
class EngineThread {
  readonly flags = new SharedFlags();
  /** Resolves when the player has quit and all is freed. */
  readonly quit: Promise<void>;
  readonly #worker: Worker;
  #address = Promise.withResolvers<string | undefined>();

  readonly #folders: KeepingFolders | undefined;

  /** `library` is what the engine may call to end and name the window, `folders` where it may save pictures and films. */
  constructor(library: string | undefined, folders: KeepingFolders | undefined) {
    this.#folders = folders;
    this.#worker = new Worker(new URL("./player_worker.ts", import.meta.url), {
      type: "module",
      name: "player",
      deno: { permissions: enginePermissions(library, folders === undefined ? [] : Object.values(folders)) },
    });
    const quit = Promise.withResolvers<void>();
    this.quit = quit.promise;
    this.#worker.onmessage = ({ data }: MessageEvent<FromEngine>) => {
      if (data.type === "address") return this.#address.resolve(data.url);
      this.#address.resolve(undefined);
      quit.resolve();
    };
    this.#worker.onerror = ({ message }) => quit.reject(new Error(`The player failed: ${message}`));
  }

  /** `keeper` leads to the keeper of recent streams. */
  start(command: PlayCommand | StartCommand, windowed: boolean, keeper: MessagePort | undefined): void {
    const { flags: { buffer: flags } } = this;
    const folders = this.#folders;
    const message: ToEngine = { type: "start", command, flags, windowed, folders, keeper };
    this.#worker.postMessage(message, keeper === undefined ? [] : [keeper]);
  }

  post(message: ToEngine): void {
    this.#worker.postMessage(message);
  }

  /** The next address for a page; undefined when the player has quit instead. */
  async address(): Promise<string | undefined> {
    const url = await Promise.race([this.#address.promise, this.quit.then(() => undefined)]);
    this.#address = Promise.withResolvers();
    return url;
  }

  /** Whether the window may close without a question. */
  mayClose(): boolean {
    return this.flags.quit || this.flags.closing || !this.flags.playing;
  }
}
