import { assertEquals } from "@std/assert";
import { GROUND } from "../../../lib/client/window/background.ts";

Deno.test("GROUND has the colours that the page is painted on", async () => {
  const css = await Deno.readTextFile(new URL("../../../lib/client/page/variables.css", import.meta.url));
  assertEquals([...css.matchAll(/--ground: (#\w+);/g)].map((match) => match[1]), [GROUND.light, GROUND.dark]);
});
