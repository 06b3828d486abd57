import { assert, assertEquals, assertLess, assertLessOrEqual } from "@std/assert";
import { StartSlots } from "../../../lib/server/sending/start_slots.ts";

/** Starts of `count` viewers, 7.3 ms after one another, as places in an interval of `interval` ms. */
function startAll(slots: StartSlots, count: number, interval: number): number[] {
  return Array.from({ length: count }, (_, index) => {
    const asked = 1000 + index * 7.3;
    const begins = slots.enter(asked, 1000 / interval);
    assert(begins >= asked && begins - asked <= 40.001, `put off from ${asked} to ${begins}`);
    return Math.round((begins - 1000) % interval * 1000) / 1000 % interval;
  });
}

Deno.test("StartSlots lets the first viewer begin at once and the next ones at the same moment of the interval", () => {
  const slots = new StartSlots();
  assertEquals(new Set(startAll(slots, 100, 40)), new Set([0]));
});

Deno.test("StartSlots opens moments halfway between when there are many viewers", () => {
  const places = startAll(new StartSlots(), 400, 40);
  const counts = Map.groupBy(places, (place) => place);
  assertEquals([...counts.keys()].sort((a, b) => a - b), [0, 10, 20, 30]);
  for (const viewers of counts.values()) assertLessOrEqual(viewers.length, 150);
});

Deno.test("StartSlots never puts a viewer of a slow film off for long", () => {
  const places = startAll(new StartSlots(), 90, 1000);
  assertLess(1, new Set(places).size);
  for (const place of places) assert(Math.abs(place / 40 - Math.round(place / 40)) < 0.001);
});

Deno.test("StartSlots.leave() makes room: who comes when nobody plays begins at once", () => {
  const slots = new StartSlots();
  slots.enter(1000, 25);
  slots.leave();
  assertEquals(slots.enter(1013, 25), 1013);
});
