import { Player, PlayerError, type ReceivedFrame } from "../player.ts";
import type { StreamCommand } from "../arguments.ts";
import type { CommandContext } from "./command_context.ts";

/**
 * Plays until the first picture and resolves with it and the player, which is the caller's to close. Rejects, with the
 * player closed, with a PlayerError.
 */
export async function firstPicture(
  command: StreamCommand,
  { clock, network, signal, warn }: CommandContext,
): Promise<{ player: Player; frame: ReceivedFrame }> {
  const first = Promise.withResolvers<ReceivedFrame>();
  // Nobody waits for it yet while the player sets up.
  first.promise.catch(() => {});
  const options = { ...command, ...(clock && { clock }), ...(network && { network }) };
  const player = new Player(command.source, options, {
    frame: (frame) => first.resolve(frame),
    notice: warn,
    problem: ({ code, message }) => first.reject(new PlayerError(code, message)),
    ended: () =>
      first.reject(
        new PlayerError("no-media", "The stream ended before its first picture. Check that the film is not empty."),
      ),
  });
  const stop = () => first.reject(new PlayerError("closed", "Interrupted before the first picture."));
  signal?.addEventListener("abort", stop, { once: true });
  try {
    if (signal?.aborted) stop();
    await Promise.race([player.play(), first.promise]);
    return { player, frame: await first.promise };
  } catch (thrown) {
    await player.close();
    throw thrown;
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}
