import { assertEquals } from "@std/assert";
import { isWholeJpeg } from "../../lib/jpeg/whole.ts";
import { sampleJpeg } from "../support/jpeg_samples.ts";

Deno.test("isWholeJpeg() says yes to EOI, to all blocks without EOI, and no to anything less", () => {
  for (const [name, withoutEnd] of [["420", true], ["420_restart", true], ["420_progressive", false]] as const) {
    const jpeg = sampleJpeg(name);
    assertEquals(isWholeJpeg(jpeg), true, name);
    assertEquals(isWholeJpeg(jpeg.slice(0, -2)), withoutEnd, name);
    for (const missing of [3, 8, 40, jpeg.length - 100, jpeg.length]) {
      assertEquals(isWholeJpeg(jpeg.slice(0, -missing)), false, `${name} without ${missing} bytes`);
    }
  }
  assertEquals(isWholeJpeg(new Uint8Array(100)), false);
});
