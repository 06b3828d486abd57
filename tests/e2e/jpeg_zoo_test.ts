import { assert, assertEquals, assertGreaterOrEqual, assertStringIncludes, assertThrows } from "@std/assert";
import { type Bytes, equalBytes } from "../../lib/core/bytes.ts";
import { InvalidDataError } from "../../lib/core/errors.ts";
import { parseJpeg } from "../../lib/jpeg/parse.ts";
import { fitRfc2435, type RtpJpeg } from "../../lib/jpeg/rfc2435.ts";
import { toRtpJpeg } from "../../lib/jpeg/transcode.ts";
import { writeJpeg } from "../../lib/jpeg/write.ts";
import { JpegDepacketizer } from "../../lib/rtp/jpeg_depacketizer.ts";
import { packetizeJpeg } from "../../lib/rtp/jpeg_packetizer.ts";
import { assertPromise } from "../support/jpeg_promise.ts";
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
    assertEquals(fitRfc2435(parseJpeg(written), 65535).fits, true);
    assertEquals(lossless, fate === "lossless" || fate === "grey");
    assertEquals(changes.length === 0, fate === "lossless");
    await assertPromise(specimen, written);
  });
}

/** What a receiver that was told the size puts together from the packets. */
function throughRtp(image: RtpJpeg): Bytes {
  const depacketizer = new JpegDepacketizer({ sizeOverride: { width: image.width, height: image.height } });
  const received = framePackets(packetizeJpeg(image).payloads, 0, 65530).map((packet) => depacketizer.push(packet));
  return received.at(-1)!.data;
}

function refuses({ bytes, reason }: Specimen): void {
  const error = assertThrows(() => toRtpJpeg(bytes), InvalidDataError);
  assertStringIncludes(error.message, reason!);
}
