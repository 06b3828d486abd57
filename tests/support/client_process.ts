import { join } from "@std/path";
import { PROJECT_ROOT } from "./source_files.ts";
import { addWitness, lastWords, within } from "./until.ts";

/** `client.ts` running as a process of its own. */
export class ClientProcess implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #output: Promise<unknown>;
  readonly #witness = addWitness(() =>
    `client.ts ${this.#ended ? "has ended" : "runs"}, wrote: ${lastWords(this.#text)}`
  );
  #text = "";
  #ended = false;

  /** Where `environment` names no place for recent streams, none are kept: the user's own are not a test's to change. */
  constructor(words: readonly string[], environment: Record<string, string>) {
    const history = "XDG_STATE_HOME" in environment ? [] : ["--no-history"];
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-prompt", join(PROJECT_ROOT, "client.ts"), ...history, ...words],
      cwd: PROJECT_ROOT,
      env: environment,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#output = Promise.all([this.#child.stdout, this.#child.stderr].map(async (stream) => {
      for await (const part of stream.pipeThrough(new TextDecoderStream())) this.#text += part;
    }));
    this.#child.status.then(() => this.#ended = true);
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** What it has written so far, to both of its outputs. */
  get text(): string {
    return this.#text;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** The exit code, once it has ended. */
  async code(): Promise<number> {
    const { code } = await within("client.ts to end", this.#child.status);
    await this.#output;
    return code;
  }

  signal(name: Deno.Signal): void {
    if (!this.#ended) this.#child.kill(name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.signal("SIGKILL");
    this.#witness[Symbol.dispose]();
    await this.code();
  }
}
