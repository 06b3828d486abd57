/** The thread in which a compiled server serves: see `confinement.ts`. */
import { errorMessage } from "../../core/errors.ts";
import { lineOutput } from "../../core/line_output.ts";
import type { ServeCommand } from "./arguments.ts";
import type { FromServerThread, ToServerThread } from "./confinement.ts";
import { serve } from "./serve.ts";

const thread = globalThis as unknown as {
  onmessage: ((event: MessageEvent<ToServerThread>) => void) | null;
  postMessage(message: FromServerThread): void;
};

const outputs = {
  print: lineOutput((bytes) => Deno.stdout.writeSync(bytes)),
  printError: lineOutput((bytes) => Deno.stderr.writeSync(bytes)),
};
const stopped = Promise.withResolvers<void>();

async function run(command: ServeCommand): Promise<FromServerThread> {
  try {
    await serve(command, outputs, stopped.promise);
    return {};
  } catch (thrown) {
    return { failure: errorMessage(thrown) };
  }
}

thread.onmessage = ({ data }) => {
  if (data.type === "stop") return stopped.resolve();
  void run(data.command).then((end) => thread.postMessage(end));
};
