/**
 * Many viewers: Flipbook and gst-rtsp-server side by side, and the physical limit. Needs what
 * `tests/support/install_tools.ts --bench` installs.
 *
 * deno run -A tests/bench/fanout_bench.ts
 *   BENCH_QUICK=1   two minutes: the four main comparisons, once
 *   BENCH_RUNS=5    runs of which the median is printed
 *   BENCH_ONLY=...  names of parts, of: compare, limit, stopped, memory, setup, most, flat
 *   BENCH_MINUTES=3 how long "flat" looks at the memory; that part runs only where it is named
 *   BENCH_CASE=...  the comparisons whose name contains this
 */
import {
  type Audience,
  compilePeers,
  drawFilm,
  type Drawing,
  type Film,
  type Measurement,
  type Mode,
  type RunningServer,
  type ServerName,
  watch,
  withServer,
} from "./fanout/programs.ts";
import { flat, memory } from "./fanout/memory.ts";
import { most } from "./fanout/most.ts";
import { median, printTable, shortNumber } from "./table.ts";

const QUICK = Deno.env.get("BENCH_QUICK") === "1";
const RUNS = QUICK ? 1 : Number(Deno.env.get("BENCH_RUNS") ?? 5);
/**
 * Audiences that watch Flipbook, for so many seconds each, before it is measured. By then its engine has compiled what runs
 * once a frame, and knows of viewers that come and go: what it had compiled for the first ones it has to compile again when
 * it sees them leave.
 */
const FIRST_AUDIENCES = QUICK ? 3 : 6;
const FIRST_SECONDS = QUICK ? 2 : 10;
/** Seconds before a measurement, in which the viewers have come, and those that it takes. */
const WARM_UP = QUICK ? 2 : 5;
const SECONDS = QUICK ? 2 : 5;
const PARTS = Deno.env.get("BENCH_ONLY")?.split(",") ??
  (QUICK ? ["compare", "limit"] : ["compare", "limit", "stopped", "memory", "setup", "most"]);
const MINUTES = Number(Deno.env.get("BENCH_MINUTES") ?? 3);
const CASE = Deno.env.get("BENCH_CASE") ?? "";
const BOTH = ["Flipbook", "gst-rtsp-server"] as const satisfies readonly ServerName[];

/** One line of the comparison. */
interface Scenario {
  readonly name: string;
  readonly film: keyof Films;
  readonly mode: Mode;
  readonly audience: Pick<Audience, "transport" | "viewers" | "defaultBuffers">;
  /** Our CPU per packet divided by the peer's may be at most so much. */
  readonly goal?: number;
  /** Left out of the quick form. */
  readonly long?: boolean;
}

/** What is watched, and how. */
type Watched = Pick<Scenario, "film" | "mode" | "audience">;

/** Frames of 25 KB: 19 packets. */
const VGA: Drawing = { size: "640x480", quality: 5, noise: 4 };

interface Films {
  readonly vga: Film;
  readonly hd: Film;
  readonly large: Film;
}

const SCENARIOS: readonly Scenario[] = [
  { name: "UDP, own timelines", film: "vga", mode: "file", audience: { transport: "udp", viewers: 100 }, goal: 0.2 },
  { name: "TCP, own timelines", film: "vga", mode: "file", audience: { transport: "tcp", viewers: 50 }, goal: 0.12 },
  { name: "UDP, one live line", film: "vga", mode: "live", audience: { transport: "udp", viewers: 300 }, goal: 0.7 },
  { name: "TCP, one live line", film: "vga", mode: "live", audience: { transport: "tcp", viewers: 100 }, goal: 0.7 },
  { name: "UDP, one viewer", film: "vga", mode: "file", audience: { transport: "udp", viewers: 1 }, long: true },
  { name: "UDP, own timelines", film: "vga", mode: "file", audience: { transport: "udp", viewers: 50 }, long: true },
  { name: "UDP, own timelines", film: "vga", mode: "file", audience: { transport: "udp", viewers: 200 }, long: true },
  {
    name: "UDP, 1080p, default buffers",
    film: "hd",
    mode: "file",
    audience: { transport: "udp", viewers: 12, defaultBuffers: true },
    long: true,
  },
  {
    name: "UDP, 500 KB frames, default buffer",
    film: "large",
    mode: "file",
    audience: { transport: "udp", viewers: 1, defaultBuffers: true },
    long: true,
  },
];

