import { assertEquals, assertThrows } from "@std/assert";
import { RtspHeaders } from "../../lib/rtsp/rtsp_headers.ts";

Deno.test("RtspHeaders.get() finds the first field whatever the case of its name", () => {
  const headers = new RtspHeaders().append("CSeq", "1").append("cseq", "2");
  assertEquals(headers.get("CSEQ"), "1");
  assertEquals(headers.getAll("Cseq"), ["1", "2"]);
  assertEquals([headers.has("cSeq"), headers.has("Session"), headers.size], [true, false, 2]);
});

Deno.test("RtspHeaders.entries() keeps order and names as written", () => {
  const headers = RtspHeaders.from({ Session: "a", CSeq: "1" }).append("x-More", "b");
  assertEquals(headers.entries(), [["Session", "a"], ["CSeq", "1"], ["x-More", "b"]]);
});

Deno.test("RtspHeaders.set() replaces in place and removes repeats", () => {
  const headers = RtspHeaders.from({ A: "1", B: "2" }).append("a", "3");
  headers.set("a", "4").set("C", "5");
  headers.set("B", "6").set("b", "2");
  assertEquals(headers.entries(), [["A", "4"], ["B", "2"], ["C", "5"]]);
});

Deno.test("RtspHeaders.delete() removes every field of the name", () => {
  const headers = new RtspHeaders().append("A", "1").append("a", "2").append("B", "3");
  headers.delete("A");
  assertEquals(headers.entries(), [["B", "3"]]);
});

Deno.test("RtspHeaders.append() refuses a name that could break the head", () => {
  for (const name of ["", "A B", "A:", "A\r\nB", "é"]) {
    assertThrows(() => new RtspHeaders().append(name, "x"), TypeError, "as a header name");
  }
});
