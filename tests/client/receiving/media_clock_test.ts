import { assertAlmostEquals, assertEquals } from "@std/assert";
import { MediaClock } from "../../../lib/client/receiving/media_clock.ts";

Deno.test("MediaClock.timeOf() counts from the anchor of the answer to PLAY, over the wrap of timestamps", () => {
  const clock = new MediaClock(90_000);
  assertEquals(clock.timeOf(5), undefined);
  clock.begin(0xffffffff - 44_999, 10);
  assertEquals([clock.timeOf(0xffffffff - 44_999), clock.timeOf(0), clock.timeOf(45_000)], [10, 10.5, 11]);
});

Deno.test("MediaClock.timeOf() measures frames older than the newest anchor by the one before", () => {
  const clock = new MediaClock(90_000);
  clock.begin(0, 0);
  clock.begin(900_000, 100);
  assertEquals([clock.timeOf(90_000), clock.timeOf(900_000), clock.timeOf(990_000)], [1, 100, 101]);
});

Deno.test("MediaClock.timeOf() goes the way and at the speed of the granted Scale", () => {
  const clock = new MediaClock(90_000);
  clock.begin(0, 20, -2);
  assertEquals(clock.timeOf(90_000), 18);
});

Deno.test("R08 MediaClock.timeOf() goes on after 13 hours, when timestamps have gone once round", () => {
  const clock = new MediaClock(90_000);
  clock.begin(0, 0);
  const hour = 3600;
  let time: number | undefined;
  for (let now = 0; now <= 30 * hour; now += hour / 2) time = clock.timeOf((now * 90_000) >>> 0);
  assertAlmostEquals(time!, 30 * hour, 0.001);
});
