import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Browser, Page } from "playwright-core";
import { join } from "@std/path";
import { openChromium } from "../support/chromium.ts";
import { EngineStage } from "../support/engine_stage.ts";
import { labPictures } from "../support/assignment_film.ts";
import { startLabServer } from "../support/lab_server.ts";
import { LAB_FILM, RAW_FILM, withServer } from "../support/local_server.ts";
import { painted } from "../support/page_picture.ts";
import { ServerProcess } from "../support/server_process.ts";

/** Where pictures of the messages go, for a person to look at; none by default. */
const SHOTS = Deno.env.get("FLIPBOOK_SHOTS");

/** Title and text of the message that stands on the page. */
async function told(page: Page, name: string, role: "alert" | "status" = "alert"): Promise<string[]> {
  const box = page.locator(`#message[role=${role}]`);
  await box.waitFor();
  const words = [await box.locator("h1").textContent() ?? "", await box.locator("p").textContent() ?? ""];
  if (SHOTS) await page.screenshot({ path: join(SHOTS, `failure-${name}.png`) });
  return words;
}

async function noServer(browser: Browser): Promise<void> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  await using stage = await EngineStage.open({ kind: "rtsp", url: `rtsp://127.0.0.1:${port}/movie.mjpeg` });
  const page = await stage.page(browser);
  const [title, text] = await told(page, "unreachable");
  assertEquals(title, "The server cannot be reached");
  assertStringIncludes(text!, `127.0.0.1:${port}`);
}

async function unknownFile(browser: Browser): Promise<void> {
  await withServer(async (_, url) => {
    await using stage = await EngineStage.open({ kind: "rtsp", url: `${url}/movie2.mjpeg` });
    const page = await stage.page(browser);
    const [title, text] = await told(page, "unknown-file");
    assertEquals(title, "No such stream");
    assertStringIncludes(text!, "movie2.mjpeg");
  });
}

async function unknownLabFile(browser: Browser): Promise<void> {
  await withServer(async ({ port }) => {
    const source = { kind: "lab", host: "127.0.0.1", port, rtpPort: 0, file: "movie2.Mjpeg" } as const;
    await using stage = await EngineStage.open(source);
    const [title, text] = await told(await stage.page(browser), "unknown-lab-file");
    assertEquals(title, "No such stream");
    assertStringIncludes(text!, "movie2.Mjpeg");
  });
}

async function takenPort(browser: Browser): Promise<void> {
  const holder = Deno.listenDatagram({ hostname: "0.0.0.0", port: 0, transport: "udp" });
  const rtpPort = (holder.addr as Deno.NetAddr).port;
  const film = labPictures(await Deno.readFile(new URL("../../media/movie.Mjpeg", import.meta.url)));
  const server = startLabServer({ films: { [LAB_FILM]: film } });
  try {
    const source = { kind: "lab", host: "127.0.0.1", port: server.port, rtpPort, file: LAB_FILM } as const;
    await using stage = await EngineStage.open(source);
    const page = await stage.page(browser);
    const [title, text] = await told(page, "port-taken");
    assertEquals(title, "The port is taken");
    assertStringIncludes(text!, String(rtpPort));
    // Free again, the button is all that is needed.
    holder.close();
    await page.getByRole("button", { name: "Try again" }).click();
    await painted(page, 1);
  } finally {
    await server.close();
  }
}

async function killedServer(browser: Browser): Promise<void> {
  const server = await ServerProcess.start();
  await using stage = await EngineStage.open({ kind: "rtsp", url: server.url("flipbook.mjpeg") });
  const page = await stage.page(browser);
  await painted(page, 5);
  server.signal("SIGKILL");
  const [title, text] = await told(page, "killed");
  await server.ended();
  assertEquals(title, "The server is gone");
  assertStringIncludes(text!, "The server");
}

async function endOfFilm(browser: Browser): Promise<void> {
  await withServer(async (_, url) => {
    await using stage = await EngineStage.open({ kind: "rtsp", url: `${url}/${RAW_FILM.replace(" ", "%20")}` });
    const page = await stage.page(browser);
    await painted(page, 24);
    assertEquals((await told(page, "end", "status"))[0], "End of the film");
    await page.getByRole("button", { name: "Play again" }).click();
    await page.locator("html[data-state=PLAYING]").waitFor();
    assertEquals((await told(page, "end", "status"))[0], "End of the film");
  });
}

Deno.test("every failure and the end are told in words in the page", async (test) => {
  const browser = await openChromium();
  try {
    await test.step("a server that is not there", () => noServer(browser));
    await test.step("a film that the server does not know", () => unknownFile(browser));
    await test.step("a film that it does not know, in the assignment's dialect", () => unknownLabFile(browser));
    await test.step("a port for RTP that another program has", () => takenPort(browser));
    await test.step("a server that dies while it plays", () => killedServer(browser));
    await test.step("the end of the film", () => endOfFilm(browser));
  } finally {
    await browser.close();
  }
});
