import { assert, assertEquals } from "@std/assert";
import { Display } from "../support/display.ts";
import { ServerProcess } from "../support/server_process.ts";
import { until } from "../support/until.ts";
import { watch } from "../support/viewer.ts";

/** The name of WebKit's process that draws a page, as Linux cuts it. */
const DRAWER = "WebKitWebProces";

interface Process {
  readonly name: string;
  readonly parent: number;
}

/** All processes of the system. */
function processes(): Map<number, Process> {
  const found = new Map<number, Process>();
  for (const { name: folder } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(folder)) continue;
    try {
      const [, name, parent] = /^\d+ \((.*)\) \S (\d+)/.exec(Deno.readTextFileSync(`/proc/${folder}/stat`)) ?? [];
      if (name !== undefined) found.set(Number(folder), { name, parent: Number(parent) });
    } catch {
      // It has ended meanwhile.
    }
  }
  return found;
}

/** The processes of this name that a process has started, or that those have which it started. */
function descendantsOf(ancestor: number, name: string): number[] {
  const all = processes();
  const descends = (number: number): boolean => {
    const parent = all.get(number)?.parent;
    return parent !== undefined && (parent === ancestor || descends(parent));
  };
  return [...all.keys()].filter((number) => all.get(number)?.name === name && descends(number));
}

Deno.test("the window shows its page again when the process that draws it has died, and plays on meanwhile", async () => {
  await using server = await ServerProcess.start("media", "--fps", "5");
  await using display = await Display.open();
  const { client: started, viewer } = await watch(display, server.url("flipbook.mjpeg"), {}, "--play");
  await using client = started;
  const seen = await viewer.moving();
  const drawers = descendantsOf(client.pid, DRAWER);
  assert(drawers.length > 0);
  for (const drawer of drawers) Deno.kill(drawer, "SIGKILL");
  // What was drawn last may stand for ever: two seconds of the film are nobody's to show but a new page's.
  await until("pictures of a new page", async () => (await viewer.number() ?? 0) > seen + 10);
  client.signal("SIGINT");
  assertEquals(await client.code(), 0);
});
