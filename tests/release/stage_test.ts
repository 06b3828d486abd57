import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { readGraph, stage, stageConfig, threadsOf } from "../../.ci/release/stage.ts";
import { programParts, TARGETS } from "../../.ci/release/targets.ts";

Deno.test("readGraph() tells the project's files from packages, whatever way Deno writes them", () => {
  const info = (...modules: unknown[]) => JSON.stringify({ modules });
  const graph = readGraph([
    info({ specifier: "file:///home/a%20b/server.ts" }, { specifier: "node:fs" }, {
      specifier: "file:///elsewhere.ts",
    }),
    info({ specifier: "file:///home/a%20b/lib/x%20y.ts" }, { specifier: "npm:/@logtape/logtape@2.4.2" }, {
      specifier: "npm:deno-std@1.4.0/path/mod.js",
    }),
  ], "file:///home/a%20b/");
  assertEquals(graph, { files: ["lib/x y.ts", "server.ts"], packages: ["@logtape/logtape", "deno-std"] });
});

Deno.test("readGraph() does not let a missing module pass", () => {
  const info = JSON.stringify({ modules: [{ specifier: "file:///gone.ts", error: "Module not found" }] });
  assertThrows(() => readGraph([info], "file:///"), Error, "Cannot find file:///gone.ts");
});

Deno.test("threadsOf() finds the modules that a module starts as threads", () => {
  const text =
    'new Worker(new URL("./a.ts", import.meta.url), {});\nnew Worker(\n  new URL("../b/c.ts", import.meta.url).href);';
  assertEquals(threadsOf("lib/x/y.ts", text), ["lib/x/a.ts", "lib/b/c.ts"]);
});

Deno.test("stageConfig() keeps the packages that a program uses, and no task or test", () => {
  const project = {
    name: "a",
    version: "1.0.0",
    license: "MIT",
    unstable: ["net"],
    tasks: { x: "y" },
    workspace: ["./lib"],
    imports: { "@std/path": "npm:deno-std@1.4.0/path/mod.js", hono: "npm:hono@4.0.0", "hono-x": "npm:hono-x@1.0.0" },
  };
  assertEquals(stageConfig(project, ["deno-std", "hono"]), {
    name: "a",
    version: "1.0.0",
    license: "MIT",
    unstable: ["net"],
    imports: { "@std/path": "npm:deno-std@1.4.0/path/mod.js", hono: "npm:hono@4.0.0" },
  });
});

/** Everything below a folder, as paths with "/". */
async function allFiles(folder: string, prefix = ""): Promise<string[]> {
  const files: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(join(folder, prefix))) {
    if (isDirectory) files.push(...await allFiles(folder, `${prefix}${name}/`));
    else files.push(prefix + name);
  }
  return files;
}

Deno.test("stage() lays out what each program needs, and nothing of the other one, of tests or of tools", async () => {
  for (const program of ["rtsp-server", "rtsp-client"] as const) {
    const folder = await Deno.makeTempDir({ prefix: "flipbook-test-" });
    try {
      const { packages, includes } = await stage(
        Deno.execPath(),
        programParts(program, TARGETS[1]!),
        folder,
        "2026-01-31",
      );
      const files = await allFiles(folder);
      const other = program === "rtsp-server" ? "lib/client/" : "lib/server/";
      assertEquals(files.filter((path) => path.startsWith(other) || /_test|^tests|^\.ci/.test(path)), []);
      const libraries = files.filter((path) => path.startsWith("node_modules/"));
      const own = program === "rtsp-server" ? [] : ["node_modules/webview-bun/build/libwebview-arm64.so"];
      assertEquals(libraries, own);
      assertEquals(files.filter((path) => path.startsWith("media/")), own.length > 0 ? [] : ["media/movie.Mjpeg"]);
      const thread = program === "rtsp-server"
        ? "lib/server/program/server_thread.ts"
        : "lib/client/window/player_worker.ts";
      assertEquals([includes.includes(thread), files.includes(thread)], [true, true]);
      assertEquals(files.includes("lib/client/page/main.js"), program === "rtsp-client");
      assertEquals(packages.filter((name) => /playwright|fast-check|imagescript|webview/.test(name)), []);
      assertEquals(await Deno.readTextFile(join(folder, "dist/build.json")), '{"date":"2026-01-31"}');
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  }
});
