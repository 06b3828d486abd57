import { assert, assertEquals, assertGreater } from "@std/assert";
import type { Browser, Page } from "playwright-core";
import { join } from "@std/path";
import { openShelf } from "../../lib/client/window/shelf.ts";
import { JpegSplitter } from "../../lib/jpeg/boundary.ts";
import { parseJpeg } from "../../lib/jpeg/parse.ts";
import type { ReceivedFrame } from "../../lib/client/player_types.ts";
import { startServer } from "../../lib/server/server.ts";
import { openChromium } from "../support/chromium.ts";
import { until } from "../support/display.ts";
import { assertRunsAt } from "../support/film_pace.ts";
import { EngineStage } from "../support/engine_stage.ts";
import { numberOn, painted, paintedExactly, paintedNext } from "../support/page_picture.ts";
import { filmPictures } from "../support/page_stage.ts";
import { PROJECT_ROOT } from "../support/source_files.ts";

const FILM = "flipbook.mjpeg";
const FRAMES = 250;
/** Slow, so that a slow machine sees enough of a film that runs at four times its pace. */
const FRAME_RATE = 5;
/** Pictures of a film that runs by which its speed is told. */
const WATCHED = 6;
/** Pictures that may be lost on their way into a recording: they come by UDP. */
const SPARE = 5;

function serve(port = 0) {
  return startServer({ host: "127.0.0.1", port, media: [join(PROJECT_ROOT, "media")], frameRate: FRAME_RATE });
}

/** The page on the film that comes with Flipbook, paused. */
async function paused(stage: EngineStage, browser: Browser): Promise<Page> {
  const page = await stage.page(browser);
  await painted(page, 3);
  await page.keyboard.press("Space");
  await page.locator("html[data-state=READY]").waitFor();
  return page;
}

