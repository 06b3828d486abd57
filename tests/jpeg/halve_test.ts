import { assertEquals } from "@std/assert";
import { seededRandom } from "../../lib/core/random.ts";
import { emptyPlane, resamplePlane } from "../../lib/jpeg/chroma.ts";
import type { Plane } from "../../lib/jpeg/coefficients.ts";
import { Halving } from "../../lib/jpeg/halve.ts";
import { resamplePlan } from "../../lib/jpeg/resample.ts";
import { ZIGZAG } from "../../lib/jpeg/standard_tables.ts";
import { masksOf } from "../support/jpeg_reference.ts";

const PLAN = resamplePlan({ from: 32, to: 16, factor: { samples: 1, per: 2 } });
// Even steps before and odd ones after: nothing lies in the middle between two numbers, where rounding is anybody's.
const BEFORE = Uint16Array.from({ length: 64 }, (_, k) => k % 7 * 2 + 2);
const AFTER = Uint16Array.from({ length: 64 }, (_, k) => k % 3 * 2 + 1);

function withMasks(plane: Plane): Plane {
  plane.masks.set(masksOf(plane));
  return plane;
}

/** Halves a plane of one row. */
function halved(plane: Plane): Plane {
  const resized = emptyPlane(plane.blocksWide / 2, 1);
  const [contributions] = PLAN.blocks;
  const halving = new Halving({ plane, before: BEFORE, resized, after: AFTER, matrix: contributions![0]!.matrix });
  for (let block = 0; block < resized.blocksWide; block++) halving.block(block * 2, block);
  return resized;
}

Deno.test("Halving gives what the matrices of the plan give, block by block", () => {
  const random = seededRandom(11);
  for (let round = 0; round < 50; round++) {
    const plane = emptyPlane(4, 1);
    for (let count = random.uint32() % 40; count >= 0; count--) {
      plane.coefficients[random.uint32() % 256] = random.uint32() % 200 - 100;
    }
    const job = { plane: withMasks(plane), before: BEFORE, after: AFTER, vertical: undefined };
    const expected = resamplePlane({ ...job, horizontal: { ...PLAN, halved: 0 } });
    const actual = halved(plane);
    assertEquals(actual, expected);
    assertEquals(actual.masks, masksOf(actual));
  }
});

Deno.test("Halving keeps a flat plane, and sees every coefficient but those that halving loses", () => {
  const flat = emptyPlane(2, 1);
  flat.coefficients[0] = flat.coefficients[64] = 60;
  assertEquals([...halved(flat).coefficients].slice(0, 3), [120, 0, 0]);
  for (let at = 0; at < 128; at++) {
    const plane = emptyPlane(2, 1);
    plane.coefficients[at] = 900;
    const seen = halved(withMasks(plane)).coefficients.some((value) => value !== 0);
    assertEquals(seen, (ZIGZAG[at & 63]! & 7) !== 4, `coefficient ${at}`);
  }
});

Deno.test("Halving clamps what baseline coding cannot say", () => {
  const plane = emptyPlane(2, 1);
  plane.coefficients.fill(2000);
  const { coefficients } = halved(withMasks(plane));
  assertEquals([Math.max(...coefficients), Math.min(...coefficients) >= -1023], [1023, true]);
});
