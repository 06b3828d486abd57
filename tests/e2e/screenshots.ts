/**
 * Pictures of every state of the player: in three sizes, light and dark, and once in the real window.
 *
 *     deno run -A tests/e2e/screenshots.ts [FOLDER [PATTERN]]
 */
import type { Browser, Page } from "playwright-core";
import { join } from "@std/path";
import { openChromium } from "../support/chromium.ts";
import { ClientProcess } from "../support/client_process.ts";
import { Display, until } from "../support/display.ts";
import { PlayerError, type PlayerStats } from "../../lib/client/player_types.ts";
import type { FakeFilm } from "../support/fake_player.ts";
import { filmPictures, PageStage } from "../support/page_stage.ts";
import { livelyScene, offered } from "../support/start_scenes.ts";
import { type StartScene, StartStage } from "../support/start_stage.ts";
import { pipe } from "../support/jpeg_programs.ts";
import { ServerProcess } from "../support/server_process.ts";
import { sayHello, sendPictures } from "../support/wire_sample.ts";
import { systemClock } from "../../lib/core/clock.ts";

/** Where the film stands in a picture of the player: something is to be seen there. */
const MOMENT = 130;
/** The same in the real window: the train in spring. */
const WINDOW_MOMENT = 40;
const SIZES = { full: [1600, 1000], wide: [1280, 800], default: [880, 736], narrow: [480, 360] } as const;

interface State {
  readonly film?: Partial<FakeFilm>;
  /** Brings page and player into the state; the film stands at its moment before, unless `film` says otherwise. */
  readonly act?: (stage: PageStage, page: Page) => Promise<unknown> | void;
}

const GONE = {
  code: "server-gone",
  message: "The server at 127.0.0.1:8554 closed the connection. See whether it still runs, then try again.",
} as const;
const UNKNOWN = {
  code: "not-found",
  message: "No stream named movie2.mjpeg on 127.0.0.1:8554. It offers: movie.Mjpeg, flipbook.mjpeg",
} as const;

const CLOSED = {
  code: "unauthorized",
  message: 'The server at 127.0.0.1:8554 asks for a user name and a password for "Films". ' +
    "Log in, or write them into the address: rtsp://NAME:PASSWORD@127.0.0.1:8554/flipbook.mjpeg",
  realm: "Films",
} as const;

