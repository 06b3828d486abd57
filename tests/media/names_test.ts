import { assertEquals } from "@std/assert";
import { isSafeName } from "../../lib/media/names.ts";

Deno.test("P16 isSafeName() takes relative names and refuses all that could lead elsewhere", () => {
  const cases: [string, boolean][] = [
    ["movie.Mjpeg", true],
    ["a/b/c.mjpeg", true],
    ["Übung 1 (final).mjpeg", true],
    ["%2e%2e%2fetc", true],
    ["a..b", true],
    ["", false],
    ["/", false],
    ["/a", false],
    ["a/", false],
    ["a//b", false],
    [".", false],
    ["..", false],
    ["a/../b", false],
    ["a/./b", false],
    [".git/config", false],
    ["a\\b", false],
    ["c:/x", false],
    ["C:x", false],
    ["a\0b", false],
    ["a\nb", false],
    ["a\x7fb", false],
    ["film.", false],
    ["film /x", false],
    ["\udc00", false],
    ["x".repeat(513), false],
  ];
  for (const [name, safe] of cases) assertEquals(isSafeName(name), safe, JSON.stringify(name));
});
