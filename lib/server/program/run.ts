import { errorMessage } from "../../core/errors.ts";
import { parseServerArguments, type ServeCommand, SERVER_HELP, UsageError } from "./arguments.ts";
import { DEFAULT_MEDIA } from "../config.ts";
import { serveConfined } from "./confinement.ts";
import { askedToStop, type StopDoors } from "./stop.ts";
import type { Outputs } from "./serve.ts";

/** How a program ends: done, failed, called wrongly. */
const EXIT_DONE = 0;
const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

/** The doors of the program to the world. */
export interface Program extends Outputs, StopDoors {
  readonly version: string;
  /** A film to serve when none was named and there is no `./media`. */
  readonly demoFilm?: string;
  /** Serves in a thread that may read the films and nothing else. */
  readonly confined?: boolean;
  /** Whether the window with the program's lines vanishes when the program ends. */
  readonly ownWindow?: () => boolean;
  /** Waits until the person at the window has pressed Enter. */
  readonly waitForEnter?: () => void;
}

/** Runs `rtsp-server`: serves until it is asked to stop, and returns the exit code. */
export async function runServer(words: readonly string[], program: Program): Promise<number> {
  try {
    const command = parseServerArguments(words);
    if (command.kind === "serve") return await serveHere(withFilms(command, program), program);
    program.print(command.kind === "help" ? SERVER_HELP : `rtsp-server ${program.version}`);
    return EXIT_DONE;
  } catch (thrown) {
    program.printError(`rtsp-server: ${errorMessage(thrown)}`);
    holdWindow(program);
    return thrown instanceof UsageError ? EXIT_USAGE : EXIT_FAILED;
  }
}

/** After a double-click nobody could read why the program ended. */
function holdWindow({ ownWindow, waitForEnter, printError }: Program): void {
  if (!ownWindow?.()) return;
  printError("Press Enter to close this window");
  waitForEnter?.();
}

async function serveHere(command: ServeCommand, program: Program): Promise<number> {
  const stopped = askedToStop(program);
  if (program.ownWindow?.()) program.print("This window shows what can be played; closing it ends the server");
  if (program.confined) await serveConfined(command, stopped);
  else {
    // Loaded only where it runs: the confined server has a thread of its own for it, and starts faster so.
    const { serve } = await import("./serve.ts");
    await serve(command, program, stopped);
  }
  return EXIT_DONE;
}

/** With the demo film where a person who just started the program would see nothing. */
function withFilms(command: ServeCommand, { demoFilm }: Program): ServeCommand {
  if (demoFilm === undefined || command.options.media !== undefined || DEFAULT_MEDIA.some(exists)) return command;
  return { ...command, options: { ...command.options, media: [demoFilm] } };
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
