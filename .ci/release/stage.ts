/** Lays out what goes into one program, and nothing else, in a folder of its own: `deno compile` embeds whole packages. */
import { dirname, fromFileUrl, join, relative } from "@std/path";
import { BUILD_FILE } from "../../lib/core/build_info.ts";
import { type ProgramParts } from "./targets.ts";

const ROOT_URL = new URL("../../", import.meta.url).href;
/** The project's root folder. */
export const ROOT = fromFileUrl(ROOT_URL);
/** Endings of the page's files that the bridge serves. */
const PAGE_ENDINGS = [".html", ".css", ".js", ".svg"];
const WEBVIEW_FOLDER = "node_modules/webview-bun/build";

/** What the modules of a program need: the project's own files and packages of npm, by name. */
export interface ModuleGraph {
  /** Paths from the root, with "/". */
  readonly files: readonly string[];
  readonly packages: readonly string[];
}

/** Reads what `deno info --json` tells of one or more modules. `root` is the URL of the project's root. */
export function readGraph(infos: readonly string[], root: string): ModuleGraph {
  const files = new Set<string>();
  const packages = new Set<string>();
  for (const info of infos) {
    const { modules } = JSON.parse(info) as { modules: { specifier: string; error?: string }[] };
    for (const { specifier, error } of modules) {
      if (error !== undefined) throw new Error(`Cannot find ${specifier}: ${error}`);
      if (specifier.startsWith(root)) files.add(decodeURIComponent(specifier.slice(root.length)));
      const name = /^npm:\/?((?:@[^/]+\/)?[^@/]+)/.exec(specifier)?.[1];
      if (name !== undefined) packages.add(name);
    }
  }
  return { files: [...files].sort(), packages: [...packages].sort() };
}

/** Modules that `file`, a path from the root, runs in threads of their own: no import names them. */
export function threadsOf(file: string, text: string): string[] {
  const threads = text.matchAll(/new Worker\(\s*new URL\("([^"]+)", import\.meta\.url\)/g);
  return [...threads].map((match) => new URL(match[1]!, `file:///${file}`).pathname.slice(1));
}

/** The configuration of a program: the project's own, with the packages that the program uses and no other. */
export function stageConfig(project: Record<string, unknown>, packages: readonly string[]): Record<string, unknown> {
  const imports = Object.entries(project["imports"] as Record<string, string>).filter(([, target]) =>
    packages.some((name) => target.startsWith(`npm:${name}@`))
  );
  const { name, version, license, unstable } = project;
  return { name, version, license, unstable, imports: Object.fromEntries(imports) };
}

/** A program ready to be compiled. */
export interface Stage {
  /** Files and threads to embed that no import names, from the folder. */
  readonly includes: readonly string[];
  readonly packages: readonly string[];
}

/** Fills `folder`, which is empty, with what `parts` names and what that imports. */
export async function stage(deno: string, parts: ProgramParts, folder: string, date: string): Promise<Stage> {
  const { threads, files, packages } = await modulesOf(deno, parts.entry);
  const webview = parts.webview === undefined ? [] : [`${WEBVIEW_FOLDER}/${parts.webview}`];
  const data = [...(await Promise.all(parts.files.map(expand))).flat(), ...webview];
  for (const file of new Set([...files, ...data])) await put(folder, file, await Deno.readFile(join(ROOT, file)));
  const project = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));
  const encoder = new TextEncoder();
  await put(folder, "deno.json", encoder.encode(JSON.stringify(stageConfig(project, packages), null, 2)));
  await put(folder, "deno.lock", await Deno.readFile(join(ROOT, "deno.lock")));
  await put(folder, BUILD_FILE, encoder.encode(JSON.stringify({ date })));
  return { includes: [...threads, ...data, BUILD_FILE], packages };
}

/** All that `entry` and the threads it starts, and those that these start, consist of. */
async function modulesOf(deno: string, entry: string): Promise<ModuleGraph & { readonly threads: readonly string[] }> {
  const infos: string[] = [];
  const threads = new Set<string>();
  for (const waiting = [entry]; waiting.length > 0;) {
    const info = await describe(deno, waiting.pop()!);
    infos.push(info);
    for (const file of readGraph([info], ROOT_URL).files) {
      for (const thread of threadsOf(file, await Deno.readTextFile(join(ROOT, file)))) {
        if (threads.has(thread)) continue;
        threads.add(thread);
        waiting.push(thread);
      }
    }
  }
  return { ...readGraph(infos, ROOT_URL), threads: [...threads].sort() };
}

async function describe(deno: string, module: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(deno, { args: ["info", "--json", module], cwd: ROOT })
    .output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(`Cannot look into ${module}: ${decoder.decode(stderr)}`);
  return decoder.decode(stdout);
}

/** The page's files for a folder of the page, or the file itself. */
async function expand(path: string): Promise<string[]> {
  if (!path.endsWith("/")) return [path];
  const files: string[] = [];
  for await (const { name, isFile, isDirectory } of Deno.readDir(join(ROOT, path))) {
    if (isDirectory && name !== "node_modules") files.push(...await expand(`${path}${name}/`));
    else if (isFile && PAGE_ENDINGS.some((ending) => name.endsWith(ending))) files.push(path + name);
  }
  return files.sort();
}

async function put(folder: string, path: string, bytes: Uint8Array): Promise<void> {
  const target = join(folder, path);
  if (relative(folder, target).startsWith("..")) throw new Error(`${path} does not lie in the project`);
  await Deno.mkdir(dirname(target), { recursive: true });
  await Deno.writeFile(target, bytes);
}
