import project from "./deno.json" with { type: "json" };
import { runClient } from "./lib/client/run.ts";

const encoder = new TextEncoder();

if (import.meta.main) {
  const code = await runClient(Deno.args, {
    version: project.version,
    print: (line) => void Deno.stdout.writeSync(encoder.encode(`${line}\n`)),
    printError: (line) => void Deno.stderr.writeSync(encoder.encode(`${line}\n`)),
    onStop: (callback) => {
      Deno.addSignalListener("SIGINT", callback);
      if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", callback);
    },
  });
  Deno.exit(code);
}
