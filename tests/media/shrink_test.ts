import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import type { Bytes } from "../../lib/core/bytes.ts";
import { InvalidDataError } from "../../lib/core/errors.ts";
import { seededRandom } from "../../lib/core/random.ts";
import { emptyPlane } from "../../lib/jpeg/chroma.ts";
import { encodeScan } from "../../lib/jpeg/encode.ts";
import { parseJpeg } from "../../lib/jpeg/parse.ts";
import { quantizationForQuality } from "../../lib/jpeg/standard_tables.ts";
import { writeJpeg } from "../../lib/jpeg/write.ts";
import { scaleToFit, shrinkJpeg } from "../../lib/media/shrink.ts";
import { decodePicture, type Picture } from "../support/decode_picture.ts";
import { sampleJpeg } from "../support/jpeg_samples.ts";
import { makeJpeg } from "../support/make_film.ts";

/** A picture full of detail, whose left half is darker than its right one. */
function detailed(width: number, height: number, seed = 1): Bytes {
  const random = seededRandom(seed);
  const grid = { wide: Math.ceil(width / 16), high: Math.ceil(height / 16) };
  const luma = emptyPlane(grid.wide * 2, grid.high * 2);
  for (let block = 0; block < luma.coefficients.length / 64; block++) {
    luma.coefficients[block * 64] = block % luma.stride < grid.wide ? -40 : 40;
    for (let k = 1; k < 24; k++) {
      luma.coefficients[block * 64 + k] = 1 + random.uint32() % 3;
      luma.masks[block * 2]! |= -0x80000000 >>> k;
    }
  }
  const { data: scan } = encodeScan({ planes: [luma, undefined, undefined], lumaRows: 2, grid, restartInterval: 0 });
  return writeJpeg({ type: 1, width, height, restartInterval: 0, quantization: quantizationForQuality(80), scan });
}

/** Mean brightness of the four quarters of a picture. */
function quarters({ rgba, width, height }: Picture): number[] {
  return [0, 1, 2, 3].map((quarter) => {
    let sum = 0;
    let count = 0;
    for (let y = (quarter >> 1) * (height >> 1); y < ((quarter >> 1) + 1) * (height >> 1); y++) {
      for (let x = (quarter & 1) * (width >> 1); x < ((quarter & 1) + 1) * (width >> 1); x++) {
        sum += rgba[(y * width + x) * 4 + 1]!;
        count++;
      }
    }
    return sum / count;
  });
}

async function assertAlike(a: Uint8Array, b: Uint8Array): Promise<void> {
  const [first, second] = [quarters(await decodePicture(a)), quarters(await decodePicture(b))];
  for (const [i, value] of first.entries()) assert(Math.abs(value - second[i]!) < 6, `${first} and ${second}`);
}

Deno.test("shrinkJpeg() makes a picture coarser so that it fits, and no coarser", async () => {
  const original = detailed(320, 240);
  const maxBytes = Math.floor(original.length * 0.7);
  const { data, change } = await shrinkJpeg(original, maxBytes);
  assert(data.length <= maxBytes);
  assertMatch(change, /^re-encoded at quality \d+$/);
  const { width, height } = parseJpeg(data);
  assertEquals([width, height], [320, 240]);
  await assertAlike(data, original);
});

Deno.test("shrinkJpeg() scales a picture down that has too many pixels", async () => {
  const original = detailed(1282, 722);
  const { data, change } = await shrinkJpeg(original, 22_000);
  assert(data.length <= 22_000);
  const { width, height } = parseJpeg(data);
  assertEquals([width, height], [641, 361]);
  assertMatch(change, /^scaled to 641x361 and re-encoded at quality \d+$/);
  await assertAlike(data, original);
});

Deno.test("shrinkJpeg() gives frames of one film one size", async () => {
  const sizes = await Promise.all([1, 2, 3].map(async (number) => {
    const { data } = await shrinkJpeg(detailed(640, 360, number), 9000);
    return parseJpeg(data).width;
  }));
  assertEquals(new Set(sizes).size, 1);
});

Deno.test("shrinkJpeg() takes progressive, grey and 4:4:4 pictures", async () => {
  for (const name of ["420_progressive", "grey", "444"]) {
    const original = sampleJpeg(name);
    const { data } = await shrinkJpeg(original, 880);
    assert(data.length <= 880, `${name}: ${data.length}`);
    await assertAlike(data, original);
  }
});

Deno.test("shrinkJpeg() refuses what is no picture and what can get no smaller", async () => {
  await assertRejects(() => shrinkJpeg(Uint8Array.of(1, 2, 3), 1000), InvalidDataError);
  await assertRejects(() => shrinkJpeg(sampleJpeg("arithmetic"), 1000), InvalidDataError);
  await assertRejects(() => shrinkJpeg(makeJpeg(1), 100), RangeError);
});

Deno.test("scaleToFit() scales by eighths until both sides fit, and keeps the picture", async () => {
  const source = detailed(320, 160);
  const { image, changes } = scaleToFit(source, 130);
  assertEquals([image.width, image.height], [120, 60]);
  assertEquals(changes, ["scaled from 320x160 to 120x60"]);
  const [before, after] = await Promise.all(
    [source, writeJpeg(image)].map(async (jpeg) => quarters(await decodePicture(jpeg))),
  );
  before!.forEach((mean, quarter) => assert(Math.abs(mean - after![quarter]!) < 4, `quarter ${quarter}`));
});

Deno.test("scaleToFit() leaves alone what fits, and refuses what an eighth of is too large", () => {
  const source = makeJpeg(1);
  assertEquals(scaleToFit(source, 64).changes, []);
  assertEquals(scaleToFit(source, 64).image.width, 64);
  assertThrows(() => scaleToFit(detailed(160, 16), 19), RangeError, "160x16");
});
