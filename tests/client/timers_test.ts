import { assertEquals } from "@std/assert";
import { Timers } from "../../lib/client/timers.ts";
import { ManualClock } from "../support/manual_clock.ts";

Deno.test("Timers keeps one deadline for each name", () => {
  const clock = new ManualClock();
  const timers = new Timers<"a" | "b">(clock);
  const fired: string[] = [];
  timers.after("a", 10, () => fired.push("first"));
  timers.set("a", 20, () => fired.push("second"));
  timers.after("b", 15, () => fired.push("b"));
  clock.advance(12);
  assertEquals(fired, []);
  clock.advance(20);
  assertEquals(fired, ["b", "second"]);
});

Deno.test("Timers.clear() and clearAll() leave nothing behind", () => {
  const clock = new ManualClock();
  const timers = new Timers<"a" | "b" | "c">(clock);
  for (const name of ["a", "b", "c"] as const) timers.after(name, 10, () => {});
  timers.clear("a");
  assertEquals(clock.pending, 2);
  timers.clearAll();
  assertEquals(clock.pending, 0);
});
