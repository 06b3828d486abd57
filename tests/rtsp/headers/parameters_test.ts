import { assertEquals, assertThrows } from "@std/assert";
import { splitOutsideQuotes, splitParameter, unquote } from "../../../lib/rtsp/headers/parameters.ts";
import { RtspError } from "../../../lib/rtsp/status.ts";

Deno.test("splitOutsideQuotes() leaves separators inside quotes alone", () => {
  assertEquals(splitOutsideQuotes('a; b="x;\\";y" ;;c', ";", "X"), ["a", 'b="x;\\";y"', "", "c"]);
  assertEquals(splitOutsideQuotes("", ",", "X"), [""]);
});

Deno.test("splitOutsideQuotes() refuses a quote that stays open", () => {
  for (const value of ['a"', '"\\"', '"'.repeat(3)]) {
    assertEquals(assertThrows(() => splitOutsideQuotes(value, ",", "Header"), RtspError, "Header").status, 400);
  }
});

Deno.test("splitParameter() lowers the name and unquotes the value", () => {
  assertEquals(splitParameter(' Mode = "PLAY" '), { name: "mode", value: "PLAY" });
  assertEquals(splitParameter("unicast"), { name: "unicast", value: undefined });
  assertEquals(splitParameter("a=b=c"), { name: "a", value: "b=c" });
});

Deno.test("unquote() resolves escapes and leaves other text alone", () => {
  assertEquals(['"a\\"b\\\\"', '"', "a", '""'].map(unquote), ['a"b\\', '"', "a", ""]);
});
