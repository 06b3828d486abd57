import project from "./deno.json" with { type: "json" };
import { lineOutput } from "./lib/core/line_output.ts";
import { runClient } from "./lib/client/run.ts";

if (import.meta.main) {
  const unread = new AbortController();
  const code = await runClient(Deno.args, {
    version: project.version,
    print: lineOutput((bytes) => Deno.stdout.writeSync(bytes), () => unread.abort()),
    printError: lineOutput((bytes) => Deno.stderr.writeSync(bytes)),
    onStop: (callback) => {
      unread.signal.addEventListener("abort", callback);
      Deno.addSignalListener("SIGINT", callback);
      if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", callback);
    },
  });
  Deno.exit(code);
}
