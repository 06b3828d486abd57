import { printTable } from "../table.ts";
import { type Audience, type Film, watch, withServer } from "./programs.ts";

const FEW = 100;
const MANY = 600;
/** Viewers whose server is looked at for long, and samples a minute. */
const STEADY = 300;
const SAMPLES = 2;

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

/** Whether memory stays as it is while nothing changes. */
export async function flat(folder: string, film: Film, minutes: number): Promise<void> {
  const rows: (string | number)[][] = [];
  const audience: Audience = { transport: "udp", viewers: STEADY, warmUp: 10, seconds: 60 * minutes };
  const result = await withServer("Flipbook", film, "file", async (server) => {
    const watching = watch(folder, server, audience);
    const sample = setInterval(
      () => rows.push([(rows.length + 1) / SAMPLES, residentMb(server.pid)]),
      60_000 / SAMPLES,
    );
    try {
      return await watching;
    } finally {
      clearInterval(sample);
    }
  });
  printTable(`Memory over ${minutes} minutes with ${STEADY} viewers (lost: ${result.lost})`, ["minute", "MB"], rows);
}

/** Memory of a process, MB. */
function residentMb(pid: number): number {
  const [, kilobytes = "0"] = /VmRSS:\s+(\d+)/.exec(Deno.readTextFileSync(`/proc/${pid}/status`)) ?? [];
  return Number(kilobytes) / 1024;
}
