import { fromFileUrl, join, relative, SEPARATOR } from "@std/path";

/** The project's root folder. */
export const PROJECT_ROOT = fromFileUrl(new URL("../../", import.meta.url));

/** One source file of the project. */
export interface SourceFile {
  /** Path from the project's root, with "/" on every system. */
  readonly path: string;
  readonly text: string;
}

/** All files below `folder` of the project whose name ends in one of `endings`, in the order of their paths. */
export async function sourceFiles(folder: string, endings = [".ts", ".js"]): Promise<SourceFile[]> {
  const found: SourceFile[] = [];
  for await (const entry of Deno.readDir(join(PROJECT_ROOT, folder))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory) found.push(...await sourceFiles(path, endings));
    else if (endings.some((ending) => entry.name.endsWith(ending))) {
      found.push({
        path: path.split(SEPARATOR).join("/"),
        text: await Deno.readTextFile(join(PROJECT_ROOT, path)),
      });
    }
  }
  return found.sort((a, b) => a.path < b.path ? -1 : 1);
}

/** What `file` imports from the project itself, as paths from its root; from elsewhere, as written. */
export function importsOf(file: SourceFile): string[] {
  const specifiers = [...file.text.matchAll(/^(?:import|export)\b[^"';]*?["']([^"']+)["'];?$/gm)].map((match) =>
    match[1]!
  );
  return specifiers.map((specifier) => {
    if (!specifier.startsWith(".")) return specifier;
    const target = fromFileUrl(new URL(specifier, new URL(file.path, "file:///")));
    return relative(fromFileUrl("file:///"), target).split(SEPARATOR).join("/");
  });
}
