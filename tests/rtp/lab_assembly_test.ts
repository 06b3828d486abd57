import { assertEquals } from "@std/assert";
import { writeJpeg } from "../../lib/jpeg/write.ts";
import { FragmentBuffer } from "../../lib/rtp/fragment_buffer.ts";
import { CountedAssembly, jpegEnd, RawAssembly } from "../../lib/rtp/lab_assembly.ts";
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

Deno.test("CountedAssembly takes no piece of another number or of a frame of another total", () => {
  const piece = (number: number, total: number) =>
    rtpPacket({ payload: Uint8Array.of(0, number, 0, total, 0, 0, 1, 2) });
  for (const [number, total, progress] of [[1, 3, "open"], [2, 3, "gap"], [0, 3, "gap"], [1, 4, "gap"]] as const) {
    const first = { number: 0, total: 3, data: Uint8Array.of(1, 2) };
    const assembly = new CountedAssembly(new FragmentBuffer(100), first);
    assertEquals(assembly.add(piece(0, 3)), "open");
    const result = assembly.add(piece(number, total));
    assertEquals(result, progress === "gap" ? { fault: "gap in the frame" } : progress, `${number} of ${total}`);
  }
});
