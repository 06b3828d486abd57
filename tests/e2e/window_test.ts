import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { parseJpeg } from "../../lib/jpeg/parse.ts";
import { labPictures } from "../support/assignment_film.ts";
import { ClientProcess } from "../support/client_process.ts";
import { Display, until } from "../support/display.ts";
import { startLabServer } from "../support/lab_server.ts";
import { Viewer, watch } from "../support/viewer.ts";
import { filmPictures } from "../support/page_stage.ts";
import { ServerProcess } from "../support/server_process.ts";

/** The films of the project, five pictures a second: they are long over else while a slow machine gets ready. */
const SLOWLY = ["media", "--fps", "5"];

async function exists(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).size > 0;
  } catch {
    return false;
  }
}

Deno.test("the window plays, pauses, goes on and tears down at real clicks", async () => {
  await using server = await ServerProcess.start(...SLOWLY);
  await using display = await Display.open();
  const started = await watch(display, server.url("flipbook.mjpeg"));
  await using client = started.client;
  const { viewer } = started;
  await viewer.ready();
  await viewer.click("play");
  await viewer.moving();
  await viewer.click("pause");
  const stood = await viewer.standing();
  assertEquals(await viewer.standing(), stood);
  await viewer.click("play");
  assert(await viewer.moving() > stood);
  await viewer.click("teardown");
  await until("the last picture to be dimmed", async () => await viewer.number() === undefined);
  await viewer.click("play");
  await viewer.moving();
  client.signal("SIGINT");
  assertEquals(await client.code(), 0);
});

Deno.test("the window plays what a server of the assignment sends, and is named after the film", async () => {
  const film = labPictures(await Deno.readFile(new URL("../../media/movie.Mjpeg", import.meta.url)));
  const server = startLabServer({ films: { "movie.Mjpeg": film } });
  try {
    await using display = await Display.open();
    const started = await watch(display, ["127.0.0.1", String(server.port), "0", "movie.Mjpeg"]);
    await using client = started.client;
    const { viewer } = started;
    await viewer.ready();
    await viewer.click("play");
    const first = await viewer.moving();
    assertEquals(await display.window("movie.Mjpeg - Flipbook"), viewer.window);
    await viewer.click("pause");
    const stood = await viewer.standing();
    assert(stood >= first);
    await viewer.click("play");
    assert(await viewer.moving() > stood);
    await viewer.click("teardown");
    await until("the goodbye", () => server.requests.at(-1)!.startsWith("TEARDOWN"));
    assertEquals(server.requests[0]!.split("\n").length, 3);
    client.signal("SIGINT");
    assertEquals(await client.code(), 0);
  } finally {
    await server.close();
  }
});

Deno.test("the window seeks at a real click, steps at a key, and saves the picture that it shows", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await using server = await ServerProcess.start(...SLOWLY);
    await using display = await Display.open();
    const started = await watch(display, server.url("flipbook.mjpeg"), { XDG_PICTURES_DIR: folder }, "--play");
    await using client = started.client;
    const { viewer } = started;
    await viewer.moving();
    await viewer.click("pause");
    await viewer.standing();
    await viewer.seek(440);
    await viewer.sees(125);
    await display.press("period");
    await viewer.sees(126);
    await display.press("s");
    const path = join(folder, "Flipbook", "flipbook-00126.jpg");
    await until("the snapshot", () => exists(path));
    const sent = parseJpeg((await filmPictures())[126]!);
    assertEquals(parseJpeg(await Deno.readFile(path)).scans[0]!.data, sent.scans[0]!.data);
    client.signal("SIGINT");
    assertEquals(await client.code(), 0);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("closing the window while it plays pauses and asks; no goes on, yes quits", async () => {
  await using server = await ServerProcess.start(...SLOWLY);
  await using display = await Display.open();
  const started = await watch(display, server.url("flipbook.mjpeg"), {}, "--play");
  await using client = started.client;
  const { viewer } = started;
  await viewer.moving();
  await display.close(viewer.window);
  const stood = await viewer.standing();
  await display.press("Escape");
  assert(await viewer.moving() > stood);
  await display.close(viewer.window);
  await viewer.standing();
  assert(await display.windowIsOpen(viewer.window));
  await display.press("Return");
  assertEquals(await client.code(), 0);
});

Deno.test("closing the window again while the question stands quits", async () => {
  await using server = await ServerProcess.start(...SLOWLY);
  await using display = await Display.open();
  const started = await watch(display, server.url("flipbook.mjpeg"), {}, "--play");
  await using client = started.client;
  await started.viewer.moving();
  await display.close(started.viewer.window);
  await started.viewer.standing();
  await display.close(started.viewer.window);
  assertEquals(await client.code(), 0);
});

Deno.test("where a closing window cannot be held, a new one asks", async () => {
  await using server = await ServerProcess.start(...SLOWLY);
  await using display = await Display.open();
  const hook = { FLIPBOOK_NO_CLOSE_HOOK: "1" };
  const started = await watch(display, server.url("flipbook.mjpeg"), hook, "--play");
  await using client = started.client;
  await started.viewer.moving();
  await display.close(started.viewer.window);
  await until("the window to go", async () => !await display.windowIsOpen(started.viewer.window));
  const second = new Viewer(display, await display.window("Flipbook"));
  await display.active(second.window);
  const stood = await second.standing();
  await display.press("Escape");
  assert(await second.moving() > stood);
  await display.close(second.window);
  await until("the second window to go", async () => !await display.windowIsOpen(second.window));
  const third = new Viewer(display, await display.window("Flipbook"));
  await display.active(third.window);
  await third.standing();
  await display.press("Return");
  assertEquals(await client.code(), 0);
});

Deno.test("without a display the player prints the address of its page and waits", async () => {
  await using server = await ServerProcess.start(...SLOWLY);
  const client = new ClientProcess([server.url("flipbook.mjpeg")], { DISPLAY: "", WAYLAND_DISPLAY: "" });
  await using _client = client;
  await until("an address", () => /http:\/\/127\.0\.0\.1:\d+\/#[0-9a-f]{32}/.test(client.text));
  assertStringIncludes(client.text, "There is no display");
  client.signal("SIGINT");
  assertEquals(await client.code(), 0);
});