const COLUMNS = [
  "scenario",
  "viewers",
  "server",
  "us/packet",
  "cores",
  "lost",
  "starved",
  "gap p50",
  "p99",
  "max",
  "MB",
];

/** Measures a server once. */
async function measure(folder: string, server: RunningServer, { audience }: Watched): Promise<Measurement> {
  return await watch(folder, server, { ...audience, warmUp: WARM_UP, seconds: SECONDS });
}

/** Starts Flipbook, lets its first minute pass, and hands out what measures it. */
async function withWarmFlipbook<T>(
  folder: string,
  films: Films,
  watched: Watched,
  use: (measureOurs: () => Promise<Measurement>) => Promise<T>,
): Promise<T> {
  return await withServer("Flipbook", films[watched.film], watched.mode, async (server) => {
    for (let audience = 0; audience < FIRST_AUDIENCES; audience++) {
      await watch(folder, server, { ...watched.audience, warmUp: 0, seconds: FIRST_SECONDS });
    }
    return await use(() => measure(folder, server, watched));
  });
}

function row(name: string, server: string, result: Measurement): (string | number)[] {
  const { viewers, cpuPerPacket, serverCores, lost, starved, gapP50, gapP99, gapMax, residentMb } = result;
  return [
    name,
    viewers,
    server,
    cpuPerPacket,
    serverCores,
    lost,
    starved,
    gapP50,
    gapP99,
    gapMax,
    Math.round(residentMb),
  ];
}

async function compare(folder: string, films: Films): Promise<void> {
  const rows: (string | number)[][] = [];
  const ratios: (string | number)[][] = [];
  for (const scenario of SCENARIOS.filter(({ name, long }) => (!long || !QUICK) && name.includes(CASE))) {
    const results: [Measurement[], Measurement[]] = [[], []];
    await withWarmFlipbook(folder, films, scenario, async (measureOurs) => {
      for (let turn = 0; turn < RUNS; turn++) {
        results[0].push(await measureOurs());
        // Compiled ahead of time, it begins anew each time: what it shares among viewers ends with the film.
        const { film, mode } = scenario;
        results[1].push(await withServer(BOTH[1], films[film], mode, (server) => measure(folder, server, scenario)));
      }
    });
    const [ours, theirs] = results.map((runs) => median(runs, ({ cpuPerPacket }) => cpuPerPacket));
    const [allOurs, allTheirs] = results.map((runs) => runs.map((run) => shortNumber(run.cpuPerPacket)).join(" "));
    console.error(`${scenario.name}, ${scenario.audience.viewers}: ${allOurs} and ${allTheirs} us/packet`);
    rows.push(row(scenario.name, BOTH[0]!, ours!), row("", BOTH[1]!, theirs!));
    ratios.push([
      scenario.name,
      scenario.audience.viewers,
      ours!.cpuPerPacket / theirs!.cpuPerPacket,
      scenario.goal === undefined ? "" : `at most ${scenario.goal}`,
      ours!.gapP99 - theirs!.gapP99,
    ]);
  }
  printTable(`Fan-out at 25 frames/s, median of ${RUNS} (gaps between frames in ms)`, COLUMNS, rows);
  printTable("Flipbook beside gst-rtsp-server", ["scenario", "viewers", "CPU ratio", "goal", "gap p99 +ms"], ratios);
}

