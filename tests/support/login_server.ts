import { fromFileUrl } from "@std/path";

const PROGRAM = fromFileUrl(new URL("./login_server.py", import.meta.url));
/** Debian's Python: it has the bindings of GStreamer. */
const PYTHON = "/usr/bin/python3";

/** gst-rtsp-server behind a password, as a process of its own on a free port of the loopback address. */
export class LoginServer implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #output: ReadableStreamDefaultReader<string>;

  private constructor(child: Deno.ChildProcess, output: ReadableStreamDefaultReader<string>, readonly port: number) {
    this.#child = child;
    this.#output = output;
  }

  /** Starts it, asking by `scheme` for this name and password. */
  static async start(scheme: "basic" | "digest", name: string, password: string): Promise<LoginServer> {
    const child = new Deno.Command(PYTHON, {
      args: [PROGRAM, scheme, name, password],
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const output = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (!text.includes("ready")) {
      const { value, done } = await output.read();
      if (done) throw new Error("gst-rtsp-server did not start: deno task test installs it on Debian");
      text += value;
    }
    return new LoginServer(child, output, Number.parseInt(text));
  }

  get url(): string {
    return `rtsp://127.0.0.1:${this.port}/film`;
  }

  /** The address with a name and a password in it. */
  urlFor(name: string, password: string): string {
    return this.url.replace("//", `//${encodeURIComponent(name)}:${encodeURIComponent(password)}@`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.status;
    await this.#output.cancel();
  }
}
