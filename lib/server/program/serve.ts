import { setUpLog } from "../../core/log_setup.ts";
import { programClock } from "../../net/held_clock.ts";
import type { ServeCommand } from "./arguments.ts";
import { type FlipbookServer, startServer } from "../server.ts";

/** Where a server that runs as a program writes its lines. */
export interface Outputs {
  /** Take one line each. */
  readonly print: (line: string) => void;
  readonly printError: (line: string) => void;
}

/** Starts a server, prints its URLs and `ready`, and serves until `stopped` resolves. */
export async function serve(
  { options, logLevel, jsonLogs }: ServeCommand,
  outputs: Outputs,
  stopped: Promise<void>,
): Promise<void> {
  setUpLog({ level: logLevel, json: jsonLogs, write: (line) => outputs.printError(line.trimEnd()) });
  const server = await startServer({ clock: programClock(), ...options });
  await announce(server, outputs);
  await stopped;
  await server.close();
}

async function announce(server: FlipbookServer, { print, printError }: Outputs): Promise<void> {
  const urls = await server.urls();
  for (const url of urls) print(url);
  if (urls.length === 0) printError(`rtsp-server: no film was found; port ${server.port} is open all the same`);
  print("ready");
}
