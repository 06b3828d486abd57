import { assertEquals } from "@std/assert";
import { formatSums, sha256 } from "../../.ci/release/sums.ts";

Deno.test("formatSums() writes what sha256sum --check reads", async () => {
  const empty = await sha256(new Uint8Array());
  assertEquals(empty, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  assertEquals(formatSums(new Map([["b", "2"], ["a", empty]])), `${empty}  a\n2  b\n`);
});
