import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { concatBytes } from "../../lib/core/bytes.ts";
import { InvalidDataError } from "../../lib/core/errors.ts";
import type { Container } from "../../lib/media/containers/container.ts";
import { labContainer } from "../../lib/media/containers/lab.ts";
import { rawContainer } from "../../lib/media/containers/raw.ts";
import { FileClip } from "../../lib/media/file_clip.ts";
import { RandomAccessFile } from "../../lib/media/random_access_file.ts";
import { makeJpegs, makeLabFilm, makeRawFilm, withMedia } from "../support/make_film.ts";

const JPEGS = makeJpegs(30);
const RAW = makeRawFilm(JPEGS);

async function withClip(
  bytes: Uint8Array,
  container: Container,
  body: (clip: FileClip, path: string) => Promise<void>,
): Promise<void> {
  await withMedia({ "film.mjpeg": bytes }, async (directory) => {
    const path = join(directory, "film.mjpeg");
    const clip = new FileClip(await RandomAccessFile.open(path), container, { name: "film.mjpeg" });
    await body(clip, path);
    clip.close();
  });
}

Deno.test("FileClip reads any frame in any order, many at once", async () => {
  for (const [bytes, container] of [[RAW, rawContainer], [makeLabFilm(JPEGS), labContainer]] as const) {
    await withClip(bytes, container, async (clip) => {
      const order = JPEGS.map((_, i) => (i * 7) % JPEGS.length);
      const frames = await Promise.all(order.map((index) => clip.read(index)));
      assertEquals(frames.map(({ data, index }) => [data, index]), order.map((index) => [JPEGS[index]!, index]));
      await clip.ready;
      assertEquals([clip.frameCount, clip.complete, clip.failure], [30, true, undefined]);
    });
  }
});

Deno.test("FileClip serves the first frame while the index is still being built", async () => {
  let goOn = () => {};
  const paused = new Promise<void>((resolve) => goOn = resolve);
  const slow: Container = {
    format: "slow",
    frameRate: 25,
    timed: false,
    resumable: false,
    async index(scan) {
      scan.add(0, JPEGS[0]!.length);
      await paused;
      scan.add(JPEGS[0]!.length, JPEGS[1]!.length);
      return JPEGS[0]!.length + JPEGS[1]!.length;
    },
  };
  await withClip(RAW, slow, async (clip) => {
    assertEquals((await clip.read(0)).data, JPEGS[0]!);
    assertEquals([clip.complete, clip.frameCount], [false, 1]);
    const [second, third] = [clip.read(1), assertRejects(() => clip.read(2), RangeError)];
    goOn();
    assertEquals((await second).data, JPEGS[1]!);
    await third;
    assertEquals(clip.complete, true);
  });
});

Deno.test("FileClip finds the frame that is shown at a time", async () => {
  await withClip(RAW, rawContainer, async (clip) => {
    await clip.ready;
    assertEquals(clip.duration, 30 / 25);
    const cases: [number, number][] = [[-1, 0], [0, 0], [0.039, 0], [0.04, 1], [0.5, 12], [1.1599, 28], [1.16, 29], [
      99,
      29,
    ]];
    for (const [time, index] of cases) assertEquals(clip.indexAt(time), index, `${time} s`);
    for (let index = 0; index < 30; index++) assertEquals(clip.indexAt(clip.timeOf(index)), index);
  });
});

Deno.test("FileClip refuses numbers that are no frame", async () => {
  await withClip(RAW, rawContainer, async (clip) => {
    for (const index of [-1, 30, 0.5, NaN]) await assertRejects(() => clip.read(index), RangeError);
  });
});

Deno.test("F06 FileClip never returns a frame of a file that was cut", async () => {
  await withClip(RAW, rawContainer, async (clip, path) => {
    await clip.ready;
    await Deno.truncate(path, RAW.length - 10);
    for (const index of [0, 29]) await assertRejects(() => clip.read(index), InvalidDataError, "cut or rewritten");
  });
});

Deno.test("F06 FileClip never returns a frame of a file that was rewritten in place, not even by the same frames", async () => {
  const other = makeRawFilm(makeJpegs(31).slice(1).reverse());
  for (const bytes of [other, concatBytes([other, other]), concatBytes([RAW.subarray(100), RAW])]) {
    await withClip(RAW, rawContainer, async (clip, path) => {
      await clip.ready;
      await Deno.writeFile(path, bytes);
      await Deno.utime(path, 1000, 1000);
      for (let index = 0; index < 30; index++) await assertRejects(() => clip.read(index), InvalidDataError);
      await Deno.writeFile(path, RAW);
      await assertRejects(() => clip.read(0), InvalidDataError);
    });
  }
});

Deno.test("F06 FileClip goes on when its file was touched or has grown", async () => {
  await withClip(RAW, rawContainer, async (clip, path) => {
    await clip.ready;
    await Deno.utime(path, 1000, 1000);
    assertEquals((await clip.read(3)).data, JPEGS[3]!);
    await Deno.writeFile(path, JPEGS[0]!, { append: true });
    assertEquals((await clip.read(29)).data, JPEGS[29]!);
  });
});

Deno.test("F06 FileClip finds a frame that was damaged in a file whose samples are unchanged", async () => {
  await withClip(RAW, rawContainer, async (clip, path) => {
    await clip.ready;
    const file = await Deno.open(path, { write: true });
    const offset = JPEGS[0]!.length + JPEGS[1]!.length;
    await file.seek(offset + JPEGS[2]!.length - 2, Deno.SeekMode.Start);
    await file.write(Uint8Array.of(0, 0));
    file.close();
    await Deno.utime(path, 1000, 1000);
    await assertRejects(() => clip.read(2), InvalidDataError);
    assertEquals((await clip.read(3)).data, JPEGS[3]!);
  });
});

Deno.test("FileClip gives up its index when it is closed", async () => {
  await withClip(makeRawFilm([...JPEGS, ...JPEGS]), rawContainer, async (clip) => {
    clip.close();
    await clip.ready;
    assertEquals([clip.complete, clip.failure], [true, undefined]);
    await assertRejects(() => clip.read(0));
  });
});

Deno.test("FileClip keeps the frames before junk that is too long, and tells why it ends there", async () => {
  await withClip(concatBytes([RAW, new Uint8Array(1_200_000)]), rawContainer, async (clip) => {
    await clip.ready;
    assertEquals(clip.frameCount, 30);
    assertEquals(clip.failure?.startsWith("Cannot find a JPEG"), true);
    assertEquals((await clip.read(29)).data, JPEGS[29]!);
  });
});
