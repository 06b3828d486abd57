import { assertEquals } from "@std/assert";
import { frameRateOf } from "../../../lib/media/writers/frame_rate.ts";

Deno.test("frameRateOf() finds the rate that was meant behind uneven times", () => {
  for (
    const [frames, seconds, rate, scale] of [
      [101, 4, 25, 1],
      [101, 4.001, 25, 1],
      [301, 300 * 1001 / 30000, 30000, 1001],
      [301, 10, 30, 1],
      [2, 0.5, 2, 1],
      [11, 4.4, 2273, 1000],
      [2, 1e6, 1, 1000],
      [1000, 0.001, 1000, 1],
      [1, 0, 25, 1],
      [5, 0, 25, 1],
    ] as const
  ) assertEquals(frameRateOf(frames, seconds), { rate, scale }, `${frames} in ${seconds} s`);
});
