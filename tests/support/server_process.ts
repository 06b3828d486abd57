import { join } from "@std/path";
import { PROJECT_ROOT } from "./source_files.ts";
import { addWitness, lastWords, within } from "./until.ts";

/** The flags with which the server's task runs it. */
export const SERVER_FLAGS = ["--allow-net", "--allow-read", "--allow-ffi", "--no-prompt"];

/** `server.ts` running as a process of its own on a free port of the loopback address. */
export class ServerProcess implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #reading: Promise<unknown>;
  readonly #log: () => string;
  readonly #witness = addWitness(() => `server.ts wrote: ${lastWords(this.log)}`);
  /** The URLs it printed before `ready`. */
  readonly urls: readonly string[];

  private constructor(child: Deno.ChildProcess, urls: readonly string[], reading: Promise<unknown>, log: () => string) {
    this.#child = child;
    this.urls = urls;
    this.#reading = reading;
    this.#log = log;
  }

  /** Starts it with `words` after the port and waits until it says `ready`. */
  static async start(...words: string[]): Promise<ServerProcess> {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", ...SERVER_FLAGS, join(PROJECT_ROOT, "server.ts"), "--host", "127.0.0.1", "--port", "0", ...words],
      cwd: PROJECT_ROOT,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    let log = "";
    const logging = (async () => {
      for await (const part of child.stderr.pipeThrough(new TextDecoderStream())) log += part;
    })();
    const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (!/^ready$/m.test(text)) {
      const { value, done } = await lines.read();
      if (done) {
        await Promise.all([logging, child.status]);
        throw new Error(`The server ended before it was ready: ${text}${log}`);
      }
      text += value;
    }
    const readOn = (async () => {
      while (!(await lines.read()).done);
    })();
    const urls = [...text.matchAll(/rtsp:\/\/\S+/g)].map((match) => match[0]);
    return new ServerProcess(child, urls, Promise.all([readOn, logging]), () => log);
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** The RTSP port; the server must offer something. */
  get port(): number {
    return Number(/^rtsp:\/\/[^/]*:(\d+)\//.exec(this.urls[0] ?? "")?.[1]);
  }

  /** What it has written to stderr so far. */
  get log(): string {
    return this.#log();
  }

  /** The URL that ends in `name`. */
  url(name: string): string {
    const found = this.urls.find((url) => url.endsWith(`/${name}`));
    if (found === undefined) throw new Error(`The server does not offer ${name}: ${this.urls.join(", ")}`);
    return found;
  }

  signal(name: Deno.Signal): void {
    this.#child.kill(name);
  }

  /** The exit code, once it has ended. */
  async ended(): Promise<number> {
    const { code } = await within("server.ts to end", this.#child.status);
    await this.#reading;
    return code;
  }

  /** Stops it as Ctrl-C does and returns its exit code; a server that has ended stays as it is. */
  async stop(): Promise<number> {
    try {
      this.signal("SIGINT");
    } catch (thrown) {
      if (!(thrown instanceof TypeError)) throw thrown;
    }
    return await this.ended();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#witness[Symbol.dispose]();
    await this.stop();
  }
}
