import { join } from "@std/path";
import { printTable, shortNumber } from "../table.ts";
import { type Audience, drawFilm, type Drawing, type Film, type Mode, watch, withServer } from "./programs.ts";

const FEW = 100;
const MANY = 600;
/** Viewers whose server is looked at for long, and samples a minute. */
const STEADY = 300;
const SAMPLES = 2;
const MODES = ["live", "file"] as const satisfies readonly Mode[];
/** Seconds of film that are left when it ends: the viewers come one by one, and first take what they are not measured by. */
const FILM_RESERVE = 30;

/** What one more viewer costs. */
export async function memory(folder: string, film: Film): Promise<void> {
  const rows: (string | number)[][] = [];
  for (const transport of ["udp", "tcp"] as const) {
    const sizes: number[] = [];
    for (const viewers of [FEW, MANY]) {
      const audience: Audience = { transport, viewers, warmUp: 4, seconds: 5 };
      const { residentMb } = await withServer("Flipbook", film, "live", (server) => watch(folder, server, audience));
      sizes.push(residentMb);
    }
    rows.push([transport, sizes[0]!, sizes[1]!, (sizes[1]! - sizes[0]!) * 1024 / (MANY - FEW)]);
  }
  printTable("Memory", ["transport", `MB at ${FEW}`, `MB at ${MANY}`, "KB for each added viewer"], rows);
}

/** Whether memory stays as it is while nothing changes: of a live line, and of timelines of their own. */
export async function flat(folder: string, drawing: Drawing, minutes: number): Promise<void> {
  const audience: Audience = { transport: "udp", viewers: STEADY, warmUp: 10, seconds: 60 * minutes };
  const place = join(folder, "flat");
  await Deno.mkdir(place);
  // A film that ends before would let the server rest, which proves nothing.
  const film = await drawFilm(place, drawing, audience.warmUp + audience.seconds + FILM_RESERVE);
  const columns: number[][] = [];
  const figures: string[] = [];
  for (const mode of MODES) {
    const sizes: number[] = [];
    const { lost, framesPerSecond } = await withServer("Flipbook", film, mode, async (server) => {
      const watching = watch(folder, server, audience);
      const sample = setInterval(() => sizes.push(residentMb(server.pid)), 60_000 / SAMPLES);
      try {
        return await watching;
      } finally {
        clearInterval(sample);
      }
    });
    columns.push(sizes);
    figures.push(`${mode}: ${shortNumber(framesPerSecond)} frames/s each, ${lost} lost`);
  }
  const rows = columns[0]!.map((_, at) => [(at + 1) / SAMPLES, ...columns.map((sizes) => sizes[at] ?? NaN)]);
  printTable(
    `Memory over ${minutes} minutes with ${STEADY} viewers (${figures.join("; ")})`,
    ["minute", ...MODES.map((mode) => `${mode}, MB`)],
    rows,
  );
}

/** Memory of a process, MB. */
function residentMb(pid: number): number {
  const [, kilobytes = "0"] = /VmRSS:\s+(\d+)/.exec(Deno.readTextFileSync(`/proc/${pid}/status`)) ?? [];
  return Number(kilobytes) / 1024;
}
