import type { Clock } from "../../core/clock.ts";
import { errorMessage } from "../../core/errors.ts";
import type { PlayerNetwork } from "../network.ts";

/** What a command that runs without a window takes from its surroundings. */
export interface CommandContext {
  /** A line of results. */
  readonly print: (line: string) => void;
  /** A line about what goes wrong, or what a person should know. */
  readonly warn: (line: string) => void;
  /** Shows a line in the place of the last one; only on a terminal. */
  readonly progress?: (line: string) => void;
  /** Aborting ends the command as its own end would. */
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
  readonly network?: PlayerNetwork;
}

/** Why a file cannot be made, for a person. */
export function fileProblem(thrown: unknown, path: string): string {
  if (thrown instanceof Deno.errors.AlreadyExists) return `${path} exists already. Use --force to replace it.`;
  if (thrown instanceof Deno.errors.NotFound) {
    return `Cannot write ${path}: there is no such directory. Make it, or name another.`;
  }
  return `Cannot write ${path}: ${errorMessage(thrown)}. Name another place.`;
}
