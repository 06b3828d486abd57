import { join } from "@std/path";
import { SERVER_FLAGS } from "./server_process.ts";
import { PROJECT_ROOT } from "./source_files.ts";

/** A program that runs longer than this hangs, ms. */
const LONGEST_RUN_MS = 120_000;

/** How the tasks run the two programs. */
const FLAGS = { "server.ts": SERVER_FLAGS, "client.ts": ["-A", "--no-prompt"] };

/** What a program wrote and how it ended. */
export interface ProgramEnd {
  readonly code: number;
  readonly stdout: string;
  /** Lines of stderr. */
  readonly errors: readonly string[];
}

/** How a program is run. */
export interface ProgramOptions {
  /** Calls back with what it wrote to stdout so far, after each part. */
  readonly onOutput?: (text: string) => void;
  /** Nobody reads its stdout: the pipe is closed at once. */
  readonly closedStdout?: boolean;
  /** Ends it early. */
  readonly signal?: AbortSignal;
}

/** Runs `server.ts` or `client.ts` to its end as a process of its own; one that hangs is killed. */
export async function runProgram(
  entry: keyof typeof FLAGS,
  words: readonly string[],
  options: ProgramOptions = {},
): Promise<ProgramEnd> {
  const limit = AbortSignal.timeout(LONGEST_RUN_MS);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", ...FLAGS[entry], join(PROJECT_ROOT, entry), ...words],
    cwd: PROJECT_ROOT,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    signal: options.signal ? AbortSignal.any([limit, options.signal]) : limit,
  }).spawn();
  if (options.closedStdout) await child.stdout.cancel();
  const [stdout, stderr, { code }] = await Promise.all([
    options.closedStdout ? "" : readAll(child.stdout, options.onOutput),
    readAll(child.stderr),
    child.status,
  ]);
  if (limit.aborted) throw new Error(`${entry} ${words.join(" ")} did not end within ${LONGEST_RUN_MS} ms: ${stderr}`);
  return { code, stdout, errors: stderr.split("\n").filter((line) => line !== "") };
}

async function readAll(stream: ReadableStream<Uint8Array>, tell?: (text: string) => void): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const part of stream) {
    text += decoder.decode(part, { stream: true });
    tell?.(text);
  }
  return text;
}

/** What `--headless --json` prints last. */
export interface HeadlessResult {
  readonly frames: number;
  readonly shown: number;
  readonly lost_packets: number;
  readonly dropped_frames: number;
  readonly repaired_frames: number;
  readonly transport: string | null;
  readonly state: string;
  readonly fps: number;
}

/** The last object that a headless player printed. */
export function lastObject({ stdout }: ProgramEnd): HeadlessResult {
  return JSON.parse(stdout.trim().split("\n").at(-1)!);
}
