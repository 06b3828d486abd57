/**
 * The keeper's thread: all that it can do is to read and write one folder. It stands apart because the window holds the
 * main thread, and the engine's, which talks to the network, must not reach the person's files.
 */
import { lineOutput } from "../../core/line_output.ts";
import type { KeeperAnswer, KeeperStart, NumberedRequest } from "./keeper_messages.ts";
import { RecentFile } from "./recent_file.ts";

const thread = globalThis as unknown as { onmessage: ((event: MessageEvent<KeeperStart>) => void) | null };

thread.onmessage = ({ data: { folder, port } }) => {
  const file = new RecentFile(folder, lineOutput((bytes) => Deno.stderr.writeSync(bytes)));
  port.onmessage = async ({ data: { number, request } }: MessageEvent<NumberedRequest>) => {
    const streams =
      await (request.type === "list"
        ? file.list()
        : request.type === "remember"
        ? file.remember(request.stream)
        : file.forget(request.words));
    port.postMessage({ number, streams } satisfies KeeperAnswer);
  };
};
