import { errorMessage } from "../core/errors.ts";
import { CLIENT_HELP, type ClientCommand, parseClientArguments, UsageError } from "./arguments.ts";
import { playHeadless } from "./headless.ts";
import type { CommandContext } from "./record/command_context.ts";
import { list } from "./record/list_command.ts";
import { probe } from "./record/probe_command.ts";
import { record } from "./record/record_command.ts";
import { takeSnapshot } from "./record/snapshot_command.ts";
import { playInWindow } from "./window/window.ts";

/** What the program takes from its surroundings. */
export interface ClientContext {
  readonly version: string;
  readonly print: (line: string) => void;
  readonly printError: (line: string) => void;
  /** Calls back when the program shall end. */
  readonly onStop: (callback: () => void) => void;
  /** Shows a line in the place of the last one; only where a person looks at a terminal. */
  readonly progress?: (line: string) => void;
  /** Gives up what playing without a window does not need. */
  readonly confine?: () => void;
}

/** Does what the words of the command line ask for. Resolves with the exit code: 0 done, 1 failed, 2 wrong arguments. */
export async function runClient(words: readonly string[], context: ClientContext): Promise<number> {
  const { print, printError: warn } = context;
  let command: ClientCommand;
  try {
    command = parseClientArguments(words);
  } catch (thrown) {
    if (!(thrown instanceof UsageError)) throw thrown;
    warn(thrown.message);
    return 2;
  }
  if (command.kind === "help") print(CLIENT_HELP);
  if (command.kind === "version") print(`rtsp-client ${context.version}`);
  if (command.kind === "help" || command.kind === "version") return 0;
  try {
    if (command.kind === "start" || (command.kind === "play" && !command.headless)) {
      return await playInWindow(command, { print, warn });
    }
    const stop = new AbortController();
    context.onStop(() => stop.abort());
    const { progress } = context;
    const surroundings = { print, warn, signal: stop.signal, ...(progress && { progress }) };
    return await runWithoutWindow(command, surroundings, context.confine);
  } catch (thrown) {
    warn(errorMessage(thrown));
    return 1;
  }
}

/** Only what writes no file gives up the right to. */
async function runWithoutWindow(
  command: Exclude<ClientCommand, { kind: "help" | "version" | "start" }>,
  context: CommandContext,
  confine: (() => void) | undefined,
): Promise<number> {
  if (command.kind === "record") return await record(command, context);
  if (command.kind === "snapshot") return await takeSnapshot(command, context);
  confine?.();
  if (command.kind === "list") return await list(command, context);
  return command.kind === "probe" ? await probe(command, context) : await playHeadless(command, context);
}
