import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { isThumbnail, readRecent } from "../../lib/client/recent/recent_streams.ts";
import { openChromium } from "../support/chromium.ts";
import { ClientProcess } from "../support/client_process.ts";
import { Display, until } from "../support/display.ts";
import { withMedia } from "../support/make_film.ts";
import { painted } from "../support/page_picture.ts";
import { ServerProcess } from "../support/server_process.ts";
import { type Box, Viewer } from "../support/viewer.ts";

/** The frame around the field that the keyboard is on, and the mark of the first stream that this machine offers. */
const FIELD: Box = [40, 198, 760, 244];
const FIELD_BLUE = 1000;
const OFFER: Box = [36, 360, 52, 378];
const OFFER_BLUE = 20;
/** Pixels of a block of the film's row: in the small picture of a recent stream it is narrower. */
const LEAST_BLOCK = 40;

async function kept(folder: string): Promise<ReturnType<typeof readRecent>> {
  try {
    return readRecent(await Deno.readTextFile(join(folder, "flipbook", "recent-streams.json")));
  } catch (thrown) {
    if (thrown instanceof Deno.errors.NotFound) return [];
    throw thrown;
  }
}

/** The window, when the start page stands in it and takes what is typed. */
async function startPage(display: Display): Promise<Viewer> {
  const viewer = new Viewer(display, await display.window("^Flipbook$"));
  await display.active(viewer.window);
  await until("the field for the address", async () => await viewer.count("accent", FIELD) > FIELD_BLUE);
  return viewer;
}

function showsFilm({ display, window }: Viewer): Promise<void> {
  return until("the film", async () => ((await display.blockRow(window))?.block ?? 0) > LEAST_BLOCK);
}

Deno.test("the window asks what to play, is named after it, goes back, and remembers it in the next run", async () => {
  await using server = await ServerProcess.start();
  const url = server.url("flipbook.mjpeg");
  await withMedia({}, async (folder) => {
    await using display = await Display.open();
    const environment = { DISPLAY: display.name, XDG_STATE_HOME: folder };
    {
      await using client = new ClientProcess([], environment);
      const viewer = await startPage(display);
      const { window } = viewer;
      await display.type(url.replace("rtsp://", ""));
      await display.press("Return");
      await showsFilm(viewer);
      assertEquals(await display.window("^flipbook.mjpeg - Flipbook$"), window);
      await until("a picture to be kept", async () => (await kept(folder))[0]?.thumbnail !== undefined);
      await display.press("o");
      assertEquals(await display.window("^Flipbook$"), window);
      client.signal("SIGINT");
      assertEquals(await client.code(), 0);
    }
    const [stream, ...more] = await kept(folder);
    assertEquals([stream?.words, more], [[url], []]);
    assert(isThumbnail(Uint8Array.fromBase64(stream!.thumbnail!)));

    await using client = new ClientProcess([], environment);
    const viewer = await startPage(display);
    await until("what is offered", async () => await viewer.count("accent", OFFER) > OFFER_BLUE);
    // From the field over "Play" and "Ask again" to what the server of the first run offers.
    for (let count = 0; count < 3; count++) await display.press("Tab");
    await display.press("Return");
    await showsFilm(viewer);
    client.signal("SIGINT");
    assertEquals(await client.code(), 0);
  });
});

Deno.test("the browser asks what to play and remembers it, as the window does", async () => {
  await using server = await ServerProcess.start();
  const url = server.url("flipbook.mjpeg");
  const browser = await openChromium();
  try {
    await withMedia({}, async (folder) => {
      await using client = new ClientProcess([], { DISPLAY: "", WAYLAND_DISPLAY: "", XDG_STATE_HOME: folder });
      await until("an address", () => /#[0-9a-f]{32}/.test(client.text));
      const page = await browser.newPage();
      await page.goto(/http:\/\/127\.0\.0\.1:\d+\/#[0-9a-f]{32}/.exec(client.text)![0]);
      await page.locator(".start input:focus").fill(url);
      await page.keyboard.press("Enter");
      await painted(page, 40);
      await page.keyboard.press("o");
      await page.locator(".tile img").waitFor();
      assertEquals((await kept(folder)).map(({ words }) => words), [[url]]);
      client.signal("SIGINT");
      assertEquals(await client.code(), 0);
    });
  } finally {
    await browser.close();
  }
});

Deno.test("--no-history keeps nothing, and a folder that cannot be written harms nothing", async () => {
  await using server = await ServerProcess.start();
  const url = server.url("flipbook.mjpeg");
  await withMedia({ occupied: new Uint8Array() }, async (folder) => {
    await using display = await Display.open();
    for (
      const [words, state, warns] of [[["--no-history"], folder, false], [[], join(folder, "occupied"), true]] as const
    ) {
      const environment = { DISPLAY: display.name, XDG_STATE_HOME: state };
      await using client = new ClientProcess([...words, "--play", url], environment);
      await showsFilm(new Viewer(display, await display.window("^flipbook.mjpeg - Flipbook$")));
      client.signal("SIGINT");
      assertEquals(await client.code(), 0);
      assertEquals(client.text.includes("recent streams cannot be kept"), warns);
    }
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["occupied"]);
  });
});
