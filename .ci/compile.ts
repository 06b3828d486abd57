/**
 * Makes the two programs, each one file, in dist/:
 *
 *     deno run -A .ci/compile.ts          for this machine
 *     deno run -A .ci/compile.ts --all    for all five kinds of machines
 *     deno run -A .ci/compile.ts TARGET   for one, by its triple
 *
 * The runtime inside comes from the Deno that compiles, DENO_FOR_COMPILE or else the one that runs this; Deno downloads it
 * unless DENORT_BIN names it. SOURCE_DATE_EPOCH, in seconds, replaces the day of the build.
 */
import { join } from "@std/path";
import { drawIcons } from "./release/draw_icon.ts";
import { lockedPackages, makeSbom } from "./release/sbom.ts";
import { ROOT, stage } from "./release/stage.ts";
import { formatSums, sha256 } from "./release/sums.ts";
import {
  compileArguments,
  outputName,
  type ProgramName,
  programParts,
  PROGRAMS,
  type Target,
  TARGETS,
} from "./release/targets.ts";

const DIST = join(ROOT, "dist");
const MEGABYTE = 1024 * 1024;
const deno = Deno.env.get("DENO_FOR_COMPILE") ?? Deno.execPath();
const project = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));

function chosenTargets(words: readonly string[]): readonly Target[] {
  if (words.includes("--all")) return TARGETS;
  const triple = words[0] ?? Deno.build.target;
  const target = TARGETS.find((candidate) => candidate.triple === triple);
  if (target !== undefined) return [target];
  throw new Error(`There is no target ${triple}. There are: ${TARGETS.map(({ triple }) => triple).join(", ")}`);
}

/** When the programs were made, or are said to have been. */
function buildTime(): Date {
  const epoch = Number(Deno.env.get("SOURCE_DATE_EPOCH"));
  return epoch > 0 ? new Date(epoch * 1000) : new Date();
}

/** Compiles one program; returns the name of its file and the packages inside. */
async function compile(program: ProgramName, target: Target, withTarget: boolean, icon: string) {
  // Not in the project: there its configuration would have to be a member of the project's workspace.
  const folder = await Deno.makeTempDir({ prefix: "flipbook-stage-" });
  try {
    const parts = programParts(program, target);
    const staged = await stage(deno, parts, folder, buildTime().toISOString().slice(0, 10));
    const name = outputName(program, target, withTarget);
    const output = join(DIST, name);
    const options = { parts, unstable: project.unstable, includes: staged.includes, output, icon };
    const args = compileArguments(program, target, options);
    const { success } = await new Deno.Command(deno, { args, cwd: folder, stdin: "null" }).spawn().status;
    if (!success) throw new Error(`Cannot compile ${program} for ${target.triple}`);
    const bytes = await Deno.readFile(output);
    console.log(
      `${name}: ${mebibytes(bytes.length)} MiB, ${mebibytes(await folderSize(folder))} of them Flipbook's own files`,
    );
    return { name, sum: await sha256(bytes), packages: staged.packages };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function folderSize(folder: string): Promise<number> {
  let size = 0;
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    size += isDirectory ? await folderSize(path) : (await Deno.stat(path)).size;
  }
  return size;
}

function mebibytes(bytes: number): string {
  return (bytes / MEGABYTE).toFixed(1);
}

async function denoVersion(): Promise<string> {
  const { stdout } = await new Deno.Command(deno, { args: ["--version"], env: { NO_COLOR: "1" } }).output();
  return /^deno (\S+)/.exec(new TextDecoder().decode(stdout))?.[1] ?? "unknown";
}

async function writeSbom(packages: readonly string[]): Promise<string> {
  const locked = lockedPackages(await Deno.readTextFile(join(ROOT, "deno.lock")), packages);
  const used = await Promise.all(locked.map(async (entry) => {
    const text = await Deno.readTextFile(join(ROOT, "node_modules", entry.name, "package.json"));
    return { ...entry, license: String(JSON.parse(text).license ?? "NOASSERTION") };
  }));
  const sbom = makeSbom({
    project,
    deno: await denoVersion(),
    packages: used,
    timestamp: buildTime().toISOString(),
    serial: crypto.randomUUID(),
  });
  const text = `${JSON.stringify(sbom, null, 2)}\n`;
  await Deno.writeTextFile(join(DIST, "flipbook.cdx.json"), text);
  return await sha256(new TextEncoder().encode(text));
}

if (import.meta.main) {
  const targets = chosenTargets(Deno.args);
  await Deno.mkdir(DIST, { recursive: true });
  const icon = await drawIcons(join(DIST, "icons"));
  const sums = new Map<string, string>();
  const packages = new Set<string>();
  for (const target of targets) {
    for (const program of PROGRAMS) {
      const made = await compile(program, target, Deno.args.length > 0, icon);
      sums.set(made.name, made.sum);
      for (const name of [...made.packages, ...(program === "rtsp-client" ? ["webview-bun"] : [])]) packages.add(name);
    }
  }
  sums.set("flipbook.cdx.json", await writeSbom([...packages].sort()));
  await Deno.writeTextFile(join(DIST, "SHA256SUMS"), formatSums(sums));
}
