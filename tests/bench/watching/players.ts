import { join } from "@std/path";
import { PROJECT_ROOT } from "../../support/source_files.ts";

/** A program that shows a stream in a window, as its maker says that it is quickest. */
export interface WindowPlayer {
  readonly name: string;
  readonly command: string;
  readonly args: (url: string) => readonly string[];
}

const GST_PIPELINE = "! rtpjpegdepay ! jpegdec ! videoconvert ! ximagesink sync=false".split(" ");

/** The players of the field. */
export const PEERS: readonly WindowPlayer[] = [
  {
    name: "ffplay -fflags nobuffer -flags low_delay",
    command: "ffplay",
    args: (url) => ["-v", "error", "-fflags", "nobuffer", "-flags", "low_delay", "-an", url],
  },
  {
    name: "gst-launch-1.0 rtspsrc latency=0, sync=false",
    command: "gst-launch-1.0",
    args: (url) => ["-q", "rtspsrc", `location=${url}`, "latency=0", ...GST_PIPELINE],
  },
  {
    name: "mpv --profile=low-latency --untimed",
    command: "mpv",
    args: (url) => ["--no-config", "--really-quiet", "--profile=low-latency", "--untimed", "--vo=x11", url],
  },
];

/** Flipbook's player from its sources, in its own window. */
export const FLIPBOOK: WindowPlayer = {
  name: "Flipbook, window (WebKitGTK)",
  command: Deno.execPath(),
  args: (url) => ["run", "-A", "--no-check", join(PROJECT_ROOT, "client.ts"), "--no-history", "--play", url],
};

/** Flipbook's player as one file, which stands at `path`. */
export function compiled(path: string): WindowPlayer {
  return { name: "Flipbook, window, compiled", command: path, args: (url) => ["--no-history", "--play", url] };
}

/** A player that runs. */
export class RunningPlayer implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  /** Milliseconds (of `performance.now()`) at which it was started. */
  readonly started = performance.now();

  get pid(): number {
    return this.#child.pid;
  }

  constructor(player: WindowPlayer, url: string, display: string, env: Record<string, string> = {}) {
    this.#child = new Deno.Command(player.command, {
      args: [...player.args(url)],
      cwd: PROJECT_ROOT,
      env: { DISPLAY: display, SDL_VIDEODRIVER: "x11", ...env },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGINT");
    } catch (thrown) {
      if (!(thrown instanceof TypeError)) throw thrown;
    }
    const kill = setTimeout(() => this.#child.kill("SIGKILL"), 3000);
    await this.#child.status;
    clearTimeout(kill);
  }
}

/** Flipbook's player from its sources, without a window: a browser is to open its page. */
export class BrowserClient implements AsyncDisposable {
  private constructor(readonly address: string, private readonly child: Deno.ChildProcess) {}

  get pid(): number {
    return this.child.pid;
  }

  static async start(url: string): Promise<BrowserClient> {
    const child = new Deno.Command(FLIPBOOK.command, {
      args: ["run", "-A", "--no-check", join(PROJECT_ROOT, "client.ts"), "--no-history", "--browser", "--play", url],
      cwd: PROJECT_ROOT,
      // Without a display it prints the address instead of opening a browser by itself.
      env: { DISPLAY: "", WAYLAND_DISPLAY: "" },
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    let text = "";
    for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
      text += part;
      const found = /^Player: (\S+)\n/m.exec(text);
      if (found) return new BrowserClient(found[1]!, child);
    }
    throw new Error(`The player printed no address: ${text}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill("SIGKILL");
    await this.child.status;
  }
}
