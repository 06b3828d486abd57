/**
 * From the start of a player to its first picture, and to its window, on the same URL: a live stream of 640x480 at 25
 * pictures a second on loopback. What the screen shows is read from its memory.
 *
 * deno run -A tests/bench/start_bench.ts     BENCH_QUICK=1 starts each 3 times and compiles nothing; otherwise 7
 */
import { join } from "@std/path";
import { makeBinaries } from "../support/binaries.ts";
import { Display } from "../support/display.ts";
import { Screen } from "../support/screen.ts";
import { median, printTable } from "./table.ts";
import { NumberedStream } from "./watching/numbered_stream.ts";
import { compiled, FLIPBOOK, PEERS, RunningPlayer, type WindowPlayer } from "./watching/players.ts";

const QUICK = Deno.env.get("BENCH_QUICK") === "1";
const STARTS = QUICK ? 3 : 7;
/** Milliseconds until the screen must be empty again, or show a picture. */
const PATIENCE = 20_000;

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function until(what: string, check: () => boolean): Promise<number> {
  for (const deadline = performance.now() + PATIENCE; performance.now() < deadline; await wait(4)) {
    if (check()) return performance.now();
  }
  throw new Error(`Waited in vain for ${what}`);
}

/** Milliseconds to the window and to the first picture. */
async function start(player: WindowPlayer, url: string, display: Display, screen: Screen) {
  const empty = screen.sample();
  let times: { window: number; picture: number };
  {
    screen.forget();
    await using running = new RunningPlayer(player, url, display.name);
    const window = await until("a window", () => screen.sample() !== empty);
    const picture = await until("a picture", () => screen.number() !== undefined);
    times = { window: window - running.started, picture: picture - running.started };
  }
  await until("an empty screen", () => screen.sample() === empty);
  return times;
}

async function bench(): Promise<void> {
  const memory = await Deno.makeTempDir({ prefix: "flipbook-screen-" });
  const binaries = QUICK ? undefined : await makeBinaries();
  try {
    await using display = await Display.open(1280, 900, memory);
    using screen = new Screen(memory);
    await using stream = await NumberedStream.open();
    await wait(500);
    const ours = [FLIPBOOK, ...(binaries === undefined ? [] : [compiled(join(binaries, "rtsp-client"))])];
    const players = [...ours, ...PEERS];
    const times = new Map(players.map((player) => [player, [] as { window: number; picture: number }[]]));
    // In turn, so that what else the machine does meets all of them.
    for (let turn = 0; turn < STARTS; turn++) {
      for (const player of players) times.get(player)!.push(await start(player, stream.url, display, screen));
    }
    const rows = players.map((player) => {
      const all = times.get(player)!;
      const of = (key: "window" | "picture") => Math.round(median(all, (time) => time[key])[key]);
      return [player.name, of("window"), of("picture"), Math.round(Math.max(...all.map(({ picture }) => picture)))];
    });
    printTable(
      `From start to picture, 640x480 at 25 pictures/s, median of ${STARTS}`,
      ["player", "window ms", "picture ms", "max ms"],
      rows,
    );
  } finally {
    await Deno.remove(memory, { recursive: true });
    if (binaries !== undefined) await Deno.remove(binaries, { recursive: true });
  }
}

await bench();
