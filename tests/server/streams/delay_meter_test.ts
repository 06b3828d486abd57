import { assertEquals, assertLess } from "@std/assert";
import { DelayMeter } from "../../../lib/server/streams/delay_meter.ts";

Deno.test("DelayMeter tells the mean of the last frames and the longest delay of all", () => {
  const meter = new DelayMeter();
  assertEquals([meter.mean, meter.worst], [0, 0]);
  meter.note(4);
  meter.note(8);
  assertEquals([meter.mean, meter.worst], [6, 8]);
  meter.note(90);
  for (let count = 0; count < 500; count++) meter.note(1);
  assertLess(meter.mean, 1.1);
  assertEquals(meter.worst, 90);
});
