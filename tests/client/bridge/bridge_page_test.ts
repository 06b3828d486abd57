import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { loadPage } from "../../../lib/client/bridge/bridge_page.ts";

const PAGE = new URL("../../../lib/client/page/", import.meta.url);

Deno.test("loadPage() names every module at the top of the page, so that none waits for another", async () => {
  const files = await loadPage(PAGE);
  const head = new TextDecoder().decode(files.get("/")!.body).split("</head>")[0]!;
  const modules = [...files.keys()].filter((path) => path.endsWith(".js"));
  assert(modules.includes("/main.js") && modules.includes("/uplot.js"));
  for (const path of modules) assertStringIncludes(head, `<link rel="modulepreload" href="${path}">`);
});

Deno.test("loadPage() leaves out what a browser has no use for", async () => {
  const files = await loadPage(PAGE);
  assertEquals(files.has("/deno.json"), false);
  assertEquals(files.get("/main.js")!.type, "text/javascript; charset=utf-8");
});
