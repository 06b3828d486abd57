/**
 * Delay of a live stream on loopback, 640x480 at 25 pictures a second: from the moment at which a picture is handed to
 * the server until it is seen. The server, and the eye that reads the numbers of the pictures from the screen's memory,
 * are this process; so all times are of one clock, and the same eye looks at every player. All show the picture 1:1.
 *
 * deno run -A tests/bench/delay_bench.ts     BENCH_QUICK=1 looks for 3 s, otherwise 10
 */
import type { Page } from "playwright-core";
import { readBlockRow } from "../support/block_row.ts";
import { openChromium } from "../support/chromium.ts";
import { Display } from "../support/display.ts";
import { Screen } from "../support/screen.ts";
import { printTable } from "./table.ts";
import { NumberedStream } from "./watching/numbered_stream.ts";
import { BrowserClient, FLIPBOOK, PEERS, RunningPlayer, type WindowPlayer } from "./watching/players.ts";

const SECONDS = Deno.env.get("BENCH_QUICK") === "1" ? 3 : 10;
/** What goes before is start, not play, s. */
const WARM_UP = 2;
/** Milliseconds until a player must have shown its first picture. */
const PATIENCE = 20_000;

/** The key with which Flipbook shows one pixel of the picture on one of the screen. */
const EXACT = "z";

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Looks at the screen until the first picture, lets the player settle, and notes when each new number is first seen. */
async function look(screen: Screen, stream: NumberedStream, settle = () => Promise.resolve()): Promise<number[]> {
  screen.forget();
  for (const deadline = performance.now() + PATIENCE; screen.number() === undefined; await wait(50)) {
    if (performance.now() > deadline) return [];
  }
  await settle();
  await wait(WARM_UP * 1000);
  screen.forget();
  const delays: number[] = [];
  let previous = screen.number();
  for (const end = performance.now() + SECONDS * 1000; performance.now() < end; await wait(1)) {
    const number = screen.number();
    if (number === undefined || number === previous) continue;
    previous = number;
    delays.push(performance.now() - stream.sent(number)!);
  }
  return delays;
}

const COLUMNS = ["player", "pictures", "median ms", "p99 ms", "max ms", "missed"];

function row(name: string, delays: readonly number[]): (string | number)[] {
  const sorted = [...delays].sort((a, b) => a - b);
  const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
  return [name, sorted.length, at(0.5), at(0.99), sorted.at(-1) ?? NaN, Math.max(0, SECONDS * 25 - 1 - sorted.length)];
}

async function watchWindow(player: WindowPlayer, display: Display, screen: Screen, stream: NumberedStream) {
  await using _running = new RunningPlayer(player, stream.url, display.name);
  return await look(screen, stream, () => player === FLIPBOOK ? display.press(EXACT) : Promise.resolve());
}

/** Notes in the page when each picture has been drawn, by the clock of the calendar. */
const NOTE_PAINTS = `
  globalThis.paints = [];
  new MutationObserver(() => paints.push([
    Number(document.querySelector("#picture").dataset.index), performance.timeOrigin + performance.now()
  ])).observe(document.querySelector("#picture"), { attributeFilter: ["data-index"] });
`;

/** What stands on the canvas: the player's index of it, and the row that says the picture's number. */
const READ_CANVAS = `(() => {
  const canvas = document.querySelector("#picture");
  const { data } = canvas.getContext("2d").getImageData(0, canvas.height - 24, canvas.width, 24);
  return { index: Number(canvas.dataset.index), width: canvas.width, pixels: Array.from(data) };
})()`;

/** How far the page's calendar lies before this process's `performance.now()`: the quickest of some questions tells. */
async function offsetOf(page: Page): Promise<number> {
  let best = { trip: Infinity, offset: 0 };
  for (let count = 0; count < 30; count++) {
    const asked = performance.now();
    const theirs = await page.evaluate("performance.timeOrigin + performance.now()") as number;
    const trip = performance.now() - asked;
    if (trip < best.trip) best = { trip, offset: theirs - (asked + trip / 2) };
  }
  return best.offset;
}

/** Chromium with its window on the display: what the page says of itself, and what is seen on the screen. */
async function watchChromium(display: Display, screen: Screen, stream: NumberedStream) {
  await using client = await BrowserClient.start(stream.url);
  const browser = await openChromium(display.name);
  try {
    const page = await (await browser.newContext({ viewport: null })).newPage();
    await page.goto(client.address);
    await page.locator("#picture[data-index]").waitFor();
    await page.keyboard.press(EXACT);
    const seen = await look(screen, stream);
    const canvas = await page.evaluate(READ_CANVAS) as { index: number; width: number; pixels: number[] };
    const lead = readBlockRow(Uint8Array.from(canvas.pixels), canvas.width, 24)! - canvas.index;
    const offset = await offsetOf(page);
    await page.evaluate(NOTE_PAINTS);
    const painted: number[] = [];
    for (let second = 0; second < SECONDS; second++) {
      await wait(1000);
      const paints = await page.evaluate("paints.splice(0)") as [number, number][];
      for (const [index, time] of paints) painted.push(time - offset - stream.sent(stream.numberOf(index + lead))!);
    }
    return { painted, seen };
  } finally {
    await browser.close();
  }
}

async function bench(): Promise<void> {
  const memory = await Deno.makeTempDir({ prefix: "flipbook-screen-" });
  try {
    await using display = await Display.open(1280, 900, memory);
    using screen = new Screen(memory);
    await using stream = await NumberedStream.open();
    const rows: (string | number)[][] = [];
    const { painted, seen } = await watchChromium(display, screen, stream);
    rows.push(row("Flipbook, Chromium: painted, as the page says", painted));
    rows.push(row("Flipbook, Chromium: on the screen", seen));
    for (const player of [FLIPBOOK, ...PEERS]) {
      rows.push(row(player.name, await watchWindow(player, display, screen, stream)));
    }
    printTable("From the server's send to the picture, 640x480 at 25 pictures/s", COLUMNS, rows);
  } finally {
    await Deno.remove(memory, { recursive: true });
  }
}

await bench();
