import { assertEquals } from "@std/assert";
import { InvalidDataError } from "../../../lib/core/errors.ts";
import type { Clip } from "../../../lib/media/clip.ts";
import { FrameSource } from "../../../lib/server/streams/frame_source.ts";
import type { MediaForm } from "../../../lib/server/forms/media_form.ts";
import { PacketCache } from "../../../lib/server/forms/packet_cache.ts";
import type { TranscodePool } from "../../../lib/server/forms/transcode_pool.ts";
import { settle } from "../../support/manual_clock.ts";

function makeSource() {
  const reads: number[] = [];
  const clip = {
    frameCount: 10,
    read: (index: number) => {
      reads.push(index);
      if (index === 6) return Promise.reject(new InvalidDataError("the file was cut"));
      if (index === 5) return Promise.reject(new Error("input/output error"));
      return Promise.resolve({ data: new Uint8Array(4), index, time: 0 });
    },
  } as unknown as Clip;
  const pool = { hasRoom: true, room: () => Promise.resolve() };
  const urgencies: (boolean | undefined)[] = [];
  const form: MediaForm = {
    name: "test",
    pool: pool as TranscodePool,
    prepare: ({ index }, urgent) =>
      urgencies.push(urgent) && index === 7
        ? { packets: { payloads: [] }, width: 8, height: 8, heavy: true }
        : index === 3
        ? { reason: "it is blue" }
        : { packets: { payloads: [Uint8Array.of(index)] }, width: 8, height: 8 },
  };
  const cache = new PacketCache(1_000_000, { now: () => 0 });
  return { reads, pool, urgencies, cache, source: new FrameSource("film", clip, form, cache) };
}

Deno.test("FrameSource reads a frame once for all who wait for it, and wakes each", async () => {
  const { reads, source } = makeSource();
  let woken = 0;
  for (let viewer = 0; viewer < 3; viewer++) assertEquals(source.get(1, () => woken++), "loading");
  await settle();
  assertEquals([reads, woken], [[1], 3]);
  assertEquals(source.get(1, () => woken++), { payloads: [Uint8Array.of(1)] });
  assertEquals(woken, 3);
});

Deno.test("FrameSource.prefetch() makes the frame ready, and stops at the film's end", async () => {
  const { reads, source } = makeSource();
  source.prefetch(2);
  source.prefetch(2);
  source.prefetch(10);
  await settle();
  assertEquals(reads, [2]);
  assertEquals(typeof source.get(2, () => {}), "object");
});

Deno.test("FrameSource gives its frames' memory back when it is closed", async () => {
  const { cache, source } = makeSource();
  source.prefetch(2);
  await settle();
  assertEquals(cache.bytes > 0, true);
  source.close();
  assertEquals([cache.bytes, source.get(2, () => {})], [0, "loading"]);
});

Deno.test("F05 FrameSource says of a frame that cannot be carried or read that it is unusable", async () => {
  const { source } = makeSource();
  for (const index of [3, 5]) {
    assertEquals(source.get(index, () => {}), "loading");
    await settle();
    assertEquals(source.get(index, () => {}), "unusable");
  }
});

Deno.test("FrameSource looks further ahead in a heavy film, and waits with that while the threads have enough to do", async () => {
  const { reads, pool, urgencies, source } = makeSource();
  assertEquals(source.lookahead, 1);
  source.get(7, () => {});
  await settle();
  assertEquals(source.lookahead, 4);
  pool.hasRoom = false;
  source.prefetch(8);
  await settle();
  assertEquals(reads, [7]);
  pool.hasRoom = true;
  source.prefetch(8);
  await settle();
  assertEquals([reads, urgencies], [[7, 8], [true, false]]);
});

Deno.test("FrameSource does not read for the threads what they have no room for", async () => {
  const { reads, pool, source } = makeSource();
  source.get(7, () => {});
  await settle();
  const room = Promise.withResolvers<void>();
  Object.assign(pool, { room: () => room.promise });
  source.get(1, () => {});
  await settle();
  assertEquals(reads, [7]);
  room.resolve();
  await settle();
  assertEquals(reads, [7, 1]);
});

Deno.test("F06 FrameSource remembers that its film has changed, but not that a disk failed", async () => {
  const { source } = makeSource();
  source.get(5, () => {});
  await settle();
  assertEquals(source.damaged, false);
  source.get(6, () => {});
  await settle();
  assertEquals(source.damaged, true);
});
