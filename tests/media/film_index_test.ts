import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { Container } from "../../lib/media/containers/container.ts";
import { FilmIndex } from "../../lib/media/film_index.ts";
import { MemoryFile } from "../support/memory_file.ts";

/** A container whose frames begin at these times. */
function timed(times: readonly number[], end?: number): Container {
  return {
    format: "timed",
    frameRate: 25,
    timed: true,

    index(scan) {
      scan.rate(50);
      for (const [i, time] of times.entries()) scan.add(i * 10, 10, time);
      if (end !== undefined) scan.end(end);
      return Promise.resolve({ at: times.length * 10 });
    },
  };
}

async function indexOf(container: Container, rate?: number): Promise<FilmIndex> {
  const index = new FilmIndex("film", container, rate);
  await index.search(new MemoryFile(new Uint8Array(100)), new AbortController().signal);
  return index;
}

Deno.test("FilmIndex finds the frame that is shown at a time where frames last differently long", async () => {
  const index = await indexOf(timed([0, 0.1, 0.5, 0.5, 2], 3));
  const cases: [number, number][] = [[-1, 0], [0, 0], [0.09, 0], [0.1, 1], [0.49, 1], [0.5, 3], [1.99, 3], [2, 4], [
    9,
    4,
  ]];
  for (const [time, frame] of cases) assertEquals(index.indexAt(time), frame, `${time} s`);
  assertEquals([0, 1, 2, 3, 4].map((frame) => index.timeOf(frame)), [0, 0.1, 0.5, 0.5, 2]);
  assertEquals([index.frameRate, index.duration], [2, 3]);
});

Deno.test("FilmIndex lets the last frame last as long as the others where the file does not tell", async () => {
  const index = await indexOf(timed([0, 0.2, 0.4]));
  assertAlmostEquals(index.duration, 0.6);
});

Deno.test("FilmIndex lets no frame begin before the one before it", async () => {
  const index = await indexOf(timed([0, 1, 0.5, 2]));
  assertEquals([0, 1, 2, 3].map((frame) => index.timeOf(frame)), [0, 1, 1, 2]);
});

Deno.test("FilmIndex plays at the rate that it is given, whatever the file tells", async () => {
  const index = await indexOf(timed([0, 0.1, 5]), 10);
  assertEquals([index.frameRate, index.duration, index.timeOf(2), index.indexAt(0.15)], [10, 0.3, 0.2, 1]);
});

Deno.test("FilmIndex uses the file's rate while there are no times to average", async () => {
  assertEquals((await indexOf(timed([0]))).frameRate, 50);
});
