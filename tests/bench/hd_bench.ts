/**
 * 1920x1080 at 30 pictures a second and about 60 Mbit/s, live on loopback: how many pictures are shown, whether the delay
 * or the memory grows. What is shown is read from the screen's memory; the page of Chromium tells by itself, too.
 *
 * deno run -A tests/bench/hd_bench.ts     BENCH_SECONDS=60 sets how long; BENCH_QUICK=1 is 5 s, otherwise 20
 */
import { join } from "@std/path";
import { JpegSplitter } from "../../lib/jpeg/boundary.ts";
import { openChromium } from "../support/chromium.ts";
import { Display } from "../support/display.ts";
import { run } from "../support/peers.ts";
import { Screen } from "../support/screen.ts";
import { PROJECT_ROOT } from "../support/source_files.ts";
import { median, printTable } from "./table.ts";
import { residentOf } from "./watching/memory.ts";
import { NumberedStream } from "./watching/numbered_stream.ts";
import { BrowserClient, FLIPBOOK, RunningPlayer } from "./watching/players.ts";

const SECONDS = Number(Deno.env.get("BENCH_SECONDS") ?? (Deno.env.get("BENCH_QUICK") === "1" ? 5 : 20));
const FRAME_RATE = 30;
/** What goes before is start, not play, s. */
const WARM_UP = 4;
const PATIENCE = 20_000;

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The film that comes with Flipbook, made larger and noisy. */
async function drawFilm(folder: string): Promise<Uint8Array[]> {
  const film = join(folder, "film.mjpeg");
  const look = "scale=1920:1080,noise=alls=8:allf=t";
  const encode = ["-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-huffman", "default", "-q:v", "4", "-f", "mjpeg", film];
  const input = ["-f", "mjpeg", "-framerate", "30", "-i", join(PROJECT_ROOT, "media", "flipbook.mjpeg")];
  await run("ffmpeg", ["-v", "error", ...input, "-vf", look, ...encode]);
  return new JpegSplitter().push(await Deno.readFile(film));
}

/** One picture that was seen: when, and how late, ms. */
interface Seen {
  readonly at: number;
  readonly delay: number;
}

interface Measurement {
  readonly seen: readonly Seen[];
  /** MB in the first and in the last third. */
  readonly memory: readonly [number, number];
  /** What the page says: pictures painted and missed, those that it was spared, and those that came damaged. */
  readonly told?: string;
}

async function look(screen: Screen, stream: NumberedStream, pids: readonly number[]): Promise<Measurement> {
  screen.forget();
  for (const deadline = performance.now() + PATIENCE; screen.number() === undefined; await wait(50)) {
    if (performance.now() > deadline) throw new Error("Waited in vain for a picture");
  }
  await wait(WARM_UP * 1000);
  screen.forget();
  const seen: Seen[] = [];
  const memory: number[] = [];
  const begin = performance.now();
  let previous = screen.number();
  for (let now = begin; now < begin + SECONDS * 1000; now = performance.now()) {
    if (now - begin > memory.length * SECONDS * 1000 / 12) {
      memory.push((await Promise.all(pids.map(residentOf))).reduce((sum, size) => sum + size));
    }
    const number = screen.number();
    if (number !== undefined && number !== previous) {
      previous = number;
      seen.push({ at: now - begin, delay: performance.now() - stream.sent(number)! });
    }
    await wait(2);
  }
  const middle = (part: readonly number[]) => median(part, Number);
  return { seen, memory: [middle(memory.slice(0, 4)), middle(memory.slice(-4))] };
}

function row(name: string, { seen, memory, told = "" }: Measurement): (string | number)[] {
  const third = SECONDS * 1000 / 3;
  const delay = (from: number, to: number) => {
    const part = seen.filter(({ at }) => at >= from && at < to).map((one) => one.delay);
    return part.length === 0 ? NaN : median(part, Number);
  };
  return [
    name,
    seen.length / SECONDS,
    delay(0, third),
    delay(2 * third, Infinity),
    Math.round(memory[0]),
    Math.round(memory[1]),
    told,
  ];
}

