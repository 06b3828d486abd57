import { assertEquals, assertThrows } from "@std/assert";
import { formatSession, MAX_SESSION_ID_LENGTH, parseSession } from "../../../lib/rtsp/headers/session.ts";
import { RtspError } from "../../../lib/rtsp/status.ts";

Deno.test("parseSession() and formatSession() agree on every form", () => {
  for (
    const [input, canonical, value] of [
      ["12345678", "12345678", { id: "12345678" }],
      ["ab$-_.+;timeout=55", "ab$-_.+;timeout=55", { id: "ab$-_.+", timeout: 55 }],
      [" 1 ; Timeout = 60 ", "1;timeout=60", { id: "1", timeout: 60 }],
      ["1;x=2;timeout=3;timeout=4", "1;timeout=3", { id: "1", timeout: 3 }],
      ["1;timeout=soon", "1", { id: "1" }],
      ["1;", "1", { id: "1" }],
    ] as const
  ) {
    assertEquals(parseSession(input), value, input);
    assertEquals(formatSession(value), canonical, input);
    assertEquals(parseSession(canonical), value, canonical);
  }
});

Deno.test("parseSession() refuses an id that is empty, too long or not visible ASCII", () => {
  for (const value of ["", ";timeout=5", "a b", "ü", "a\0", "a".repeat(MAX_SESSION_ID_LENGTH + 1)]) {
    assertEquals(assertThrows(() => parseSession(value), RtspError, "Cannot read Session").status, 400);
  }
});
