import { assertAlmostEquals, assertEquals, assertStrictEquals } from "@std/assert";
import { resamplePlan, type Scaling } from "../../lib/jpeg/resample.ts";
import { resampleIdeally } from "../support/jpeg_reference.ts";
import { seededRandom } from "../../lib/core/random.ts";

/** The cosine transform of 8 samples, as T.81 A.3.3 has it in one dimension. */
function transform(samples: readonly number[]): number[] {
  return samples.map((_, u) =>
    samples.reduce((sum, value, x) => sum + value * Math.cos((2 * x + 1) * u * Math.PI / 16), 0) *
    (u === 0 ? Math.SQRT1_2 : 1) / 2
  );
}

function blocksOf(line: readonly number[]): number[][] {
  return Array.from(
    { length: Math.ceil(line.length / 8) },
    (_, block) => Array.from({ length: 8 }, (_, x) => line[block * 8 + x] ?? 1e3),
  );
}

Deno.test("resamplePlan() does in frequencies what weighing samples does, whatever fills the last block", () => {
  const random = seededRandom(9);
  const scalings: [number, number, number, number][] = [
    [43, 22, 1, 2],
    [16, 8, 1, 2],
    [1, 1, 1, 2],
    [11, 22, 2, 1],
    [15, 22, 3, 2],
    [29, 22, 3, 4],
    [20, 5, 1, 4],
    [9, 9, 1, 1],
  ];
  for (const [from, to, samples, per] of scalings) {
    const line = Array.from({ length: from }, () => random.uint32() % 256 - 128);
    const source = { width: from, height: 1, values: Float64Array.from(line) };
    const ideal = [...resampleIdeally(source, to, 1, [samples, per], [1, 1]).values];
    const old = blocksOf(line).map(transform);
    const { blocks } = resamplePlan({ from, to, factor: { samples, per } });
    assertEquals(blocks.length, Math.ceil(to / 8));
    for (const [block, contributions] of blocks.entries()) {
      const padded = Array.from({ length: 8 }, (_, x) => ideal[Math.min(block * 8 + x, to - 1)]!);
      for (const [u, expected] of transform(padded).entries()) {
        const actual = contributions.reduce(
          (sum, { block, matrix }) =>
            sum + old[block]!.reduce((part, value, v) => part + matrix[v * 8 + u]! * value, 0),
          0,
        );
        assertAlmostEquals(actual, expected, 1e-6, `${from} to ${to}, block ${block}, frequency ${u}`);
      }
    }
  }
});

Deno.test("resamplePlan() makes a plan once and uses it again", () => {
  const scaling: Scaling = { from: 640, to: 320, factor: { samples: 1, per: 2 } };
  assertStrictEquals(resamplePlan({ ...scaling }), resamplePlan(scaling));
});

Deno.test("resamplePlan() says how many blocks are made of two whole ones by halving", () => {
  const halved = (from: number, to: number, samples: number, per: number) =>
    resamplePlan({ from, to, factor: { samples, per } }).halved;
  assertEquals([halved(43, 22, 1, 2), halved(48, 24, 2, 4), halved(15, 8, 1, 2), halved(32, 8, 1, 4)], [2, 3, 0, 0]);
});
