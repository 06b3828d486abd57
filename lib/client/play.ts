import { BoundedQueue } from "../core/queue.ts";
import { Player } from "./player.ts";
import { PlayerError, type PlayerOptions, type ReceivedFrame } from "./player_types.ts";

/** Pictures that wait for a loop that is slower than the stream; then the oldest leave. */
const MAX_WAITING = 64;

/** Settings of `play()`. */
export interface PlayOptions extends PlayerOptions {
  /** Seconds from the start of the film; by default it is played from the start. */
  readonly from?: number;
}

/**
 * The pictures of a stream as they arrive, until the film ends; leaving the loop ends the session.
 *
 * ```ts
 * import { play } from "@flipbook/flipbook";
 *
 * async function saveTen(url: string) {
 *   for await (const frame of play(url, { transport: "tcp" })) {
 *     await Deno.writeFile(`${frame.index}.jpg`, frame.data);
 *     if (frame.index === 9) break;
 *   }
 * }
 * ```
 *
 * A loop that is slower than the stream misses pictures rather than falling behind: the newest 64 wait for it.
 *
 * @throws {PlayerError} with a message for a person when the stream cannot be played or breaks off
 */
export async function* play(url: string, options: PlayOptions = {}): AsyncGenerator<ReceivedFrame, void, void> {
  const frames = new BoundedQueue<ReceivedFrame>(MAX_WAITING);
  let failure: PlayerError | undefined;
  const player = new Player({ kind: "rtsp", url }, options, {
    frame: (frame) => frames.push(frame),
    ended: () => frames.close(),
    problem: ({ code, message }) => {
      failure = new PlayerError(code, message);
      frames.close();
    },
  });
  try {
    await player.play(options.from === undefined ? {} : { from: options.from });
    yield* frames;
    if (failure) throw failure;
  } finally {
    await player.close();
  }
}
