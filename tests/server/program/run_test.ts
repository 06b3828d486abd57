import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { type Program, runServer } from "../../../lib/server/program/run.ts";
import { makeJpeg, withMedia } from "../../support/make_film.ts";

/** Runs the program with these words; it is asked to stop as soon as it says `ready`. */
async function run(first: string | Partial<Program>, ...rest: string[]) {
  const [doors, words] = typeof first === "string" ? [{}, [first, ...rest]] : [first, rest];
  const output: string[] = [];
  const errors: string[] = [];
  let stop: (() => void) | undefined;
  const code = await runServer(words, {
    version: "1.2.3",
    print: (line) => {
      output.push(line);
      if (line === "ready") queueMicrotask(() => stop?.());
    },
    printError: (line) => errors.push(line),
    onStop: (callback) => stop = callback,
    exit: () => {},
    ...doors,
  });
  return { code, output, errors };
}

Deno.test("runServer() prints a line for each URL, then ready, and ends with 0 when it is stopped", async () => {
  await withMedia({ "a b.mjpeg": makeJpeg(1) }, async (directory) => {
    const { code, output } = await run("--host", "127.0.0.1", "0", directory);
    assertEquals(code, 0);
    assertMatch(output[0]!, /^rtsp:\/\/127\.0\.0\.1:\d+\/a%20b\.mjpeg$/);
    assertEquals(output.slice(1), ["ready"]);
  });
});

Deno.test("runServer() ends with 1 and one line for a missing media directory", async () => {
  const { code, output, errors } = await run("0", "no such directory");
  assertEquals([code, output, errors.length], [1, [], 1]);
  assertMatch(errors[0]!, /no such directory/);
});

Deno.test("runServer() ends with 1 and one line for a port in use", async () => {
  const taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { code, errors } = await run("--host", "127.0.0.1", String(taken.addr.port), ".");
  assertEquals(code, 1);
  assertEquals(errors, [`rtsp-server: Cannot listen on 127.0.0.1:${taken.addr.port}: the port is in use`]);
  taken.close();
});

Deno.test("runServer() ends with 2 and one line for wrong words, and knows its version and help", async () => {
  const wrong = await run("--http", "8080");
  assertEquals([wrong.code, wrong.errors.length], [2, 1]);
  assertEquals(await run("--version"), { code: 0, output: ["rtsp-server 1.2.3"], errors: [] });
  assertMatch((await run("--help")).output[0]!, /--log-level/);
});

Deno.test("runServer() serves its demo film where nothing was named and there is no ./media", async () => {
  await withMedia({ "demo.mjpeg": makeJpeg(1) }, async (directory) => {
    const before = Deno.cwd();
    Deno.chdir(directory);
    try {
      const { code, output } = await run({ demoFilm: join(directory, "demo.mjpeg") }, "--host", "127.0.0.1", "0");
      assertEquals(code, 0);
      assertMatch(output[0]!, /\/demo\.mjpeg$/);
    } finally {
      Deno.chdir(before);
    }
  });
});

Deno.test("runServer() keeps a window open that would take the reason of a failure with it", async () => {
  let waits = 0;
  const { code, errors } = await run({ ownWindow: () => true, waitForEnter: () => waits++ }, "no such directory");
  assertEquals([code, waits, errors[1]], [1, 1, "Press Enter to close this window"]);
});
