import { assert, assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { join } from "@std/path";
import { compileArguments, programParts, TARGETS } from "../../.ci/release/targets.ts";
import { compilerEnvironment, executable, makeBinaries, RunningProgram } from "../support/binaries.ts";
import { Display, until } from "../support/display.ts";
import { run } from "../support/peers.ts";
import { PROJECT_ROOT } from "../support/source_files.ts";

/** How often the start is timed. */
const STARTS = 5;
const TRACE = /^\s+at |file:\/\/\/|Stack|Uncaught/m;

const binaries = await makeBinaries();
/** A directory with nothing in it: no ./media, and no program when it is the PATH. */
const nowhere = await Deno.makeTempDir({ prefix: "flipbook-nowhere-" });

globalThis.addEventListener("unload", () => {
  for (const folder of [binaries, nowhere]) Deno.removeSync(folder, { recursive: true });
});

function start(program: string, words: readonly string[], env: Record<string, string> = {}, heard = true) {
  const surroundings = { cwd: nowhere, env: { PATH: nowhere, HOME: nowhere, ...env } };
  return new RunningProgram(join(binaries, executable(program)), words, surroundings, heard);
}

/** The server binary with its own film, and the film's address. */
async function serve(env: Record<string, string> = {}) {
  const server = start("rtsp-server", ["--host", "127.0.0.1", "0"], env);
  await server.says(/^ready$/m);
  return { server, url: /^rtsp:\S+\/movie\.Mjpeg$/m.exec(server.stdout)![0] };
}

Deno.test("the server binary alone serves its film, ffmpeg and the client binary play it", async () => {
  const { server: started, url } = await serve();
  await using server = started;
  const { stdout } = await run("ffmpeg", ["-v", "error", "-i", url, "-frames:v", "50", "-f", "framemd5", "-"]);
  assertEquals(new TextDecoder().decode(stdout).split("\n").filter((line) => /^0,/.test(line)).length, 50);
  await using client = start("rtsp-client", ["--headless", "--json", "--duration", "2", url]);
  assertEquals(await client.code(), 0, client.stderr);
  const last = JSON.parse(client.stdout.trim().split("\n").at(-1)!);
  assert(last.frames > 20 && last.lost_packets === 0, client.stdout);
  server.signal("SIGINT");
  assertEquals(await server.code(), 0);
  assertNotMatch(server.stderr, TRACE);
});

Deno.test("the client binary plays in a window, from a copy of its library that it keeps for the next time", async () => {
  const { server: started, url } = await serve();
  await using _server = started;
  await using display = await Display.open();
  const home = await Deno.makeTempDir({ prefix: "flipbook-home-" });
  try {
    for (let round = 0; round < 2; round++) {
      await using client = start("rtsp-client", ["--play", url], { DISPLAY: display.name, HOME: home, TMPDIR: home });
      const window = await display.window("Flipbook");
      await until("a frame number in the window", async () => await display.frameNumber(window) !== undefined);
      client.signal("SIGINT");
      assertEquals(await client.code(), 0, client.stderr);
      const copies = await Array.fromAsync(Deno.readDir(join(home, ".cache", "flipbook", "window")));
      assertEquals(copies.map(({ name }) => name), ["libwebview-x64.so"]);
    }
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});

Deno.test("the client binary says in one sentence what a window needs, and goes on without one", async () => {
  await using display = await Display.open();
  const broken = await Deno.makeTempDir({ prefix: "flipbook-broken-" });
  try {
    await Deno.writeTextFile(join(broken, "libwebkitgtk-6.0.so.4"), "");
    const env = { DISPLAY: display.name, LD_LIBRARY_PATH: broken };
    await using client = start("rtsp-client", ["rtsp://127.0.0.1:9/movie"], env);
    await client.says(/^Player: http:\/\/127\.0\.0\.1:\d+\/#/m);
    const [line, ...others] = client.stderr.trim().split("\n");
    assertMatch(line!, /^No window opens: .*libwebkitgtk-6\.0\.so\.4.*apt install libwebkitgtk-6\.0-4/);
    assertEquals(others, ["No browser could be opened"]);
  } finally {
    await Deno.remove(broken, { recursive: true });
  }
});

Deno.test("the server binary is soon ready", async () => {
  const times: number[] = [];
  for (let i = 0; i < STARTS; i++) {
    const before = performance.now();
    await using server = (await serve()).server;
    times.push(performance.now() - before);
    server.signal("SIGINT");
    await server.code();
  }
  const median = times.sort((a, b) => a - b)[Math.floor(STARTS / 2)]!;
  console.log(
    `from start to ready: ${median.toFixed(0)} ms (median of ${times.map((ms) => ms.toFixed(0)).join(", ")})`,
  );
});

Deno.test("the client binary looks at a stream, takes a picture of it and records it, wherever it is told to", async () => {
  const { server: started, url } = await serve();
  await using _server = started;
  const folder = await Deno.makeTempDir({ prefix: "flipbook-records-" });
  try {
    const film = join(folder, "film.mjpeg");
    for (
      const words of [["probe", url], ["snapshot", url, "-o", join(folder, "one.jpg")], ["record", url, "-o", film]]
    ) {
      await using client = start("rtsp-client", [...words, ...(words[0] === "record" ? ["--duration", "1"] : [])]);
      assertEquals(await client.code(), 0, client.stderr);
    }
    const jpeg = await Deno.readFile(join(folder, "one.jpg"));
    assertEquals([jpeg[0], jpeg[1], jpeg.at(-2), jpeg.at(-1)], [0xff, 0xd8, 0xff, 0xd9]);
    const { stdout } = await run("ffmpeg", ["-v", "error", "-i", film, "-f", "framemd5", "-"]);
    assert(new TextDecoder().decode(stdout).split("\n").filter((line) => /^0,/.test(line)).length > 10);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("what the server binary was not given permission for is refused", async () => {
  const target = TARGETS.find(({ triple }) => triple === Deno.build.target)!;
  const probe = join(nowhere, executable("probe"));
  const parts = { ...programParts("rtsp-server", target), entry: "tests/support/confined_probe.ts" };
  const args = compileArguments("rtsp-server", target, {
    parts,
    unstable: ["net", "worker-options"],
    includes: ["tests/support/permission_probe.ts", "media/movie.Mjpeg"],
    output: probe,
    icon: join(PROJECT_ROOT, "dist", "icons", "flipbook.ico"),
  });
  const env = await compilerEnvironment();
  const compiler = env["DENO_FOR_COMPILE"] ?? Deno.env.get("DENO_FOR_COMPILE") ?? Deno.execPath();
  await new Deno.Command(compiler, { args, cwd: PROJECT_ROOT, env }).output();
  await using program = new RunningProgram(probe, [join(PROJECT_ROOT, "media")], { cwd: nowhere });
  assertEquals(await program.code(), 0, program.stderr);
  assertEquals(JSON.parse(program.stdout), {
    film: "done",
    outside: "NotCapable",
    run: "NotCapable",
    write: "NotCapable",
    program: { run: "prompt", write: "prompt" },
  });
  await Deno.remove(probe);
});

Deno.test("the server binary serves nothing from outside its directory, not even through a link", async () => {
  const outside = join(PROJECT_ROOT, "media", "movie.Mjpeg");
  const folder = await Deno.makeTempDir({ prefix: "flipbook-films-" });
  try {
    await Deno.symlink(outside, join(folder, "link.mjpeg"));
    await Deno.copyFile(outside, join(folder, "inside.mjpeg"));
    await using server = start("rtsp-server", ["--host", "127.0.0.1", "0", folder]);
    await server.says(/^ready$/m);
    const urls = server.stdout.match(/^rtsp:\S+$/gm)!;
    assertEquals(urls.map((url) => new URL(url).pathname), ["/inside.mjpeg"]);
    const base = urls[0]!.replace("inside.mjpeg", "");
    for (const path of ["link.mjpeg", "..%2f..%2f..%2fetc%2fpasswd", "%2fetc%2fpasswd"]) {
      await using client = start("rtsp-client", ["--headless", "--duration", "1", base + path]);
      assertEquals(await client.code(), 1, path);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("both binaries answer wrong words, --help and --version as programs do", async () => {
  const expected: [string, string[], number, RegExp][] = [
    ["rtsp-server", ["--no-such-option"], 2, /^rtsp-server: There is no option --no-such-option/],
    ["rtsp-server", ["no such directory"], 1, /^rtsp-server: There is no file or directory no such directory\n$/],
    ["rtsp-server", ["--help"], 0, /^rtsp-server: serve Motion JPEG/],
    ["rtsp-server", ["--version"], 0, /^rtsp-server \d+\.\d+\.\d+ \(built \d{4}-\d\d-\d\d for \S+, Deno \d\S+\)\n$/],
    ["rtsp-client", ["--no-such-option"], 2, /^There is no option --no-such-option/],
    ["rtsp-client", ["--headless"], 2, /^Nothing to play was named/],
    ["rtsp-client", ["--headless", "rtsp://127.0.0.1:9/x"], 1, /^[A-Z][^\n]+\n$/],
    ["rtsp-client", ["--help"], 0, /^rtsp-client: play a Motion JPEG/],
    ["rtsp-client", ["--version"], 0, /^rtsp-client \d+\.\d+\.\d+ \(built \d{4}-\d\d-\d\d for \S+, Deno \d\S+\)\n$/],
  ];
  for (const [program, words, code, output] of expected) {
    await using running = start(program, words);
    assertEquals(await running.code(), code, `${program} ${words}: ${running.stderr}`);
    assertMatch(code === 0 ? running.stdout : running.stderr, output);
    assertEquals(code === 0 ? running.stderr : running.stdout, "");
    assertNotMatch(running.stdout + running.stderr, TRACE);
  }
});

Deno.test("Ctrl-C ends both binaries in order, a closed output does not hurt them", async () => {
  const { server: started, url } = await serve();
  await using server = started;
  await using unheard = start("rtsp-client", ["--headless", "--json", url], {}, false);
  assertEquals(await unheard.code(), 0, unheard.stderr);
  await using client = start("rtsp-client", ["--headless", "--json", url]);
  await client.says(/"frames":[1-9]/);
  client.signal("SIGINT");
  assertEquals(await client.code(), 0);
  await using silent = start("rtsp-server", ["--host", "127.0.0.1", "--log-level", "debug", "0"], {}, false);
  await silent.hearsInterrupt();
  silent.signal("SIGINT");
  assertEquals(await silent.code(), 0, silent.stderr);
  server.signal("SIGTERM");
  assertEquals(await server.code(), 0);
  assertNotMatch(unheard.stderr + client.stderr + silent.stderr + server.stderr, TRACE);
});

Deno.test("both binaries work where nothing can be written", async () => {
  // Not even root can make a directory below a file.
  const file = join(nowhere, "file");
  await Deno.writeTextFile(file, "");
  const env = { PATH: nowhere, HOME: join(file, "x"), TMPDIR: join(file, "x"), XDG_CACHE_HOME: join(file, "x") };
  const cwd = await Deno.makeTempDir({ prefix: "flipbook-readonly-" });
  await Deno.chmod(cwd, 0o555);
  const at = (program: string, ...words: string[]) => new RunningProgram(join(binaries, program), words, { cwd, env });
  await using server = at("rtsp-server", "--host", "127.0.0.1", "0");
  await server.says(/^ready$/m);
  const url = /^rtsp:\S+\/movie\.Mjpeg$/m.exec(server.stdout)![0];
  await using client = at("rtsp-client", "--headless", "--duration", "1", url);
  assertEquals(await client.code(), 0, client.stderr);
  await using display = await Display.open();
  const shown = { cwd, env: { ...env, DISPLAY: display.name } };
  await using windowless = new RunningProgram(join(binaries, "rtsp-client"), [url], shown);
  await windowless.says(/^Player: http/m);
  assertMatch(windowless.stderr, /^No window opens: /);
  assertNotMatch(server.stderr + client.stderr + windowless.stderr, TRACE);
  assertEquals(await Array.fromAsync(Deno.readDir(cwd)), []);
  await Deno.remove(cwd);
});