const STATES: Readonly<Record<string, State>> = {
  connecting: { film: { hangs: true } },
  ready: {},
  playing: { act: (stage, page) => playTo(stage, page) },
  rest: {
    async act(stage, page) {
      await playTo(stage, page);
      await page.mouse.move(100, 100);
      await page.locator("body.idle").waitFor();
    },
  },
  paused: {
    async act(stage, page) {
      await playTo(stage, page);
      await page.click("#verb-pause");
    },
  },
  ended: {
    async act(stage, page) {
      await playTo(stage, page);
      stage.player.end();
    },
  },
  "server-gone": {
    async act(stage, page) {
      await playTo(stage, page);
      stage.player.fail(GONE);
    },
  },
  "not-found": { film: { problem: UNKNOWN } },
  "torn-down": {
    async act(stage, page) {
      await playTo(stage, page);
      await page.click("#verb-teardown");
    },
  },
  question: {
    async act(stage, page) {
      await playTo(stage, page);
      stage.host.requestClose();
    },
  },
  notice: {
    async act(stage, page) {
      await playTo(stage, page);
      stage.player.events.notice?.("Nothing arrived by UDP, so the pictures now travel by TCP.");
    },
  },
  seek: {
    async act(stage, page) {
      await playTo(stage, page);
      const box = (await page.locator("#seek").boundingBox())!;
      await page.mouse.move(box.x + 0.7 * box.width, box.y + box.height / 2);
    },
  },
  speed: {
    async act(stage, page) {
      await playTo(stage, page);
      await page.click("#speed");
    },
  },
  more: {
    async act(stage, page) {
      await playTo(stage, page);
      await page.click("#more");
    },
  },
  help: {
    async act(stage, page) {
      await playTo(stage, page);
      await page.keyboard.press("?");
    },
  },
  login: { film: { problem: CLOSED } },
  "login-wrong": {
    film: { problem: CLOSED },
    async act(_, page) {
      await page.getByLabel("Name", { exact: true }).fill("ann");
      await page.keyboard.press("Enter");
      await page.locator("#login-wrong").waitFor();
    },
  },
  "login-left": {
    film: { problem: CLOSED },
    async act(_, page) {
      await page.keyboard.press("Escape");
    },
  },
  live: { film: { live: true }, act: (stage, page) => playTo(stage, page) },
  turned: {
    async act(stage, page) {
      await playTo(stage, page);
      await page.keyboard.press("t");
    },
  },
  larger: {
    async act(stage, page) {
      await playTo(stage, page);
      for (let count = 0; count < 4; count++) await page.keyboard.press("+");
    },
  },
  stale: {
    async act(stage, page) {
      await playTo(stage, page);
      stage.player.lose("The server closed the connection.", 3200);
    },
  },
  recording: {
    async act(stage, page) {
      await playTo(stage, page);
      await page.keyboard.press("r");
      await page.keyboard.press("Enter");
      await page.locator("#recording").waitFor();
      for (let count = 0; count < 60; count++) await stage.player.step(count % 2 ? 1 : -1);
    },
  },
  "record-dialog": {
    async act(stage, page) {
      await playTo(stage, page);
      await page.keyboard.press("r");
    },
  },
  saved: {
    async act(stage, page) {
      await playTo(stage, page);
      await page.keyboard.press("s");
    },
  },
  repaired: {
    async act(stage, page) {
      await page.keyboard.press("d");
      await playTo(stage, page);
      const { pictures } = stage.player.film;
      const frame = { index: MOMENT, mediaTime: MOMENT / 25, width: 640, height: 480, arrival: systemClock.now() };
      stage.player.events.frame?.({ ...frame, data: pictures[MOMENT]!, repaired: true });
    },
  },
  fullscreen: {
    async act(stage, page) {
      await playTo(stage, page);
      await page.keyboard.press("f");
    },
  },
  "fullscreen-rest": {
    async act(stage, page) {
      await playTo(stage, page);
      await page.keyboard.press("f");
      await page.mouse.move(100, 100);
      await page.locator("body.idle").waitFor();
    },
  },
  "inspector-rtsp": {
    async act(stage, page) {
      await inspect(stage, page, "rtsp");
      await page.click(".ladder li:nth-child(4) summary");
    },
  },
  "inspector-rtp": {
    async act(stage, page) {
      await inspect(stage, page, "rtp");
      await page.hover(".frame-row:nth-child(2) .cell:first-child");
    },
  },
  "inspector-lost": {
    async act(stage, page) {
      await inspect(stage, page, "rtp");
      await page.click("#loss");
      await page.locator(".frame-row").waitFor();
    },
  },
  "inspector-problem": {
    film: { problem: UNKNOWN },
    async act(stage, page) {
      sayHello(stage.wire);
      await page.click(".message .wire");
      await page.locator(".ladder details[open]").waitFor();
    },
  },
  statistics: { act: (stage, page) => measure(stage, page) },
  delay: {
    async act(stage, page) {
      await measure(stage, page);
      await page.locator("[data-measure=delay]").click();
      await until("the engine tells of reports", () => stage.wire.listening);
      sendPictures(stage.wire, systemClock, (await filmPictures()).slice(0, 2));
      await page.locator(".card.open .reports li").waitFor();
    },
  },
  "inspector-rtcp": { act: (stage, page) => inspect(stage, page, "rtcp") },
  keyboard: {
    async act(stage, page) {
      await playTo(stage, page);
      await page.keyboard.press("Tab");
    },
  },
};

/** Opens the statistics when they have something to show. */
async function measure(stage: PageStage, page: Page): Promise<void> {
  const quiet = stage.player.stats.bind(stage.player);
  let count = 0;
  stage.player.stats = () => unsteady(quiet(), count++);
  await inspect(stage, page, "statistics");
  await new Promise((resolve) => setTimeout(resolve, 12_000));
}

/** Figures as on a network that has bad moments. */
function unsteady(stats: PlayerStats, count: number): PlayerStats {
  const wave = Math.sin(count / 3) + Math.sin(count / 1.3) / 2;
  return {
    ...stats,
    packets: 5 * count,
    fps: 25 - Math.max(0, wave - 1) * 4,
    kbps: 2800 + 240 * wave,
    lostPackets: Math.floor(count / 20),
    damagedFrames: Math.floor(count / 20),
    reordered: Math.floor(count / 13),
    jitterMs: 0.6 + 0.3 * wave,
    latencyMs: 9 + 2 * wave,
    bufferMs: Math.max(0, 4 * wave),
  };
}

/** Opens the inspector on a lively film, with a network that loses, delays and doubles packets. */
async function inspect(stage: PageStage, page: Page, tab: string): Promise<void> {
  sayHello(stage.wire);
  await playTo(stage, page);
  await page.keyboard.press("i");
  await page.click(`#tab-${tab}`);
  await page.locator(`#tab-${tab}[aria-selected=true]`).waitFor();
  const pictures = (await filmPictures()).slice(MOMENT - 20, MOMENT);
  const fates = { 141: "late", 163: "twice", 184: "lost", 185: "lost" } as const;
  sendPictures(stage.wire, systemClock, pictures, { fate: (index) => fates[index as keyof typeof fates] ?? "arrives" });
  await new Promise((resolve) => setTimeout(resolve, 400));
}

async function playTo(stage: PageStage, page: Page): Promise<void> {
  await page.click("#verb-play");
  await page.locator("html[data-state=PLAYING]").waitFor();
  for (let count = 0; count <= MOMENT; count++) stage.player.step();
  await page.locator(`#picture[data-index='${MOMENT}']`).waitFor();
}

