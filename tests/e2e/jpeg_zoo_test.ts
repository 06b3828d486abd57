import { assert, assertEquals, assertGreaterOrEqual, assertStringIncludes, assertThrows } from "@std/assert";
import { type Bytes, equalBytes } from "../../lib/core/bytes.ts";
import { InvalidDataError } from "../../lib/core/errors.ts";
import { decodeSequential, mcuGrid, type Plane } from "../../lib/jpeg/coefficients.ts";
import { SOF2 } from "../../lib/jpeg/markers.ts";
import { type JpegImage, parseJpeg } from "../../lib/jpeg/parse.ts";
import { decodeProgressive } from "../../lib/jpeg/progressive.ts";
import { fitRfc2435, type RtpJpeg } from "../../lib/jpeg/rfc2435.ts";
import { toRtpJpeg } from "../../lib/jpeg/transcode.ts";
import { writeJpeg } from "../../lib/jpeg/write.ts";
import { JpegDepacketizer } from "../../lib/rtp/jpeg_depacketizer.ts";
import { packetizeJpeg } from "../../lib/rtp/jpeg_packetizer.ts";
import { djpeg } from "../support/jpeg_programs.ts";
import { planeSamples, psnr, resampleIdeally } from "../support/jpeg_reference.ts";
import { makeZoo, type Specimen } from "../support/jpeg_zoo.ts";
import { framePackets } from "../support/rtp.ts";

const zoo = await makeZoo();

Deno.test("the zoo has at least 60 JPEGs", () => {
  assertGreaterOrEqual(zoo.length, 60);
  assertEquals(new Set(zoo.map(({ name }) => name)).size, zoo.length);
});

for (const specimen of zoo) {
  const { name, fate } = specimen;
  Deno.test(`J05 J06 toRtpJpeg() keeps its promise for a ${fate} JPEG: ${name}`, async () => {
    if (fate === "refused") return refuses(specimen);
    const { image, changes, lossless } = toRtpJpeg(specimen.bytes);
    const written = writeJpeg(image);
    assert(equalBytes(throughRtp(image), written), "RTP brings another JPEG");
    const before = decoded(specimen.bytes);
    const after = decoded(written);
    assertEquals(fitRfc2435(after.jpeg, 65535).fits, true);
    assertEquals(lossless, fate === "lossless" || fate === "grey");
    assertEquals(changes.length === 0, fate === "lossless");
    if (fate !== "converted") sameCoefficients(before, after, 0);
    if (fate === "lossless") {
      for (const index of [1, 2]) sameCoefficients(before, after, index);
      assert(equalBytes(await djpeg(written), await djpeg(specimen.bytes)), "djpeg decodes other pixels");
    } else if (fate !== "converted") {
      const luma = await djpeg(written, { grey: true });
      assert(equalBytes(luma, await djpeg(specimen.bytes, { grey: true })), "djpeg decodes another luma");
    }
    if (fate === "chroma") { for (const index of [1, 2]) closeChroma(before, after, index); }
    if (fate === "converted") closePixels(await djpeg(written), await djpeg(specimen.bytes));
  });
}

/** What a receiver that was told the size puts together from the packets. */
function throughRtp(image: RtpJpeg): Bytes {
  const depacketizer = new JpegDepacketizer({ sizeOverride: { width: image.width, height: image.height } });
  const received = framePackets(packetizeJpeg(image).payloads, 0, 65530).map((packet) => depacketizer.push(packet));
  return received.at(-1)!.data;
}

interface Decoded {
  readonly jpeg: JpegImage;
  readonly planes: readonly Plane[];
}

function decoded(bytes: Bytes): Decoded {
  const jpeg = parseJpeg(bytes);
  return { jpeg, planes: jpeg.process === SOF2 ? decodeProgressive(jpeg) : decodeSequential(jpeg) };
}

function refuses({ bytes, reason }: Specimen): void {
  const error = assertThrows(() => toRtpJpeg(bytes), InvalidDataError);
  assertStringIncludes(error.message, reason!);
}

/** All coefficients of the blocks that the picture lies in mean the same: number times quantization step. */
function sameCoefficients(before: Decoded, after: Decoded, index: number): void {
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
  assertGreaterOrEqual(psnr(actual, ideal), 40);
}

function closePixels(actual: Bytes, expected: Bytes): void {
  assertEquals(actual.length, expected.length);
  const squares = actual.reduce((sum, value, at) => sum + (value - expected[at]!) ** 2, 0);
  assertGreaterOrEqual(10 * Math.log10(255 * 255 * actual.length / squares), 25);
}