/** Puts the pointer on the bar; returns the frame number that then stands there. */
async function pointAt(page: Page, share: number): Promise<number> {
  const box = (await page.locator("#seek").boundingBox())!;
  await page.mouse.move(box.x + share * box.width, box.y + box.height / 2);
  let number = NaN;
  await until("the frame number under the pointer", async () => {
    number = Number(/#(\d+)/.exec(await page.locator("#seek-tip").textContent() ?? "")?.[1]);
    return Math.abs(number - share * FRAMES) <= 1;
  });
  return number;
}

async function seeks(page: Page): Promise<void> {
  for (const share of [0.62, 0.11, 0.997]) {
    const wanted = await pointAt(page, share);
    await page.mouse.down();
    await page.mouse.up();
    await paintedExactly(page, wanted);
    assertEquals(await page.getByRole("slider").getAttribute("aria-valuetext"), valueText(wanted));
  }
  await page.keyboard.press("Home");
  await paintedExactly(page, 0);
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowUp");
  await paintedExactly(page, 6 * FRAME_RATE);
}

function valueText(frame: number): string {
  const two = (seconds: number) => `00:${String(Math.floor(seconds)).padStart(2, "0")}`;
  return `${two(frame / FRAME_RATE)} of ${two(FRAMES / FRAME_RATE)}, frame ${frame}`;
}

async function steps(page: Page): Promise<void> {
  const start = await numberOn(page);
  for (let count = 0; count < 10; count++) await page.keyboard.press(".");
  await paintedExactly(page, start! + 10);
  for (let count = 0; count < 10; count++) await page.keyboard.press(",");
  await paintedExactly(page, start!);
  await page.getByRole("button", { name: "One picture on" }).click();
  await paintedExactly(page, start! + 1);
}

async function speeds(page: Page): Promise<void> {
  for (const [from, name, scale] of [["End", "\u22122\u00d7", -2], ["Home", "4\u00d7", 4]] as const) {
    await page.keyboard.press(from);
    await paintedExactly(page, from === "Home" ? 0 : 249);
    await page.locator("#speed").click();
    await page.getByRole("menuitemradio", { name, exact: true }).click();
    await page.keyboard.press("Space");
    await page.locator("html[data-state=PLAYING]").waitFor();
    await until(`${name} on the button`, async () => (await page.textContent("#speed"))?.trim() === name);
    assertRunsAt(scale, await paintedNext(page, WATCHED));
    await page.keyboard.press("Space");
    await page.locator("html[data-state=READY]").waitFor();
  }
  await page.locator("#speed").click();
  await page.getByRole("menuitemradio", { name: "1\u00d7", exact: true }).click();
}

async function savesPicture(page: Page, saved: ReceivedFrame[]): Promise<void> {
  const number = await numberOn(page);
  await page.keyboard.press("s");
  await until("the snapshot", () => saved.length === 1);
  const sent = parseJpeg((await filmPictures())[number!]!);
  const kept = parseJpeg(saved[0]!.data);
  assertEquals(kept.scans[0]!.data, sent.scans[0]!.data);
  assertEquals([kept.width, kept.height], [sent.width, sent.height]);
  await page.getByText("Snapshot saved: /pictures/").waitFor();
}

async function records(page: Page, folder: string): Promise<void> {
  const first = await pointAt(page, 0.8);
  await page.mouse.down();
  await page.mouse.up();
  await paintedExactly(page, first);
  await page.keyboard.press("r");
  await page.keyboard.press("ArrowDown");
  await page.getByText(folder).waitFor();
  await page.keyboard.press("Enter");
  await page.locator("#record[aria-pressed=true]").waitFor();
  await page.keyboard.press("Space");
  await page.getByText("End of the film").waitFor();
  await page.getByText("Recorded ").waitFor();
  const bytes = await Deno.readFile(join(folder, FILM));
  const pictures = new JpegSplitter({ maxJunk: bytes.length }).push(bytes);
  assertGreater(pictures.length, FRAMES - first - 1 - SPARE);
  assertEquals(parseJpeg(pictures.at(-1)!).scans[0]!.data, parseJpeg((await filmPictures()).at(-1)!).scans[0]!.data);
}

async function loops(page: Page): Promise<void> {
  await page.keyboard.press("End");
  await painted(page, 249);
  await page.keyboard.press("l");
  await page.locator("#loop[aria-pressed=true]").waitFor();
  await page.keyboard.press("Home");
  await paintedExactly(page, 0);
  await pointAt(page, 0.95);
  await page.keyboard.press("Space");
  await page.locator("html[data-state=PLAYING]").waitFor();
  await page.mouse.down();
  await page.mouse.up();
  await painted(page, 230);
  await until("the first pictures again", async () => Number(await page.getAttribute("#picture", "data-index")) < 100);
  assertEquals(await page.getAttribute("html", "data-state"), "PLAYING");
}

async function changesTransport(page: Page): Promise<void> {
  await page.keyboard.press("l");
  await page.locator("#loop[aria-pressed=false]").waitFor();
  for (const [name, shown] of [["TCP", "TCP"], ["UDP", "UDP"]] as const) {
    await page.keyboard.press("Home");
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitemradio", { name, exact: true }).click();
    await until(`${shown} in the status line`, async () => (await page.textContent("#transport"))?.trim() === shown);
    assertRunsAt(1, await paintedNext(page, WATCHED));
  }
}

Deno.test("the page's controls move the film as they say", async (test) => {
  const server = await serve();
  const browser = await openChromium();
  const saved: ReceivedFrame[] = [];
  const folder = await Deno.makeTempDir();
  const shelf = {
    ...openShelf({ pictures: folder, films: folder }),
    savePicture: (title: string, frame: ReceivedFrame) => {
      saved.push(frame);
      return Promise.resolve(`/pictures/${title}`);
    },
  };
  const source = { kind: "rtsp", url: `rtsp://127.0.0.1:${server.port}/${FILM}` } as const;
  const stage = await EngineStage.open(source, { shelf });
  try {
    const page = await paused(stage, browser);
    await test.step("a click on the bar and the keys land on the exact frame", () => seeks(page));
    await test.step("ten steps on and ten back return to the same frame", () => steps(page));
    await test.step("a snapshot has the scan data of the picture that was sent", () => savesPicture(page, saved));
    await test.step("-2x and 4x move as they say", () => speeds(page));
    await test.step("a recording holds what was played", () => records(page, folder));
    await test.step("a loop begins anew at the end", () => loops(page));
    await test.step("the transport changes while the film plays", () => changesTransport(page));
  } finally {
    await stage[Symbol.asyncDispose]();
    await browser.close();
    await server.close();
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("the picture is marked stale while the server is away, and moves again without a click", async () => {
  const first = await serve();
  const browser = await openChromium();
  const source = { kind: "rtsp", url: `rtsp://127.0.0.1:${first.port}/${FILM}` } as const;
  const stage = await EngineStage.open(source, { reconnect: true });
  try {
    const page = await stage.page(browser);
    await painted(page, 5);
    await first.close();
    await page.getByText("Stale for").waitFor();
    assert(await page.locator("#picture").isVisible());
    const stood = Number(await page.getAttribute("#picture", "data-index"));
    const second = await serve(first.port);
    try {
      await page.locator("html[data-state=PLAYING]").waitFor();
      await painted(page, stood + 5);
      assertEquals(await page.locator("#stale").isVisible(), false);
    } finally {
      await stage.host.quit();
      await second.close();
    }
  } finally {
    await stage[Symbol.asyncDispose]();
    await browser.close();
  }
});
