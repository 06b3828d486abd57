import { assertEquals } from "@std/assert";
import { decodeLatin1 } from "../../lib/core/bytes.ts";
import { lineOutput, terminalLine } from "../../lib/core/line_output.ts";

Deno.test("lineOutput() writes whole lines to an output that takes a few bytes at a time", () => {
  let text = "";
  const print = lineOutput((bytes) => {
    const taken = bytes.slice(0, 3);
    text += decodeLatin1(taken);
    return taken.length;
  });
  print("ready");
  print("rtsp://host/film");
  assertEquals(text, "ready\nrtsp://host/film\n");
});

Deno.test("lineOutput() tells once that nobody reads any more, and writes no further line", () => {
  let calls = 0;
  let told = 0;
  const print = lineOutput(() => {
    calls++;
    throw new Error("Broken pipe");
  }, () => told++);
  for (const line of ["one", "two", "three"]) print(line);
  assertEquals([calls, told], [1, 1]);
});

Deno.test("terminalLine() shows each line in the place of the one before", () => {
  let text = "";
  const show = terminalLine((bytes) => {
    text += decodeLatin1(bytes);
    return bytes.length;
  });
  show("50 %");
  show("");
  assertEquals(text, "\r50 %\x1b[K\r\x1b[K");
});
