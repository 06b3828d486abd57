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
    files.set(path, { type, body: Deno.readFileSync(new URL(entry.name, directory)) });
  }
  files.set("/uplot.js", { type: TYPES[".js"]!, body: encodeText(uplot) });
  const index = files.get("/");
  if (index !== undefined) files.set("/", { ...index, body: withPreloads(index.body, [...files.keys()]) });
  return files;
}

/** Names all modules at the top of the page, so that the browser fetches them at once and not one import after another. */
function withPreloads(html: Bytes, paths: readonly string[]): Bytes {
  const modules = paths.filter((path) => path.endsWith(".js"));
  const links = modules.map((path) => `<link rel="modulepreload" href="${path}">`).join("");
  return encodeText(new TextDecoder().decode(html).replace("</head>", `${links}</head>`));
}
