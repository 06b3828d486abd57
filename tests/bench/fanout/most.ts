import { printTable } from "../table.ts";
import {
  type Audience,
  type Film,
  type Measurement,
  type Mode,
  type ServerName,
  watch,
  withServer,
} from "./programs.ts";

const FIRST = 100;
/** More than so many the viewers of one process on one core cannot read themselves. */
const MAX_VIEWERS = 2000;
/** After so long the number of one server is not raised any more, ms: the whole part takes less than four minutes. */
const PATIENCE = 32_000;
/** A server that does not take in its viewers in so many seconds has too many. */
const START_LIMIT = 25;
/** Frames a second that each viewer must get, of 25: a server that has too much to do may lose none and be late. */
const LEAST_RATE = 24.5;
/** Twice the viewers may take so much of the CPU. */
const LINEAR = 2.1;

const COLUMNS = [
  "server",
  "mode",
  "viewers",
  "frames/s",
  "lost",
  "gap p99",
  "cores",
  "us/packet",
  "CPU for twice",
  "their own cores",
];

/** How CPU grows with the viewers, and the most that one core serves without loss and in time. */
export async function most(folder: string, film: Film): Promise<void> {
  const rows: (string | number)[][] = [];
  const best: (string | number)[][] = [];
  for (const server of ["Flipbook", "gst-rtsp-server"] as const) {
    for (const mode of ["file", "live"] as const) {
      const steps = await climb((viewers) => look(folder, film, server, mode, viewers));
      for (const [index, step] of steps.entries()) rows.push(row(server, mode, step, steps[index - 1]));
      const most = steps.filter(isFine).sort((a, b) => b.viewers - a.viewers)[0];
      best.push([server, mode, most?.viewers ?? 0, most?.serverCores ?? 0]);
    }
  }
  printTable(`CPU as viewers are added (UDP); for twice as many it may be ${LINEAR} times as much`, COLUMNS, rows);
  printTable("Most viewers of one core without loss (UDP)", ["server", "mode", "viewers", "cores"], best);
}

function look(folder: string, film: Film, name: ServerName, mode: Mode, viewers: number): Promise<Measurement> {
  const audience: Audience = { transport: "udp", viewers, warmUp: 1.5, seconds: 3, startLimit: START_LIMIT };
  return withServer(name, film, mode, (server) => watch(folder, server, audience));
}

/** Doubles the viewers while they are served well, then tries the middle between the last two numbers. */
async function climb(look: (viewers: number) => Promise<Measurement>): Promise<Measurement[]> {
  const end = performance.now() + PATIENCE;
  const steps: Measurement[] = [];
  for (let viewers = FIRST; viewers <= MAX_VIEWERS && performance.now() < end; viewers *= 2) {
    const step = await look(viewers);
    steps.push(step);
    if (isFine(step)) continue;
    if (steps.length > 1 && performance.now() < end) steps.push(await look(Math.round(viewers * 0.75)));
    break;
  }
  return steps;
}

function isFine({ viewers, playing, framesPerSecond, lost, starved, serverCores }: Measurement): boolean {
  return playing === viewers && framesPerSecond >= LEAST_RATE && lost === 0 && starved === 0 && serverCores < 1;
}

function row(server: string, mode: string, step: Measurement, before: Measurement | undefined): (string | number)[] {
  const { viewers, playing, framesPerSecond, serverCores, cpuPerPacket, lost, gapP99, ownCores } = step;
  const twice = before && viewers === 2 * before.viewers && isFine(step) ? serverCores / before.serverCores : "";
  const shown = playing === viewers ? String(viewers) : `${viewers} (${playing} play)`;
  return [server, mode, shown, framesPerSecond, lost, gapP99, serverCores, cpuPerPacket, twice, ownCores];
}