async function shoot(browser: Browser, folder: string, name: string, size: keyof typeof SIZES, dark: boolean) {
  const { film = {}, act } = STATES[name]!;
  const stage = await PageStage.open({ frameRate: 0, ...film });
  const [width, height] = SIZES[size];
  const page = await stage.page(browser, { viewport: { width, height }, colorScheme: dark ? "dark" : "light" });
  await act?.(stage, page);
  await new Promise((resolve) => setTimeout(resolve, 400));
  await page.screenshot({ path: join(folder, `${name}-${size}-${dark ? "dark" : "light"}.png`) });
  await page.context().close();
  await stage.host.quit();
  await stage.bridge.close();
}

interface StartState {
  readonly scene?: () => StartScene | Promise<StartScene>;
  readonly act?: (page: Page) => Promise<unknown>;
}

/** The page before a stream is chosen: at first, after some days of use, and with each tab's trouble. */
const START_STATES: Readonly<Record<string, StartState>> = {
  start: { scene: livelyScene },
  "start-first": { scene: () => ({ recent: [] }) },
  "start-silent": { scene: () => ({ offered: () => Promise.reject(new PlayerError("unsupported", "No list")) }) },
  "start-many": {
    scene: () => ({
      recent: Array.from({ length: 12 }, (_, index) => ({
        words: index % 2 === 0
          ? [`rtsp://10.0.0.${index}/live`]
          : [`rtsp://10.0.0.${index}/axis-media/media.amp?fps=5`],
        seen: Date.now() - 5e8 * index,
      })),
      offered: () => Promise.resolve(offered(...Array.from({ length: 40 }, (_, index) => `cameras/hall ${index}`))),
    }),
  },
  "start-assignment": { scene: livelyScene, act: (page) => page.click("#tab-assignment") },
  "start-keyboard": {
    scene: livelyScene,
    async act(page) {
      await page.locator(".tile").first().focus();
      await page.keyboard.press("ArrowRight");
    },
  },
  "start-problem": {
    scene: livelyScene,
    async act(page) {
      await page.locator(".start input:focus").fill("http://127.0.0.1/film.mjpeg");
      await page.keyboard.press("Enter");
    },
  },
};

async function shootStart(browser: Browser, folder: string, name: string, size: keyof typeof SIZES, dark: boolean) {
  const { scene, act } = START_STATES[name]!;
  await using stage = await StartStage.open(await scene?.());
  const [width, height] = SIZES[size];
  const page = await browser.newPage({ viewport: { width, height }, colorScheme: dark ? "dark" : "light" });
  await page.goto(stage.bridge.newAddress());
  await page.locator(".start input:focus").waitFor();
  await act?.(page);
  await new Promise((resolve) => setTimeout(resolve, 300));
  await page.screenshot({ path: join(folder, `${name}-${size}-${dark ? "dark" : "light"}.png`) });
  await page.close();
}

async function shootWindow(folder: string): Promise<void> {
  await using server = await ServerProcess.start();
  await using display = await Display.open();
  await using _client = new ClientProcess(["--play", server.url("flipbook.mjpeg")], { DISPLAY: display.name });
  const id = await display.window("Flipbook");
  await until("pictures in the window", async () => {
    // The pointer between the buttons keeps the controls there.
    await display.point(id, 405, 684);
    return (await display.frameNumber(id) ?? 0) >= WINDOW_MOMENT;
  });
  await Deno.writeFile(join(folder, "window.png"), await smaller(await display.shot(id)));
  await display.press("l");
  await display.resize(id, 1200, 700);
  await display.press("i");
  // The fragments of the last frames.
  await until("the panel", async () => (await display.blockRow(id))?.block! < 50);
  await display.click(id, 833, 19);
  await display.point(id, 400, 350);
  await until("the controls to step back, and spring", async () => {
    const number = await display.frameNumber(id) ?? 0;
    return number >= WINDOW_MOMENT && number < 2 * WINDOW_MOMENT;
  });
  await Deno.writeFile(join(folder, "window-inspector.png"), await smaller(await display.shot(id)));
}

/** The picture with 256 colours: a third of the size, and little that an eye would miss. */
function smaller(png: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  return pipe("convert", ["png:-", "-dither", "None", "-colors", "256", "png8:-"], png);
}

const [folder = "screenshots", pattern = ""] = Deno.args;
await Deno.mkdir(folder, { recursive: true });
const browser = await openChromium();
for (const name of [...Object.keys(STATES), ...Object.keys(START_STATES)]) {
  for (const size of Object.keys(SIZES) as (keyof typeof SIZES)[]) {
    for (const dark of [false, true]) {
      if (!`${name}-${size}-${dark ? "dark" : "light"}`.match(pattern)) continue;
      await (name in STATES ? shoot : shootStart)(browser, folder, name, size, dark);
    }
  }
}
await browser.close();
if ("window".match(pattern)) await shootWindow(folder);
Deno.exit(0);
