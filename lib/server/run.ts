import { errorMessage } from "../core/errors.ts";
import { setUpLog } from "../core/log_setup.ts";
import { parseServerArguments, type ServeCommand, SERVER_HELP, UsageError } from "./arguments.ts";
import { type FlipbookServer, startServer } from "./server.ts";

/** How a program ends: done, failed, called wrongly. */
const EXIT_DONE = 0;
const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
/** What a shell reports for a program that Ctrl-C ended. */
const EXIT_INTERRUPTED = 130;

/** The doors of the program to the world. */
export interface Program {
  readonly version: string;
  /** Take one line each. */
  readonly print: (line: string) => void;
  readonly printError: (line: string) => void;
  /** Calls back for every request to stop (Ctrl-C). */
  readonly onStop: (callback: () => void) => void;
  readonly exit: (code: number) => void;
}

/** Runs `rtsp-server`: serves until it is asked to stop, and returns the exit code. */
export async function runServer(words: readonly string[], program: Program): Promise<number> {
  try {
    const command = parseServerArguments(words);
    if (command.kind === "serve") return await serve(command, program);
    program.print(command.kind === "help" ? SERVER_HELP : `rtsp-server ${program.version}`);
    return EXIT_DONE;
  } catch (thrown) {
    program.printError(`rtsp-server: ${errorMessage(thrown)}`);
    return thrown instanceof UsageError ? EXIT_USAGE : EXIT_FAILED;
  }
}

async function serve({ options, logLevel, jsonLogs }: ServeCommand, program: Program): Promise<number> {
  setUpLog({ level: logLevel, json: jsonLogs, write: (line) => program.printError(line.trimEnd()) });
  const stopped = askedToStop(program);
  const server = await startServer(options);
  await announce(server, program);
  await stopped;
  await server.close();
  return EXIT_DONE;
}

/** Resolves at the first request to stop; a second one ends the program at once. */
function askedToStop({ onStop, exit }: Program): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    onStop(() => {
      if (asked) exit(EXIT_INTERRUPTED);
      asked = true;
      resolve();
    });
  });
}

async function announce(server: FlipbookServer, { print, printError }: Program): Promise<void> {
  const urls = await server.urls();
  for (const url of urls) print(url);
  if (urls.length === 0) printError(`rtsp-server: no film was found; port ${server.port} is open all the same`);
  print("ready");
}
