import { join } from "@std/path";
import { provideCompiler } from "../../.ci/denort.ts";
import { PROJECT_ROOT } from "./source_files.ts";
import { addWitness, lastWords, PATIENCE, until, within } from "./until.ts";

/**
 * The environment in which programs are compiled. Where neither variables name a compiler nor Deno's downloads are to be
 * relied on, a Linux x64 machine gets both from npm.
 */
export async function compilerEnvironment(): Promise<Record<string, string>> {
  const given = Deno.env.get("DENO_FOR_COMPILE");
  if (given !== undefined || Deno.build.target !== "x86_64-unknown-linux-gnu") return {};
  return { ...await provideCompiler() };
}

/** SIGINT in the sets of signals of /proc. */
const SIGINT_BIT = 1n << 1n;

/** Compiles both programs for this machine and copies them into a new folder with nothing else in it. */
export async function makeBinaries(): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", join(PROJECT_ROOT, ".ci", "compile.ts")],
    cwd: PROJECT_ROOT,
    env: await compilerEnvironment(),
  }).output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(`Cannot compile: ${decoder.decode(stderr)}`);
  console.log(decoder.decode(stdout).trim());
  const folder = await Deno.makeTempDir({ prefix: "flipbook-binaries-" });
  for (const name of ["rtsp-server", "rtsp-client"].map(executable)) {
    await Deno.copyFile(join(PROJECT_ROOT, "dist", name), join(folder, name));
  }
  return folder;
}

/** The file name of a program on this system. */
export function executable(name: string): string {
  return Deno.build.os === "windows" ? `${name}.exe` : name;
}

/** How a program is started. */
export interface Surroundings {
  readonly cwd: string;
  /** All of its environment: nothing of the test's own. */
  readonly env?: Record<string, string>;
}

/** A compiled program that runs. */
export class RunningProgram implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #reading: Promise<unknown>;
  readonly #witness = addWitness(() => `The program wrote: ${lastWords(this.#stdout)}${lastWords(this.#stderr)}`);
  #stdout = "";
  #stderr = "";
  #ended = false;

  /** `heard: false` closes the reading end of its standard output at once. */
  constructor(path: string, words: readonly string[], { cwd, env = {} }: Surroundings, heard = true) {
    const command = new Deno.Command(path, {
      args: [...words],
      cwd,
      env: { NO_COLOR: "1", ...env },
      clearEnv: true,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    });
    this.#child = command.spawn();
    this.#child.status.then(() => this.#ended = true);
    this.#reading = Promise.all([
      heard ? collect(this.#child.stdout, (text) => this.#stdout += text) : this.#child.stdout.cancel(),
      collect(this.#child.stderr, (text) => this.#stderr += text),
    ]);
  }

  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** Waits until either output has what `pattern` wants, and returns the match. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    for (const deadline = performance.now() + PATIENCE; performance.now() < deadline;) {
      const found = pattern.exec(this.#stdout) ?? pattern.exec(this.#stderr);
      if (found) return found;
      if (this.#ended) break;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    throw new Error(`Waited in vain for ${pattern}: ${this.#stdout}${this.#stderr}`);
  }

  /** Waits until the program has asked to hear Ctrl-C: one that comes earlier ends it like any other. Linux. */
  async hearsInterrupt(): Promise<void> {
    await until("the program to hear SIGINT", async () => {
      const status = await Deno.readTextFile(`/proc/${this.#child.pid}/status`);
      const [, caught] = /^SigCgt:\s*([0-9a-f]+)$/m.exec(status) ?? [];
      return (BigInt(`0x${caught ?? "0"}`) & SIGINT_BIT) !== 0n;
    });
  }

  signal(name: Deno.Signal): void {
    if (!this.#ended) this.#child.kill(name);
  }

  /** The exit code, once it has ended. */
  async code(): Promise<number> {
    const { code } = await within("the program to end", this.#child.status);
    await this.#reading;
    return code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.signal("SIGKILL");
    this.#witness[Symbol.dispose]();
    await this.code();
  }
}

async function collect(stream: ReadableStream<Uint8Array<ArrayBuffer>>, take: (text: string) => void): Promise<void> {
  for await (const text of stream.pipeThrough(new TextDecoderStream())) take(text);
}
