import { fromFileUrl } from "@std/path";
import project from "./deno.json" with { type: "json" };
import { keepOnlyNetwork } from "./lib/client/window/confinement.ts";
import { parentConsole } from "./lib/client/window/parent_console.ts";
import { runClient } from "./lib/client/run.ts";
import { BUILD_FILE, describeVersion, readBuildDate } from "./lib/core/build_info.ts";
import { lineOutput, terminalLine } from "./lib/core/line_output.ts";

function version(): string {
  if (!Deno.build.standalone) return project.version;
  const date = readBuildDate(Deno.readTextFileSync(fromFileUrl(new URL(BUILD_FILE, import.meta.url))));
  return describeVersion(project.version, { date, target: Deno.build.target, deno: Deno.version.deno });
}

if (import.meta.main) {
  const unread = new AbortController();
  const console = Deno.build.standalone ? parentConsole() : undefined;
  const code = await runClient(Deno.args, {
    version: version(),
    print: lineOutput(console ?? ((bytes) => Deno.stdout.writeSync(bytes)), () => unread.abort()),
    printError: lineOutput(console ?? ((bytes) => Deno.stderr.writeSync(bytes))),
    onStop: (callback) => {
      unread.signal.addEventListener("abort", callback);
      Deno.addSignalListener("SIGINT", callback);
      if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", callback);
    },
    ...(Deno.stderr.isTerminal() ? { progress: terminalLine((bytes) => Deno.stderr.writeSync(bytes)) } : {}),
    ...(Deno.build.standalone ? { confine: keepOnlyNetwork } : {}),
  });
  Deno.exit(code);
}
