import { PlayerError } from "../player_types.ts";

/** A verb that needs a session, in INIT. */
export function nothingSetUp(verb: string): PlayerError {
  return new PlayerError("wrong-state", `Nothing is set up, so there is nothing to ${verb}. Press Setup first.`);
}

/** Seeking in a live stream. */
export function nowhereToSeek(): PlayerError {
  return new PlayerError(
    "refused",
    "This stream is live or tells no length, so there is no place to seek. Pause holds the picture.",
  );
}

/** Stepping where neither memory nor the server has the picture. */
export function notRemembered(direction: 1 | -1): PlayerError {
  const where = direction > 0 ? "after this one yet" : "before this one any more";
  return new PlayerError(
    "refused",
    `There is no picture ${where}: a live stream cannot be stepped further. Press Play to go on.`,
  );
}

/** A single picture that did not come. */
export function noStill(): PlayerError {
  return new PlayerError("no-media", "The server sent no picture for this place. Press Play to go on.");
}

/** TCP from a server of the assignment. */
export function udpAlone(): PlayerError {
  return new PlayerError("unsupported", "The assignment's servers send by UDP alone. Choose UDP.");
}

/** The server went away while a single picture was awaited. */
export function wentAway(): PlayerError {
  return new PlayerError("server-gone", "The server has gone away. Press Setup to try again.");
}
