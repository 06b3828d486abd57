import { assert, assertEquals, assertGreaterOrEqual } from "@std/assert";
import { type Bytes, equalBytes } from "../../lib/core/bytes.ts";
import { decodeSequential, mcuGrid, type Plane } from "../../lib/jpeg/coefficients.ts";
import { SOF2 } from "../../lib/jpeg/markers.ts";
import { type JpegImage, parseJpeg } from "../../lib/jpeg/parse.ts";
import { decodeProgressive } from "../../lib/jpeg/progressive.ts";
import { djpeg } from "./jpeg_programs.ts";
import { planeSamples, psnr, resampleIdeally } from "./jpeg_reference.ts";
import type { Specimen } from "./jpeg_zoo.ts";

/** The least that chroma must keep when it is resampled, and a picture whose colours are converted, dB. */
const LEAST_CHROMA_PSNR = 40;
const LEAST_CONVERTED_PSNR = 25;

/** A JPEG and the coefficients of its components. */
export interface Decoded {
  readonly jpeg: JpegImage;
  readonly planes: readonly Plane[];
}

/** Reads all coefficients of a JPEG. */
export function decoded(bytes: Bytes): Decoded {
  const jpeg = parseJpeg(bytes);
  return { jpeg, planes: jpeg.process === SOF2 ? decodeProgressive(jpeg) : decodeSequential(jpeg) };
}

/** Asserts that `written` is of the specimen what its fate promises: coefficients, pixels, nearness of chroma. */
export async function assertPromise({ bytes, fate }: Specimen, written: Bytes): Promise<void> {
  if (fate === "converted") return closePixels(await djpeg(written), await djpeg(bytes));
  const before = decoded(bytes);
  const after = decoded(written);
  assertSameCoefficients(before, after, 0);
  if (fate === "lossless") {
    for (const index of [1, 2]) assertSameCoefficients(before, after, index);
    assert(equalBytes(await djpeg(written), await djpeg(bytes)), "djpeg decodes other pixels");
  } else {
    const luma = await djpeg(written, { grey: true });
    assert(equalBytes(luma, await djpeg(bytes, { grey: true })), "djpeg decodes another luma");
  }
  if (fate === "chroma") { for (const index of [1, 2]) closeChroma(before, after, index); }
}

/** All coefficients of the blocks that the picture lies in mean the same: number times quantization step. */
export function assertSameCoefficients(before: Decoded, after: Decoded, index: number): void {
  const [a, b] = [before, after].map(({ jpeg, planes }) => ({
    plane: planes[index]!,
    steps: jpeg.quantization[jpeg.components[index]!.quantization]!.values,
  }));
  assertEquals([b!.plane.blocksWide, b!.plane.blocksHigh], [a!.plane.blocksWide, a!.plane.blocksHigh]);
  for (let y = 0; y < a!.plane.blocksHigh; y++) {
    for (let x = 0; x < a!.plane.blocksWide; x++) {
      for (let k = 0; k < 64; k++) {
        const [first, second] = [a!, b!].map(({ plane, steps }) =>
          plane.coefficients[(y * plane.stride + x) * 64 + k]! * steps[k]!
        );
        if (first !== second) assertEquals(second, first, `component ${index}, block ${x}, ${y}, coefficient ${k}`);
      }
    }
  }
}

function closeChroma(before: Decoded, after: Decoded, index: number): void {
  const source = planeSamples(before.jpeg, index, before.planes[index]!);
  const actual = planeSamples(after.jpeg, index, after.planes[index]!);
  const grid = mcuGrid(before.jpeg);
  const component = before.jpeg.components[index]!;
  const rows = after.jpeg.components[0]!.vertical;
  const ideal = resampleIdeally(source, actual.width, actual.height, [grid.horizontal, component.horizontal * 2], [
    grid.vertical,
    component.vertical * rows,
  ]);
  assertGreaterOrEqual(psnr(actual, ideal), LEAST_CHROMA_PSNR);
}

function closePixels(actual: Bytes, expected: Bytes): void {
  assertEquals(actual.length, expected.length);
  const squares = actual.reduce((sum, value, at) => sum + (value - expected[at]!) ** 2, 0);
  assertGreaterOrEqual(10 * Math.log10(255 * 255 * actual.length / squares), LEAST_CONVERTED_PSNR);
}
