import { assertEquals } from "@std/assert";
import { parseJpeg } from "../../lib/jpeg/parse.ts";
import { checkScan, pictureSize } from "../../lib/rtp/jpeg_frame.ts";
import { pipe, writePixmap } from "../support/jpeg_programs.ts";

const header = { typeSpecific: 0, fragmentOffset: 0, type: 1, q: 50, width: 64, height: 48 };

Deno.test("checkScan() takes the smallest scan that an encoder can make, and nothing smaller", async () => {
  // A grey picture without any difference: only its first block says more than "nothing here".
  for (const [type, sampling] of [[0, "2x1"], [1, "2x2"]] as const) {
    const [width, height] = [330, 250];
    const pixmap = { width, height, channels: 3 as const, samples: new Uint8Array(width * height * 3).fill(128) };
    const jpeg = await pipe("cjpeg", ["-baseline", "-sample", sampling], writePixmap(pixmap));
    const scan = parseJpeg(jpeg).scans[0]!.data;
    assertEquals(checkScan(scan, { ...header, type }, { width, height }), scan);
    assertEquals(
      checkScan(scan.slice(0, -2), { ...header, type }, { width, height }),
      "scan too short for its size",
      `type ${type}`,
    );
  }
});

Deno.test("pictureSize() never makes a picture larger than its header says", () => {
  assertEquals(pictureSize(header, { width: 65, height: 48 }), { width: 64, height: 48 });
  assertEquals(pictureSize(header, { width: 63, height: 47 }), { width: 63, height: 47 });
  assertEquals(pictureSize(header, undefined), { width: 64, height: 48 });
  assertEquals(pictureSize({ ...header, width: 0, height: 0 }, undefined), undefined);
});
