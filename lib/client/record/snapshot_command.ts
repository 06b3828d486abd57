import { errorMessage } from "../../core/errors.ts";
import { savePicture } from "../../media/writers/picture_file.ts";
import type { SnapshotCommand } from "../arguments.ts";
import { type CommandContext, fileProblem } from "./command_context.ts";
import { firstPicture } from "./first_picture.ts";
import { describeBytes } from "./progress.ts";

/** Keeps the first picture of a stream, byte for byte as it was put together. Resolves with the exit code. */
export async function takeSnapshot(command: SnapshotCommand, context: CommandContext): Promise<number> {
  const { output, force } = command;
  try {
    const { player, frame } = await firstPicture(command, context);
    await player.close();
    try {
      await savePicture(output, frame.data, { replace: force });
    } catch (thrown) {
      context.warn(fileProblem(thrown, output));
      return 1;
    }
    context.print(`${output}: ${frame.width}x${frame.height}, ${describeBytes(frame.data.length)}`);
    return 0;
  } catch (thrown) {
    context.warn(errorMessage(thrown));
    return 1;
  }
}
