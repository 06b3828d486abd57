import type { CommandContext } from "../../lib/client/record/command_context.ts";
import { makeJpegs, withMedia } from "./make_film.ts";
import { ManualClock } from "./manual_clock.ts";
import { type Script, ScriptedServer } from "./scripted_server.ts";
import { SimulatedNetwork } from "./simulated_network.ts";

/** Looks before a wait is given up, a millisecond or more apart. */
const MOST_TURNS = 30_000;

/** Address of the scripted server's stream. */
export const STREAM = "rtsp://server/live/film";

/** What a command prints, a server for it, a directory to write to, and time moved by hand. */
export interface CommandBench {
  readonly clock: ManualClock;
  readonly server: ScriptedServer;
  readonly directory: string;
  readonly context: CommandContext;
  readonly stop: AbortController;
  readonly printed: string[];
  readonly warned: string[];
  /** Lines shown one in the place of the other. */
  readonly shown: string[];
}

/** Runs a test's body with what a command without a window needs. */
export async function withCommand(
  script: Partial<Script>,
  body: (bench: CommandBench) => Promise<void>,
): Promise<void> {
  const clock = new ManualClock();
  const network = new SimulatedNetwork();
  const frames = makeJpegs(6, { width: 320, height: 240 });
  const server = new ScriptedServer(network, 554, { frames, ...script });
  const stop = new AbortController();
  const [printed, warned, shown]: [string[], string[], string[]] = [[], [], []];
  const context = {
    clock,
    network,
    signal: stop.signal,
    print: (line: string) => void printed.push(line),
    warn: (line: string) => void warned.push(line),
    progress: (line: string) => void shown.push(line),
  };
  await withMedia({}, (directory) => body({ clock, server, directory, context, stop, printed, warned, shown }));
}

/** Waits for real work on the disk, on which the simulated link does not wait. */
export async function untilTrue(done: () => boolean, between: () => void = () => {}): Promise<void> {
  for (let turn = 0; turn < MOST_TURNS && !done(); turn++) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    between();
  }
  if (!done()) throw new Error("It never came true");
}

/** Waits for a command that may be waiting for the disk, the clock or both. */
export async function finished<T>(clock: ManualClock, work: Promise<T>): Promise<T> {
  let done = false;
  work.finally(() => done = true).catch(() => {});
  await untilTrue(() => done, () => clock.advance(5));
  return await work;
}
