import { assertEquals } from "@std/assert";
import { DropCounter } from "../../lib/rtp/drop_counter.ts";

Deno.test("DropCounter counts by reason and in all", () => {
  const drops = new DropCounter();
  for (const reason of ["a", "b", "a"]) drops.count(reason);
  assertEquals([drops.total, [...drops.counts]], [3, [["a", 2], ["b", 1]]]);
});
