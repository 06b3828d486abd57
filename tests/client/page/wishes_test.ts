import { assertEquals } from "@std/assert";
import { PATIENCE, Wishes } from "../../../lib/client/page/wishes.js";

Deno.test("Wishes.or() goes on from what was asked for until the player says that it is so", () => {
  const wishes = new Wishes(() => 0);
  assertEquals(wishes.or("speed", -2), -2);
  wishes.add("speed", -1);
  wishes.add("speed", 0.25);
  // The answer to the first press comes after the second.
  wishes.told("speed", -1);
  assertEquals(wishes.or("speed", -1), 0.25);
  wishes.told("speed", 0.25);
  assertEquals(wishes.or("speed", 0.25), 0.25);
  wishes.told("speed", 1);
  assertEquals([wishes.or("speed", 1), wishes.or("loop", true)], [1, true]);
});

Deno.test("Wishes.or() forgets what the player does not grant", () => {
  let now = 0;
  const wishes = new Wishes(() => now);
  wishes.add("speed", 8);
  wishes.told("speed", 1);
  now = PATIENCE;
  assertEquals(wishes.or("speed", 1), 8);
  now = PATIENCE + 1;
  assertEquals(wishes.or("speed", 1), 1);
});
