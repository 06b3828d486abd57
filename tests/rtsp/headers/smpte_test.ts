import { assertAlmostEquals, assertEquals } from "@std/assert";
import { formatSmpte, isSmpteUnit, parseSmpte } from "../../../lib/rtsp/headers/smpte.ts";

const FRAME = 1001 / 30000;

Deno.test("parseSmpte() leaves out two frame numbers a minute, but not in every tenth", () => {
  for (
    const [text, frames] of [
      ["0:00:00:00", 0],
      ["0:00:59:29", 1799],
      ["0:01:00:02", 1800],
      ["0:02:00:02", 3598],
      ["0:09:59:29", 17981],
      ["0:10:00:00", 17982],
      ["1:00:00:00", 107892],
      ["0:00:00:01.50", 1.5],
    ] as const
  ) {
    assertAlmostEquals(parseSmpte("smpte-30-drop", text)!, frames * FRAME, 1e-9, text);
    assertEquals(formatSmpte("smpte", frames * FRAME), text, text);
  }
});

Deno.test("parseSmpte() takes a number that drop frame leaves out for the first there is", () => {
  assertEquals(parseSmpte("smpte", "0:01:00"), parseSmpte("smpte", "0:01:00:02"));
});

Deno.test("formatSmpte() gives back every frame of half an hour", () => {
  for (let frame = 0; frame < 30 * 1800; frame += 7) {
    const text = formatSmpte("smpte-30-drop", frame * FRAME);
    assertAlmostEquals(parseSmpte("smpte-30-drop", text)!, frame * FRAME, 1e-6, text);
  }
});

Deno.test("parseSmpte() counts 25 frames plainly", () => {
  assertEquals(parseSmpte("smpte-25", "0:01:00:05.50"), 60.22);
  assertEquals(formatSmpte("smpte-25", 60.22), "0:01:00:05.50");
  assertEquals(parseSmpte("smpte-25", "0:00:00:25"), undefined);
});

Deno.test("isSmpteUnit() knows the units of RFC 2326 section 3.5", () => {
  assertEquals(["smpte", "smpte-25", "smpte-30-drop", "smpte-24", "npt"].map(isSmpteUnit), [
    true,
    true,
    true,
    false,
    false,
  ]);
});
