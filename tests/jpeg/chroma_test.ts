import { assertEquals, assertGreater } from "@std/assert";
import { chromaSteps, emptyPlane, resamplePlane } from "../../lib/jpeg/chroma.ts";
import { decodeSequential } from "../../lib/jpeg/coefficients.ts";
import { parseJpeg } from "../../lib/jpeg/parse.ts";
import { resamplePlan } from "../../lib/jpeg/resample.ts";
import { quantizationForQuality, ZIGZAG } from "../../lib/jpeg/standard_tables.ts";
import { sampleJpeg } from "../support/jpeg_samples.ts";
import { masksOf, planeSamples, psnr, resampleIdeally } from "../support/jpeg_reference.ts";

Deno.test("chromaSteps() halves the step of the same frequency and stays between 1 and 8", () => {
  const natural = Uint16Array.from({ length: 64 }, (_, at) => (at & 7) * 2 + 3);
  const before = Uint16Array.from(ZIGZAG, (at) => natural[at]!);
  const after = chromaSteps(before, { horizontal: 0.5, vertical: 1 });
  const row = [0, 1, 2, 3, 4, 5, 6, 7].map((column) => after[ZIGZAG.indexOf(column)]);
  assertEquals(row, [1, 1, 2, 2, 3, 3, 4, 4]);
  assertEquals(chromaSteps(new Uint16Array(64).fill(200), { horizontal: 2, vertical: 2 })[63], 8);
  assertEquals(chromaSteps(new Uint16Array(64).fill(1), { horizontal: 1, vertical: 1 })[0], 1);
});

Deno.test("resamplePlane() comes close to ideally resampled samples, in one and in two dimensions", () => {
  const image = parseJpeg(sampleJpeg("444"));
  const steps = Uint16Array.from(quantizationForQuality(60).subarray(64));
  const after = chromaSteps(steps, { horizontal: 0.5, vertical: 0.5 });
  for (const height of [37, 19]) {
    for (const index of [1, 2]) {
      const plane = decodeSequential(image)[index]!;
      const resized = resamplePlane({
        plane,
        before: steps,
        after,
        horizontal: resamplePlan({ from: 43, to: 22, factor: { samples: 1, per: 2 } }),
        vertical: height === 37 ? undefined : resamplePlan({ from: 37, to: 19, factor: { samples: 1, per: 2 } }),
      });
      assertEquals([resized.blocksWide, resized.blocksHigh], [3, Math.ceil(height / 8)]);
      const quantization = [undefined, { bits: 8 as const, values: after }];
      const actual = planeSamples({ ...image, width: 22, height, quantization }, index, resized);
      const ideal = resampleIdeally(planeSamples(image, index, plane), 22, height, [1, 2], [1, height === 37 ? 1 : 2]);
      assertGreater(psnr(actual, ideal), 40);
    }
  }
});

Deno.test("resamplePlane() adds nothing but the rounding when steps are fine, in every block and frequency", () => {
  const image = parseJpeg(sampleJpeg("444"));
  const steps = Uint16Array.from(quantizationForQuality(60).subarray(64));
  const after = new Uint16Array(64).fill(1);
  const plane = decodeSequential(image)[2]!;
  const across = resamplePlan({ from: 43, to: 22, factor: { samples: 1, per: 2 } });
  for (const height of [37, 74]) {
    const down = resamplePlan({ from: 37, to: 74, factor: { samples: 2, per: 1 } });
    const vertical = height === 37 ? undefined : down;
    const resized = resamplePlane({ plane, before: steps, after, horizontal: across, vertical });
    const quantization = [undefined, { bits: 8 as const, values: after }];
    const actual = planeSamples({ ...image, width: 22, height, quantization }, 2, resized);
    const ideal = resampleIdeally(planeSamples(image, 2, plane), 22, height, [1, 2], [height === 37 ? 1 : 2, 1]);
    assertGreater(psnr(actual, ideal), 57);
    assertEquals(resized.masks, masksOf(resized));
    assertEquals(resized.coefficients.length, resized.masks.length * 32);
  }
});

Deno.test("resamplePlane() clamps what baseline coding cannot say", () => {
  const plane = emptyPlane(1, 1);
  plane.coefficients[0] = 2000;
  const same = resamplePlan({ from: 8, to: 8, factor: { samples: 1, per: 1 } });
  const fine = new Uint16Array(64).fill(1);
  const resized = resamplePlane({ plane, before: fine, after: fine, horizontal: same, vertical: undefined });
  assertEquals(resized.coefficients[0], 1023);
});
