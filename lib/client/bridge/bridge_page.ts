import uplot from "uplot/dist/uPlot.esm.js" with { type: "text" };
import { type Bytes, encodeText } from "../../core/bytes.ts";

/** One file of the page, ready to send. */
export interface PageFile {
  readonly type: string;
  readonly body: Bytes;
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};

/**
 * Reads all files of the page, by their path in the address ("/main.js"; "/" is index.html). They stand in memory, so
 * no request ever names a file of the machine. The library for charts (uPlot) is served beside them.
 */
export async function loadPage(directory: URL): Promise<ReadonlyMap<string, PageFile>> {
  const files = new Map<string, PageFile>();
  for await (const entry of Deno.readDir(directory)) {
    const type = TYPES[entry.name.slice(entry.name.lastIndexOf("."))];
    if (!entry.isFile || type === undefined) continue;
    const path = entry.name === "index.html" ? "/" : `/${entry.name}`;
    files.set(path, { type, body: await Deno.readFile(new URL(entry.name, directory)) });
  }
  files.set("/uplot.js", { type: TYPES[".js"]!, body: encodeText(uplot) });
  return files;
}
