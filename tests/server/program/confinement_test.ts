import { assertEquals, assertRejects } from "@std/assert";
import { join, resolve } from "@std/path";
import { parseServerArguments } from "../../../lib/server/program/arguments.ts";
import { serveConfined, threadPermissions } from "../../../lib/server/program/confinement.ts";
import { PROJECT_ROOT } from "../../support/source_files.ts";

Deno.test("threadPermissions() allows reading what is served and the program itself, and nothing else", () => {
  const { read, write, run, env, sys } = threadPermissions({ media: ["films", "/srv/one.mjpeg"] });
  assertEquals(read, [PROJECT_ROOT, resolve("films"), resolve("/srv/one.mjpeg")]);
  assertEquals({ write, run, env, sys }, { write: false, run: false, env: false, sys: false });
  assertEquals(threadPermissions({}).read, [PROJECT_ROOT, resolve("media")]);
});

/** What a thread with these permissions may do, tried out. */
async function tried(permissions: Deno.PermissionOptions): Promise<Record<string, string>> {
  const worker = new Worker(new URL("../../support/permission_probe.ts", import.meta.url), {
    type: "module",
    deno: { permissions },
  });
  try {
    return await new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error(message));
    });
  } finally {
    worker.terminate();
  }
}

Deno.test("a thread with threadPermissions() can read its films, and no other file, and start nothing", async () => {
  const permissions = threadPermissions({ media: [join(PROJECT_ROOT, "media")] });
  assertEquals(await tried(permissions), {
    film: "done",
    outside: "NotCapable",
    run: "NotCapable",
    write: "NotCapable",
  });
});

Deno.test("serveConfined() fails with the words of serve()", async () => {
  const command = parseServerArguments(["--host", "127.0.0.1", "--port", "0", "no-such-directory"]);
  if (command.kind !== "serve") throw new Error("It must serve");
  await assertRejects(
    () => serveConfined(command, Promise.resolve()),
    Error,
    "There is no file or directory no-such-directory",
  );
});