/** What a loop in C spends that does nothing but send the same bytes to the same viewers. */
async function limit(folder: string, films: Films): Promise<void> {
  const rows: (string | number)[][] = [];
  for (const [transport, viewers] of [["udp", 300], ["tcp", 100], ["tcp", 300]] as const) {
    const scenario = { film: "vga", mode: "live", audience: { transport, viewers } } as const;
    const bare: number[] = [];
    const ours: number[] = [];
    await withWarmFlipbook(folder, films, scenario, async (measureOurs) => {
      for (let turn = 0; turn < RUNS; turn++) {
        ours.push((await measureOurs()).cpuPerPacket);
        const loop = await withServer("bare loop", films.vga, "live", (server) => measure(folder, server, scenario));
        if (loop.lost > 0) throw new Error(`The bare loop lost ${loop.lost} packets: it is no measure`);
        bare.push(loop.cpuPerPacket);
      }
    });
    const [allOurs, allBare] = [ours, bare].map((values) => values.map(shortNumber).join(" "));
    console.error(`${transport}, ${viewers}: ${allOurs} and ${allBare} us/packet`);
    const [limit, own] = [bare, ours].map((values) => median(values, Number)) as [number, number];
    rows.push([transport, viewers, limit, own, own / limit]);
  }
  printTable(
    "The physical limit: a bare loop in C, us/packet",
    ["transport", "viewers", "C", "Flipbook", "ratio"],
    rows,
  );
}

/** Five viewers of fifty stop reading. */
async function stopped(folder: string, films: Films): Promise<void> {
  const rows: (string | number)[][] = [];
  for (const count of [0, 5]) {
    const audience: Audience = { transport: "tcp", viewers: 50, warmUp: WARM_UP, seconds: SECONDS, stopped: count };
    const result = await withServer("Flipbook", films.vga, "file", (server) => watch(folder, server, audience));
    rows.push(row(count === 0 ? "all read" : `${count} stop reading`, "Flipbook", result));
  }
  printTable("Stopped viewers: what the others get (TCP)", COLUMNS, rows);
}

/** A thousand in a row, and newcomers while two hundred watch. */
async function setup(folder: string, films: Films): Promise<void> {
  const rows: (string | number)[][] = [];
  for (const [name, viewers, probes] of [["1000 in a row", 1000, 0], ["newcomers at 200 viewers", 200, 100]] as const) {
    const audience: Audience = { transport: "udp", viewers, warmUp: WARM_UP, seconds: SECONDS, probes };
    const result = await withServer("Flipbook", films.vga, "file", (server) => watch(folder, server, audience));
    const { playing, failures, setupP50, setupP99, setupMax, lost, gapP99, serverCores } = result;
    rows.push([name, playing, failures, setupP50, setupP99, setupMax, lost, gapP99, serverCores]);
  }
  const columns = ["", "playing", "failures", "setup p50 ms", "p99", "max", "lost", "gap p99", "cores"];
  printTable("DESCRIBE to PLAY", columns, rows);
}

/** Makes the temporary folder with films and programs, and removes it again. */
async function bench(): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "flipbook-bench-" });
  try {
    await compilePeers(folder);
    const films: Films = {
      vga: await drawFilm(folder, VGA, 60),
      // Frames of 97 KB and 530 KB.
      hd: await drawFilm(folder, { size: "1920x1080", quality: 5, noise: 4 }, QUICK ? 1 : 30),
      large: await drawFilm(folder, { size: "1600x1200", quality: 2, noise: 6 }, QUICK ? 1 : 30),
    };
    const parts = {
      compare,
      limit,
      stopped,
      memory: () => memory(folder, films.vga),
      setup,
      most: () => most(folder, films.vga),
      flat: () => flat(folder, VGA, MINUTES),
    };
    for (const [name, part] of Object.entries(parts)) {
      if (!PARTS.includes(name)) continue;
      const begun = performance.now();
      await part(folder, films);
      console.log(`(${name}: ${shortNumber((performance.now() - begun) / 1000)} s)`);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

await bench();
