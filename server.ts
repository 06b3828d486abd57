import project from "./deno.json" with { type: "json" };
import { fromFileUrl } from "@std/path";
import { BUILD_FILE, describeVersion, readBuildDate } from "./lib/core/build_info.ts";
import { lineOutput } from "./lib/core/line_output.ts";
import { windowVanishes } from "./lib/server/program/console_window.ts";
import { runServer } from "./lib/server/program/run.ts";

/** A path inside the project, or inside the compiled program. */
function ownPath(path: string): string {
  return fromFileUrl(new URL(path, import.meta.url));
}

function version(): string {
  if (!Deno.build.standalone) return project.version;
  const date = readBuildDate(Deno.readTextFileSync(ownPath(BUILD_FILE)));
  return describeVersion(project.version, { date, target: Deno.build.target, deno: Deno.version.deno });
}

if (import.meta.main) {
  const code = await runServer(Deno.args, {
    version: version(),
    print: lineOutput((bytes) => Deno.stdout.writeSync(bytes)),
    printError: lineOutput((bytes) => Deno.stderr.writeSync(bytes)),
    onStop: (callback) => {
      Deno.addSignalListener("SIGINT", callback);
      if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", callback);
    },
    exit: (exitCode) => Deno.exit(exitCode),
    demoFilm: ownPath("media/movie.Mjpeg"),
    confined: Deno.build.standalone,
    ownWindow: windowVanishes,
    waitForEnter: () => void Deno.stdin.readSync(new Uint8Array(1)),
  });
  Deno.exit(code);
}
