import project from "./deno.json" with { type: "json" };
import { lineOutput } from "./lib/core/line_output.ts";
import { runServer } from "./lib/server/run.ts";

if (import.meta.main) {
  const code = await runServer(Deno.args, {
    version: project.version,
    print: lineOutput((bytes) => Deno.stdout.writeSync(bytes)),
    printError: lineOutput((bytes) => Deno.stderr.writeSync(bytes)),
    onStop: (callback) => {
      Deno.addSignalListener("SIGINT", callback);
      if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", callback);
    },
    exit: (exitCode) => Deno.exit(exitCode),
  });
  Deno.exit(code);
}
