import { assertEquals } from "@std/assert";
import { Rates } from "../../lib/client/rates.ts";

Deno.test("Rates tells frames and kilobits a second over the last two seconds", () => {
  const rates = new Rates();
  rates.begin(0);
  assertEquals([rates.fps(0), rates.kbps(0)], [0, 0]);
  for (let frame = 0; frame < 100; frame++) rates.frame(frame * 40, frame * 1000);
  assertEquals([rates.fps(3960), rates.kbps(3960)], [25, 200]);
});

Deno.test("Rates falls when frames stay away, to nothing after two seconds", () => {
  const rates = new Rates();
  rates.begin(0);
  for (let frame = 0; frame < 50; frame++) rates.frame(frame * 40, 0);
  assertEquals(rates.fps(2960) < 20, true);
  assertEquals([rates.fps(5000), rates.kbps(5000)], [0, 0]);
});

Deno.test("Rates.begin() forgets what was before a pause", () => {
  const rates = new Rates();
  rates.frame(0, 0);
  rates.begin(1000);
  rates.frame(1000, 0);
  assertEquals(rates.fps(1000), 0);
});
