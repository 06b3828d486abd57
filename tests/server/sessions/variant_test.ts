import { assertEquals, assertThrows } from "@std/assert";
import { RtspError } from "../../../lib/rtsp/status.ts";
import { formatVariant, parseVariant } from "../../../lib/server/sessions/variant.ts";

Deno.test("parseVariant() reads what is ours and passes the rest over", () => {
  const cases: [string | undefined, ReturnType<typeof parseVariant>][] = [
    [undefined, {}],
    ["", {}],
    ["fit=2040", { fit: 2040 }],
    ["tcp&fit=640&loop=1", { fit: 640, loop: true }],
    ["loop", { loop: true }],
    ["loop=0", {}],
    ["loop=1/track1", { loop: true }],
    ["fit=2040/track1", { fit: 2040 }],
    ["outfit=3&loops=1", {}],
  ];
  for (const [query, variant] of cases) assertEquals(parseVariant(query), variant, query ?? "none");
});

Deno.test("parseVariant() refuses sizes that pictures are not scaled to", () => {
  for (const size of ["", "0", "63", "2041", "-5", "1e3", "99999999999", "%20"]) {
    assertEquals(assertThrows(() => parseVariant(`fit=${size}`), RtspError).status, 400, size);
  }
});

Deno.test("formatVariant() writes what parseVariant() reads", () => {
  assertEquals(formatVariant({}), "");
  for (const variant of [{ fit: 640 }, { loop: true }, { fit: 2040, loop: true }]) {
    assertEquals(parseVariant(formatVariant(variant).slice(1)), variant);
  }
});
