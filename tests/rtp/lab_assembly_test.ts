import { assertEquals } from "@std/assert";
import { writeJpeg } from "../../lib/jpeg/write.ts";
import { FragmentBuffer } from "../../lib/rtp/fragment_buffer.ts";
import { jpegEnd, RawAssembly } from "../../lib/rtp/lab_assembly.ts";
import { madeUpPicture, rtpPacket } from "../support/rtp.ts";

Deno.test("jpegEnd() finds the end, and none in what is cut or no JPEG", () => {
  const jpeg = writeJpeg(madeUpPicture(200));
  assertEquals(jpegEnd(jpeg), jpeg.length);
  assertEquals(jpegEnd(jpeg.subarray(0, -1)), undefined);
  assertEquals(jpegEnd(new Uint8Array(9)), undefined);
});

Deno.test("RawAssembly takes only the step between numbers that the second piece showed", () => {
  const jpeg = writeJpeg(madeUpPicture(200));
  const pieces = [jpeg.slice(0, 100), jpeg.slice(100, 200), jpeg.slice(200, 300)];
  for (
    const [sequences, ends] of [[[5, 5, 6], false], [[5, 6, 6], false], [[5, 7, 9], false], [[5, 6, 7], true]] as const
  ) {
    const assembly = new RawAssembly(new FragmentBuffer(1000));
    const progress = pieces.map((payload, index) => assembly.add(rtpPacket({ sequence: sequences[index]!, payload })));
    assertEquals(progress.every((step) => step === "open"), ends, `numbers ${sequences}`);
  }
});
