import { assertAlmostEquals, assertEquals } from "@std/assert";
import { emptyPlane } from "../../lib/jpeg/chroma.ts";
import { rgbToYcc } from "../../lib/jpeg/rgb.ts";

/** Planes of one block whose DC coefficient says the level, with steps of 2. */
function convert(red: number, green: number, blue: number): number[] {
  const planes = [red, green, blue].map((level) => {
    const plane = emptyPlane(1, 1);
    plane.coefficients[0] = (level - 128) * 4;
    return plane;
  });
  const result = rgbToYcc({ planes, steps: planes.map(() => new Uint16Array(64).fill(2)) });
  return result.planes.map(({ coefficients }, index) => coefficients[0]! * result.steps[index]![0]! / 8 + 128);
}

Deno.test("rgbToYcc() gives the levels of JFIF", () => {
  const cases = [
    [[128, 128, 128], [128, 128, 128]],
    [[255, 255, 255], [255, 128, 128]],
    [[255, 0, 0], [76.2, 85, 255.5]],
    [[0, 0, 255], [29.1, 255.5, 107.3]],
  ] as const;
  for (const [[red, green, blue], expected] of cases) {
    for (const [index, level] of convert(red, green, blue).entries()) {
      assertAlmostEquals(level, expected[index]!, 0.6, `component ${index} of ${red},${green},${blue}`);
    }
  }
});

Deno.test("rgbToYcc() gives luma half the finest step, at most 4, and chroma steps of 1", () => {
  const steps = [12, 6, 40].map((step) => new Uint16Array(64).fill(step).fill(90, 1));
  const converted = rgbToYcc({ planes: steps.map(() => emptyPlane(1, 1)), steps });
  assertEquals(converted.steps.map((table) => [table[0], table[1]]), [[3, 4], [1, 1], [1, 1]]);
});