async function inWindow(display: Display, screen: Screen, stream: NumberedStream): Promise<Measurement> {
  await using player = new RunningPlayer(FLIPBOOK, stream.url, display.name);
  return await look(screen, stream, [player.pid]);
}

async function inChromium(display: Display, screen: Screen, stream: NumberedStream): Promise<Measurement> {
  await using client = await BrowserClient.start(stream.url);
  const browser = await openChromium(display.name);
  try {
    const page = await (await browser.newContext({ viewport: null })).newPage();
    // Counts what is painted, and by the numbers of the pictures what is not; and keeps the newest statistics.
    await page.addInitScript(`
      globalThis.counted = { painted: 0, missed: 0 };
      addEventListener("DOMContentLoaded", () => {
        const picture = document.querySelector("#picture");
        new MutationObserver((changes) => {
          counted.painted += changes.length;
          const numbers = [...changes.map(({ oldValue }) => oldValue), picture.dataset.index];
          for (let i = 1; i < numbers.length; i++) {
            if (numbers[i - 1] !== null) counted.missed += numbers[i] - numbers[i - 1] - 1;
          }
        }).observe(picture, { attributeFilter: ["data-index"], attributeOldValue: true });
      });
      const set = Object.getOwnPropertyDescriptor(WebSocket.prototype, "onmessage").set;
      Object.defineProperty(WebSocket.prototype, "onmessage", { set(handler) {
        set.call(this, (event) => {
          if (typeof event.data === "string" && event.data.startsWith('{"type":"stats"')) {
            const { stats, skipped } = JSON.parse(event.data);
            Object.assign(counted, { skipped, damaged: stats.damagedFrames });
          }
          handler(event);
        });
      } });
    `);
    await page.goto(client.address);
    const state = async () => await page.evaluate("({ ...counted })") as Record<string, number>;
    await page.locator("#picture[data-index]").waitFor();
    await wait(WARM_UP * 1000);
    const before = await state();
    const result = await look(screen, stream, [client.pid, ...await chromiumPids()]);
    const after = await state();
    const [painted, missed, skipped, damaged] = ["painted", "missed", "skipped", "damaged"]
      .map((name) => (after[name] ?? 0) - (before[name] ?? 0));
    return { ...result, told: `${painted} painted, ${missed} missed, ${skipped} skipped, ${damaged} damaged` };
  } finally {
    await browser.close();
  }
}

/** The browsers that this process has started. */
async function chromiumPids(): Promise<number[]> {
  const text = await Deno.readTextFile(`/proc/${Deno.pid}/task/${Deno.pid}/children`);
  const pids = text.trim().split(" ").map(Number);
  const names = await Promise.all(pids.map((pid) => Deno.readTextFile(`/proc/${pid}/comm`)));
  return pids.filter((_, index) => names[index]!.startsWith("chromium"));
}

const COLUMNS = ["player", "pictures/s", "delay ms", "at the end", "memory MB", "at the end", "the page says"];

async function bench(): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "flipbook-screen-" });
  try {
    const pictures = await drawFilm(folder);
    const rate = pictures.reduce((sum, { length }) => sum + length, 0) / pictures.length * FRAME_RATE * 8 / 1e6;
    await using display = await Display.open(1280, 900, folder);
    using screen = new Screen(folder);
    await using stream = await NumberedStream.open(pictures, FRAME_RATE);
    const rows = [
      row("Flipbook, Chromium", await inChromium(display, screen, stream)),
      row("Flipbook, window (WebKitGTK)", await inWindow(display, screen, stream)),
    ];
    printTable(`1920x1080 at ${FRAME_RATE} pictures/s, ${Math.round(rate)} Mbit/s, for ${SECONDS} s`, COLUMNS, rows);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

await bench();
