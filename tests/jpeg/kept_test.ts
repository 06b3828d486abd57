import { assertEquals } from "@std/assert";
import { Kept } from "../../lib/jpeg/kept.ts";

Deno.test("Kept makes a value once and gives up the one that was not asked for the longest", () => {
  const made: string[] = [];
  const kept = new Kept<string>(2);
  const ask = (key: string) =>
    kept.get(key, () => {
      made.push(key);
      return key.toUpperCase();
    });
  assertEquals(["a", "b", "a", "c", "a", "b"].map(ask), ["A", "B", "A", "C", "A", "B"]);
  assertEquals(made, ["a", "b", "c", "b"]);
});
