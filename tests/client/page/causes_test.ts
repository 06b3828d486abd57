import { assert, assertEquals } from "@std/assert";
import { BEHIND, CAUSES } from "../../../lib/client/page/causes.js";
import { MEASURES } from "../../../lib/client/page/stats_history.js";

Deno.test("CAUSES has a place for every number that the page names", async () => {
  const page = await Deno.readTextFile(new URL("../../../lib/client/page/index.html", import.meta.url));
  const named = [...page.matchAll(/data-cause="([^"]*)"/g)].map((match) => match[1]!);
  assert(named.length >= 5);
  assertEquals(named.filter((name) => !Object.hasOwn(CAUSES, name)), []);
});

Deno.test("BEHIND leads from every chart to what goes over the wire, or to another chart", () => {
  assertEquals(Object.keys(BEHIND).sort(), MEASURES.map(({ id }) => id).sort());
  for (const { id } of MEASURES) {
    const cause = CAUSES[BEHIND[id]![1]];
    assert(cause !== undefined && cause.card !== id, id);
  }
});

Deno.test("CAUSES opens charts that exist", () => {
  const cards = Object.values(CAUSES).map(({ card }) => card).filter((card) => card !== undefined);
  assertEquals(cards.filter((card) => !MEASURES.some(({ id }) => id === card)), []);
});
