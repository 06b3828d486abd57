import { assertEquals } from "@std/assert";
import { describeVersion, readBuildDate } from "../../lib/core/build_info.ts";

Deno.test("describeVersion() names the version, and what a compiled program was made of", () => {
  assertEquals(describeVersion("1.2.3"), "1.2.3");
  assertEquals(
    describeVersion("1.2.3", { date: "2026-01-31", target: "aarch64-apple-darwin", deno: "2.9.6" }),
    "1.2.3 (built 2026-01-31 for aarch64-apple-darwin, Deno 2.9.6)",
  );
});

Deno.test("readBuildDate() finds the day, and lives with a file that has none", () => {
  assertEquals(readBuildDate('{ "date": "2026-01-31" }'), "2026-01-31");
  assertEquals(readBuildDate(""), "on an unknown day");
});
