import project from "../../deno.json" with { type: "json" };
import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import {
  CLIENT_VARIABLES,
  compileArguments,
  outputName,
  programParts,
  PROGRAMS,
  SERVER_ENGINE,
  TARGETS,
} from "../../.ci/release/targets.ts";
import { webviewLibraryPath } from "../../lib/client/window/window_library.ts";
import { PROJECT_ROOT, sourceFiles } from "../support/source_files.ts";

const options = { unstable: ["net"], includes: ["media/movie.Mjpeg"], output: "/out/x", icon: "/out/flipbook.ico" };
const [linux, , , mac, windows] = TARGETS;

Deno.test("programParts() names files that are there", async () => {
  for (const target of TARGETS) {
    for (const program of PROGRAMS) {
      const { entry, files } = programParts(program, target);
      for (const path of [entry, ...files]) await Deno.stat(join(PROJECT_ROOT, path));
    }
  }
});

Deno.test("programParts() embeds the target's own window library into the client, and none into the server", () => {
  for (const target of TARGETS) {
    assertEquals(programParts("rtsp-server", target).webview, undefined);
    const { webview } = programParts("rtsp-client", target);
    assertEquals(webviewLibraryPath(target).endsWith(webview!), true);
  }
  assertEquals(TARGETS.map((target) => programParts("rtsp-client", target).webview), [
    "libwebview-x64.so",
    "libwebview-arm64.so",
    "libwebview.dylib",
    "libwebview.dylib",
    "libwebview.dll",
  ]);
});

Deno.test("programParts() lets the server write nothing and start nothing, and call only the system's own library", () => {
  for (const target of TARGETS) {
    const flags = programParts("rtsp-server", target).permissions.map((flag) => flag.split("=")[0]);
    const library = target.os === "darwin" ? [] : ["--allow-ffi"];
    assertEquals(flags, ["--allow-net", "--allow-read", ...library]);
  }
  const [, , ffi] = programParts("rtsp-server", TARGETS[1]!).permissions;
  assertMatch(ffi!, /^--allow-ffi=(\/[^,]*\/libc\.so\.6,?)+$/);
  assert(ffi!.includes("aarch64-linux-gnu"));
});

Deno.test("programParts() lets the client start nothing but what opens a browser, by its full path", () => {
  for (const target of TARGETS) {
    const runs = programParts("rtsp-client", target).permissions.filter((flag) => flag.startsWith("--allow-run"));
    assertEquals(runs.length, 1);
    assertMatch(runs[0]!, /^--allow-run=(\/|C:\\)[^,]*(xdg-open|open|rundll32\.exe)(,\/[^,]*xdg-open)?$/);
  }
});

Deno.test("programParts() lets the client read every variable of the environment that it asks for", async () => {
  const asked = new Set<string>();
  for (const folder of ["lib/client", "lib/media"]) {
    for (const { path, text } of await sourceFiles(folder)) {
      if (path === "lib/client/demo.ts") continue;
      for (const match of text.matchAll(/\b(?:get|environment)\("([A-Z][A-Z_]+)"\)/g)) asked.add(match[1]!);
    }
  }
  assertEquals([...asked].filter((name) => !CLIENT_VARIABLES.includes(name)), []);
  assert(asked.has("DISPLAY"));
});

Deno.test("programParts() sets the server's engine as `deno task serve` does", () => {
  const { engine } = programParts("rtsp-server", linux!);
  assertEquals(engine.filter((flag) => !project.tasks.serve.command.includes(flag)), []);
});

Deno.test("compileArguments() are those of deno compile for a target", () => {
  const parts = { ...programParts("rtsp-server", mac!), permissions: ["--allow-net"] };
  assertEquals(compileArguments("rtsp-server", mac!, { ...options, parts }), [
    "compile",
    "--quiet",
    "--no-check",
    "--no-code-cache",
    "--no-prompt",
    "--node-modules-dir=none",
    "--target",
    "aarch64-apple-darwin",
    "--unstable-net",
    ...SERVER_ENGINE,
    "--allow-net",
    "--include",
    "media/movie.Mjpeg",
    "--output",
    "/out/x",
    "server.ts",
  ]);
});

Deno.test("compileArguments() give Windows an icon, and its client no console window", () => {
  const words = (program: "rtsp-server" | "rtsp-client", target = windows!) =>
    compileArguments(program, target, { ...options, parts: programParts(program, target) });
  assertEquals(words("rtsp-client").includes("--no-terminal"), true);
  assertEquals(words("rtsp-server").includes("--no-terminal"), false);
  assertEquals(words("rtsp-server")[words("rtsp-server").indexOf("--icon") + 1], "/out/flipbook.ico");
  assertEquals(words("rtsp-client", linux).some((word) => ["--icon", "--no-terminal"].includes(word)), false);
});

Deno.test("outputName() tells several apart and ends as the system wants it", () => {
  assertEquals(outputName("rtsp-server", linux!, false), "rtsp-server");
  assertEquals(outputName("rtsp-client", windows!, true), "rtsp-client-windows-x64.exe");
  const all = TARGETS.flatMap((target) => PROGRAMS.map((program) => outputName(program, target, true)));
  assertEquals(new Set(all).size, 10);
});
