import { join } from "@std/path";
import { PROJECT_ROOT } from "./source_files.ts";

/** The flags with which the server's task runs it. */
const SERVER_FLAGS = ["--allow-net", "--allow-read", "--allow-ffi", "--no-prompt"];

/** `server.ts` running as a process of its own on a free port of the loopback address. */
export class ServerProcess implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #reading: Promise<void>;
  /** The URLs it printed before `ready`. */
  readonly urls: readonly string[];

  private constructor(child: Deno.ChildProcess, urls: readonly string[], reading: Promise<void>) {
    this.#child = child;
    this.urls = urls;
    this.#reading = reading;
  }

  /** Starts it with `words` after the port and waits until it says `ready`. */
  static async start(...words: string[]): Promise<ServerProcess> {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", ...SERVER_FLAGS, join(PROJECT_ROOT, "server.ts"), "--host", "127.0.0.1", "--port", "0", ...words],
      cwd: PROJECT_ROOT,
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (!/^ready$/m.test(text)) {
      const { value, done } = await lines.read();
      if (done) throw new Error(`The server ended before it was ready: ${text}`);
      text += value;
    }
    const readOn = (async () => {
      while (!(await lines.read()).done);
    })();
    return new ServerProcess(child, [...text.matchAll(/rtsp:\/\/\S+/g)].map((match) => match[0]), readOn);
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** The URL that ends in `name`. */
  url(name: string): string {
    const found = this.urls.find((url) => url.endsWith(`/${name}`));
    if (found === undefined) throw new Error(`The server does not offer ${name}: ${this.urls.join(", ")}`);
    return found;
  }

  /** Stops it as Ctrl-C does and returns its exit code. */
  async stop(): Promise<number> {
    this.#child.kill("SIGINT");
    const { code } = await this.#child.status;
    await this.#reading;
    return code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}
