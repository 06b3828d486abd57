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

/** A film of `length` frames at 10 a second, which begins anew at its end. */
function watchFilm(length = Infinity) {
  let now = 0;
  const cache = new PacketCache(1_000_000_000, { now: () => now });
  const source = cache.newSource();
  let made = 0;
  return {
    /** Lets viewers watch for some seconds, each so many seconds behind; returns how many frames were made ready. */
    watch(seconds: number, ...behind: number[]): number {
      made = 0;
      for (const end = now + seconds * 1000; now < end; now += 100) {
        for (const distance of behind) {
          const index = Math.round(now / 100 - distance * 10) % length;
          if (index < 0 || cache.get(source, index)) continue;
          cache.set(source, index, frame(100));
          cache.get(source, index);
          made++;
        }
      }
      return made;
    },
    /** How many frames are held. */
    get held(): number {
      return Math.round(cache.bytes / (100 + 256 + 160));
    },
  };
}

Deno.test("PacketCache holds two seconds of a film that all watch together", () => {
  const film = watchFilm();
  assertEquals(film.watch(300, 0, 0.2, 0.7), 3000);
  assertLessOrEqual(film.held, 25);
});

Deno.test("PacketCache keeps frames for who follows at a distance, once it is known, and as long as they do", () => {
  const film = watchFilm();
  film.watch(100, 0);
  assertLessOrEqual(film.watch(40, 0, 20), 400 + 200);
  assertEquals(film.watch(300, 0, 20), 3000);
  assertEquals(film.watch(300, 0, 8, 20), 3000);
  assertLessOrEqual(film.held, 370);
  assertEquals(film.watch(200, 0, 8), 2000);
  assertLessOrEqual(film.held, 190);
  assertEquals(film.watch(300, 0), 3000);
  assertLessOrEqual(film.held, 25);
});

Deno.test("PacketCache keeps nothing for who is more than a minute behind", () => {
  const film = watchFilm();
  film.watch(100, 0);
  assertEquals(film.watch(100, 0, 70), 2000);
  assertLessOrEqual(film.held, 50);
});

Deno.test("PacketCache keeps a frame that was made ready early until it is asked for", () => {
  let now = 0;
  const cache = new PacketCache(1_000_000, { now: () => now });
  const [slow, fast] = [cache.newSource(), cache.newSource()];
  let missing = 0;
  // A picture every 5 s, one ahead, while others watch a film.
  for (let index = 0; now < 100_000; now += 100) {
    cache.set(fast, now / 100, frame(100));
    if (now % 5000 > 0) continue;
    if (!cache.get(slow, index)) {
      cache.set(slow, index, frame(100));
      missing++;
    }
    cache.set(slow, ++index, frame(100));
  }
  assertEquals(missing, 2);
});

Deno.test("PacketCache makes a short film that is looped ready once and for all", () => {
  const film = watchFilm(100);
  assertLessOrEqual(film.watch(30, 0), 200);
  assertEquals(film.watch(300, 0), 0);
});

Deno.test("PacketCache keeps what was costly to make as long as there is room", () => {
  let now = 0;
  const cache = new PacketCache(100_000, { now: () => now });
  const [costly, cheap] = [cache.newSource(), cache.newSource()];
  const count = (source: number) =>
    Array.from({ length: 3000 }, (_, index) => index).filter((index) => cache.get(source, index)).length;
  for (let index = 0; index < 3000; index++, now += 100) {
    if (index < 50) cache.set(costly, index, frame(100), true);
    cache.set(cheap, index, frame(100));
  }
  assertEquals([count(costly), count(cheap) < 50], [50, true]);
  for (let index = 0; index < 3000; index++) cache.set(cheap, index, frame(1000), true);
  assertEquals(count(costly), 0);
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
