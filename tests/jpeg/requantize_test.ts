import { assertEquals } from "@std/assert";
import { emptyPlane } from "../../lib/jpeg/chroma.ts";
import { commonSteps, refineSteps } from "../../lib/jpeg/requantize.ts";

const table = (...steps: number[]) => Uint16Array.from({ length: 64 }, (_, k) => steps[k] ?? 1);

Deno.test("commonSteps() gives steps that divide those of every table", () => {
  const steps = commonSteps([table(16, 17, 24, 255), table(24, 16, 24, 85)]);
  assertEquals(Array.from(steps.subarray(0, 5)), [8, 1, 24, 85, 1]);
});

Deno.test("J08 commonSteps() gives the largest step of 8 bits that divides one of 16", () => {
  assertEquals(Array.from(commonSteps([table(256, 300, 257, 65535, 510)]).subarray(0, 5)), [128, 150, 1, 255, 255]);
});

Deno.test("refineSteps() keeps number times step", () => {
  const plane = emptyPlane(2, 1);
  plane.coefficients.set([3, -5, 7], 0);
  plane.coefficients.set([-1, 2, 4], 64);
  refineSteps(plane, table(300, 34, 9), table(150, 17, 9));
  assertEquals(Array.from(plane.coefficients.subarray(0, 3)), [6, -10, 7]);
  assertEquals(Array.from(plane.coefficients.subarray(64, 67)), [-2, 4, 4]);
});

Deno.test("refineSteps() stays inside 16 bits when a hostile JPEG would leave them", () => {
  const plane = emptyPlane(1, 1);
  plane.coefficients.set([32767, -32767]);
  refineSteps(plane, table(257, 257), table(1, 1));
  assertEquals(Array.from(plane.coefficients.subarray(0, 2)), [32767, -32767]);
});
