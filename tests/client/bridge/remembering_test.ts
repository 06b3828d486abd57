import { assertEquals } from "@std/assert";
import { Remembering } from "../../../lib/client/bridge/remembering.ts";
import type { RecentStream } from "../../../lib/client/recent/recent_stream.ts";
import { makeJpeg } from "../../support/make_film.ts";
import { ManualClock } from "../../support/manual_clock.ts";

const WORDS = ["rtsp://h/film"];

function stage() {
  const clock = new ManualClock();
  const kept: RecentStream[] = [];
  const memory = {
    list: () => Promise.resolve(kept),
    forget: () => Promise.resolve(kept),
    remember(stream: RecentStream) {
      kept.push(stream);
      return Promise.resolve(kept);
    },
  };
  return { clock, kept, remembering: new Remembering(memory, WORDS, clock) };
}

Deno.test("Remembering keeps a stream when its first picture comes, and not before", async () => {
  const { clock, kept, remembering } = stage();
  remembering.thumbnail(makeJpeg(0));
  await remembering.close();
  assertEquals(kept, []);
  clock.advance(500);
  for (let count = 0; count < 100; count++) remembering.picture();
  assertEquals(kept, [{ words: WORDS, seen: clock.wallTime() }]);
});

Deno.test("Remembering keeps the newest of many thumbnails, one every two seconds, and the last at the end", async () => {
  const { clock, kept, remembering } = stage();
  remembering.picture();
  for (let index = 0; index < 50; index++) {
    clock.advance(100);
    remembering.thumbnail(makeJpeg(index));
  }
  assertEquals(kept.map(({ thumbnail }) => thumbnail), [
    undefined,
    makeJpeg(18).toBase64(),
    makeJpeg(38).toBase64(),
  ]);
  await remembering.close();
  assertEquals([kept.length, kept.at(-1)?.thumbnail, clock.pending], [4, makeJpeg(49).toBase64(), 0]);
});
