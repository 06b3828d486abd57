import { assert, assertEquals } from "@std/assert";
import { framingError, quote, reasonOf, RtspError } from "../../lib/rtsp/status.ts";

Deno.test("reasonOf() gives the phrase of RFC 2326, or that of the class", () => {
  assertEquals(reasonOf(454), "Session Not Found");
  assertEquals(reasonOf(499), "Bad Request");
  assertEquals(reasonOf(999), "Unknown");
});

Deno.test("RtspError keeps the wire's phrase apart from the log's message", () => {
  const error = new RtspError(415, "Cannot send a.mjpeg: it is 4:4:4", { reason: "It Is 4:4:4" });
  assertEquals([error.status, error.reason, error.fatal], [415, "It Is 4:4:4", false]);
  assertEquals(error.message, "Cannot send a.mjpeg: it is 4:4:4");
  assertEquals(new RtspError(454).message, "Session Not Found");
});

Deno.test("framingError() is fatal and answers 400 unless told otherwise", () => {
  assertEquals([framingError("x").status, framingError("x", 413).status], [400, 413]);
  assert(framingError("x").fatal);
});

Deno.test("quote() escapes control characters and cuts long text", () => {
  assertEquals(quote("a\r\n\0"), '"a\\r\\n\\u0000"');
  assertEquals(quote("a".repeat(41)), `"${"a".repeat(40)}..."`);
});
