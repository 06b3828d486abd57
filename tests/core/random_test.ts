import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { randomHex, seededRandom, systemRandom } from "../../lib/core/random.ts";

Deno.test("seededRandom() repeats itself for one seed and differs between seeds", () => {
  assertEquals(seededRandom(7).bytes(16), seededRandom(7).bytes(16));
  assertNotEquals(seededRandom(7).bytes(16), seededRandom(8).bytes(16));
  assertNotEquals(seededRandom(0).uint32(), 0);
});

Deno.test("randomHex() writes two digits a byte", () => {
  assertMatch(randomHex(systemRandom, 16), /^[0-9a-f]{32}$/);
  assertNotEquals(randomHex(systemRandom, 16), randomHex(systemRandom, 16));
});
