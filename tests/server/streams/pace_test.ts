import { assertEquals, assertThrows } from "@std/assert";
import { RtspError } from "../../../lib/rtsp/status.ts";
import { formatPace, parseScale, parseSpeed } from "../../../lib/server/streams/pace.ts";

Deno.test("parseScale() and parseSpeed() read decimal numbers", () => {
  assertEquals(["1", "-2.5", "+0.25", " 8. "].map(parseScale), [1, -2.5, 0.25, 8]);
  assertEquals(parseSpeed("2.5"), 2.5);
  assertEquals(formatPace(-2.5), "-2.500");
});

Deno.test("parseScale() and parseSpeed() refuse what is no pace with 400", () => {
  for (const text of ["", "0", "-0.0", "fast", "1e3", "NaN", "Infinity", "1,5", "1".repeat(100)]) {
    assertEquals(assertThrows(() => parseScale(text), RtspError).status, 400, text);
  }
  for (const text of ["0", "-1", "x"]) assertEquals(assertThrows(() => parseSpeed(text), RtspError).status, 400, text);
});
