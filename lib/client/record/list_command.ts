import { systemClock } from "../../core/clock.ts";
import { errorMessage } from "../../core/errors.ts";
import { systemRandom } from "../../core/random.ts";
import type { ListCommand } from "../arguments.ts";
import { DEFAULT_TIMEOUTS } from "../control/media_session.ts";
import { listStreams } from "../control/list_streams.ts";
import { systemNetwork } from "../network.ts";
import type { CommandContext } from "./command_context.ts";

/** Prints what a server offers, one address a line or as JSON. Resolves with the exit code. */
export async function list(command: ListCommand, context: CommandContext): Promise<number> {
  const { print, warn, clock = systemClock, network = systemNetwork, signal } = context;
  try {
    const options = { clock, network, random: systemRandom, timeout: DEFAULT_TIMEOUTS.request };
    const streams = await listStreams(command.url, { ...options, ...(signal && { signal }) });
    if (command.json) print(JSON.stringify(streams));
    else if (streams.length === 0) warn("The server offers nothing now.");
    else for (const { url } of streams) print(url);
    return 0;
  } catch (thrown) {
    warn(errorMessage(thrown));
    return 1;
  }
}
