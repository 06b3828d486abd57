import { errorMessage } from "../core/errors.ts";
import { CLIENT_HELP, type ClientCommand, parseClientArguments, UsageError } from "./arguments.ts";
import { playHeadless } from "./headless.ts";
import { playInWindow } from "./window/window.ts";

/** What the program takes from its surroundings. */
export interface ClientContext {
  readonly version: string;
  readonly print: (line: string) => void;
  readonly printError: (line: string) => void;
  /** Calls back when the program shall end. */
  readonly onStop: (callback: () => void) => void;
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
  if (command.kind !== "play") return 0;
  try {
    if (!command.headless) return await playInWindow(command, { print, warn });
    context.confine?.();
    const stop = new AbortController();
    context.onStop(() => stop.abort());
    return await playHeadless(command, { print, warn, signal: stop.signal });
  } catch (thrown) {
    warn(errorMessage(thrown));
    return 1;
  }
}
