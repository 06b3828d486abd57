import { underWay } from "../core/operations.ts";

/** Loop turns after which long work on the event loop should let others have theirs. */
export const BREATH_EVERY = 1 << 15;

/** Lets timers and sockets have their turn. */
export function breathe(): Promise<void> {
  return underWay(new Promise((resolve) => setTimeout(resolve, 0)));
}
