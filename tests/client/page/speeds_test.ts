import { assertEquals } from "@std/assert";
import { formatSpeed, nextSpeed, SPEEDS } from "../../../lib/client/page/speeds.js";

Deno.test("formatSpeed() prints what the server granted, short", () => {
  assertEquals([1, -2, 0.25, 2.5, 7.999].map(formatSpeed), [
    "1\u00d7",
    "\u22122\u00d7",
    "0.25\u00d7",
    "2.5\u00d7",
    "8\u00d7",
  ]);
});

Deno.test("nextSpeed() walks the list from the fastest backward to the fastest, and stays at its ends", () => {
  const seen = [-4];
  for (let count = 0; count < 20; count++) seen.push(nextSpeed(seen.at(-1)!, 1));
  assertEquals(seen.slice(0, SPEEDS.length), [...SPEEDS].reverse());
  assertEquals([seen.at(-1), nextSpeed(-4, -1), nextSpeed(1, -1), nextSpeed(3, 1)], [8, -4, 0.5, 4]);
});
