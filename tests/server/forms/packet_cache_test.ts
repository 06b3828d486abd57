import { assertEquals, assertLessOrEqual, assertStrictEquals } from "@std/assert";
import { PacketCache } from "../../../lib/server/forms/packet_cache.ts";

const still = { now: () => 0 };
const frame = (size: number) => ({ payloads: [new Uint8Array(size)] });

Deno.test("PacketCache gives back the one copy of a frame", () => {
  const cache = new PacketCache(1_000_000, still);
  const source = cache.newSource();
  const packets = frame(1000);
  cache.set(source, 7, packets);
  assertStrictEquals(cache.get(source, 7), packets);
  assertEquals(cache.get(source, 8), undefined);
  assertEquals(cache.get(cache.newSource(), 7), undefined);
});

Deno.test("X08 PacketCache stays inside its budget; the longest unused leave first", () => {
  const cache = new PacketCache(10_000, still);
  const source = cache.newSource();
  for (let index = 0; index < 8; index++) {
    cache.set(source, index, frame(2000));
    cache.get(source, 0);
    assertLessOrEqual(cache.bytes, 10_000);
  }
  const kept = Array.from({ length: 8 }, (_, index) => index).filter((index) => cache.get(source, index));
  assertEquals(kept, [0, 5, 6, 7]);
});

Deno.test("PacketCache keeps a frame larger than its budget until the next one comes", () => {
  const cache = new PacketCache(1000, still);
  const source = cache.newSource();
  cache.set(source, 0, frame(5000));
  assertEquals(typeof cache.get(source, 0), "object");
  cache.set(source, 1, "unusable");
  assertEquals([cache.get(source, 0), cache.get(source, 1)], [undefined, "unusable"]);
});

Deno.test("PacketCache lets go of what nobody has asked for in half a minute, and keeps what viewers follow each other with", () => {
  let now = 0;
  const cache = new PacketCache(1_000_000, { now: () => now });
  const source = cache.newSource();
  // One viewer asks for each frame as it comes; a second one, 20 s behind, for every other one.
  for (let second = 0; second < 200; second++) {
    now = second * 1000;
    cache.set(source, second, frame(100));
    cache.get(source, second);
    if (second >= 20 && second % 2 === 0) assertEquals(typeof cache.get(source, second - 20), "object");
  }
  const kept = Array.from({ length: 200 }, (_, index) => index).filter((index) => cache.get(source, index));
  assertLessOrEqual(kept.length, 60);
  assertLessOrEqual(cache.bytes, 60 * 600);
  assertEquals(kept[0], 140);
});

Deno.test("PacketCache forgets the frames of one film, and keeps those of others", () => {
  const cache = new PacketCache(1_000_000, still);
  const [first, second] = [cache.newSource(), cache.newSource()];
  for (let index = 0; index < 10; index++) {
    cache.set(first, index, frame(1000));
    cache.set(second, index, frame(10));
  }
  cache.forget(first);
  assertEquals([cache.get(first, 0), cache.get(first, 9)], [undefined, undefined]);
  assertEquals([typeof cache.get(second, 0), typeof cache.get(second, 9)], ["object", "object"]);
  assertLessOrEqual(cache.bytes, 10 * 500);
});
