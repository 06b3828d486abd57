import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { concatBytes } from "../../lib/core/bytes.ts";
import { InvalidDataError } from "../../lib/core/errors.ts";
import { breathe } from "../../lib/media/breathe.ts";
import { aviContainer } from "../../lib/media/containers/avi.ts";
import type { Container } from "../../lib/media/containers/container.ts";
import { labContainer } from "../../lib/media/containers/lab.ts";
import { mp4Container } from "../../lib/media/containers/mp4.ts";
import { multipartContainer } from "../../lib/media/containers/multipart.ts";
import { rawContainer } from "../../lib/media/containers/raw.ts";
import { FileClip } from "../../lib/media/file_clip.ts";
import { RandomAccessFile } from "../../lib/media/random_access_file.ts";
import { makeAvi } from "../support/make_avi.ts";
import { makeJpegs, makeLabFilm, makeMultipart, makeRawFilm, withMedia } from "../support/make_film.ts";
import { makeMp4 } from "../support/make_mp4.ts";

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

    async index(scan) {
      scan.add(0, JPEGS[0]!.length);
      await paused;
      scan.add(JPEGS[0]!.length, JPEGS[1]!.length);
      return undefined;
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

/** Films of every container: as they are when they are finished, and while they are being written. */
const FILMS: readonly {
  name: string;
  container: Container;
  make: (jpegs: Uint8Array[]) => Uint8Array;
  grows: boolean;
}[] = [
  { name: "raw", container: rawContainer, make: makeRawFilm, grows: true },
  { name: "lab", container: labContainer, make: (jpegs) => makeLabFilm(jpegs), grows: true },
  { name: "multipart", container: multipartContainer, make: (jpegs) => makeMultipart(jpegs), grows: true },
  { name: "AVI", container: aviContainer, make: (jpegs) => makeAvi(jpegs), grows: false },
  { name: "OpenDML", container: aviContainer, make: (jpegs) => makeAvi(jpegs, { index: "OpenDML" }), grows: false },
  { name: "open AVI", container: aviContainer, make: (jpegs) => makeAvi(jpegs, { index: "none" }), grows: true },
  { name: "MP4", container: mp4Container, make: (jpegs) => makeMp4(jpegs), grows: false },
  {
    name: "MP4 in fragments",
    container: mp4Container,
    make: (jpegs) => makeMp4(jpegs, { perFragment: 3 }),
    grows: true,
  },
];

for (const { name, container, make, grows } of FILMS) {
  const film = make(JPEGS);

  Deno.test(`F06 FileClip never returns a frame of a file that was cut: ${name}`, async () => {
    await withClip(film, container, async (clip, path) => {
      await clip.ready;
      const last = new TextDecoder("latin1").decode(film).lastIndexOf("\xff\xd9");
      await Deno.truncate(path, last - 10);
      for (const index of [0, 29]) await assertRejects(() => clip.read(index), InvalidDataError, "cut or rewritten");
    });
  });

  Deno.test(`F06 FileClip never returns a frame of a file that was rewritten in place: ${name}`, async () => {
    const other = make(makeJpegs(31).slice(1).reverse());
    for (const bytes of [other, concatBytes([other, other]), concatBytes([film.subarray(100), film])]) {
      await withClip(film, container, async (clip, path) => {
        await clip.ready;
        await Deno.writeFile(path, bytes);
        await Deno.utime(path, 1000, 1000);
        for (let index = 0; index < 30; index++) await assertRejects(() => clip.read(index), InvalidDataError);
        assertEquals(await clip.refresh(), false);
        await Deno.writeFile(path, film);
        await assertRejects(() => clip.read(0), InvalidDataError);
      });
    }
  });

  if (!grows) continue;
  Deno.test(`FileClip grows with its file for those who read it, header and all: ${name}`, async () => {
    const cut = Math.floor(film.length / 2) + 17;
    await withClip(film.subarray(0, cut), container, async (clip, path) => {
      await clip.ready;
      const before = clip.frameCount;
      assert(before > 5 && before < 25, `${before} frames`);
      const grown = film.slice();
      // Recorders note in the header of an AVI how long it is by now.
      if (container === aviContainer) grown.set([1, 2, 3], 4);
      await Deno.writeFile(path, grown);
      assertEquals((await clip.read(before - 1)).data, JPEGS[before - 1]!);
      assertEquals(await clip.refresh(), true);
      assertEquals([clip.frameCount, clip.complete, clip.failure], [30, true, undefined]);
      for (const [index, jpeg] of JPEGS.entries()) assertEquals((await clip.read(index)).data, jpeg, `frame ${index}`);
      await Deno.truncate(path, film.length - 2000);
      await assertRejects(() => clip.read(0), InvalidDataError, "cut or rewritten");
    });
  });
}

Deno.test("FileClip notices that its file grows though all frames that are read were read ahead", async () => {
  await withClip(RAW, rawContainer, async (clip, path) => {
    for (let index = 0; index < 30; index++) await clip.read(index);
    await Deno.writeFile(path, JPEGS[0]!, { append: true });
    for (let tries = 0; tries < 1000 && clip.frameCount < 31; tries++) {
      await clip.read(29);
      await breathe();
    }
    assertEquals((await clip.read(30)).data, JPEGS[0]!);
  });
});

Deno.test("FileClip grows by one frame after the other, only by whole ones", async () => {
  await withClip(JPEGS[0]!, rawContainer, async (clip, path) => {
    await clip.ready;
    for (let count = 1; count < 30; count++) {
      const next = JPEGS[count]!;
      await Deno.writeFile(path, next.subarray(0, 50), { append: true });
      await clip.refresh();
      assertEquals(clip.frameCount, count);
      await Deno.writeFile(path, next.subarray(50), { append: true });
      await clip.refresh();
      assertEquals((await clip.read(count)).data, next);
    }
  });
});

Deno.test("FileClip does not go on with a file in which it had to give up", async () => {
  await withClip(RAW, rawContainer, async (clip, path) => {
    await clip.ready;
    for (const added of [concatBytes([JPEGS[0]!, new Uint8Array(1_200_000)]), RAW]) {
      await Deno.writeFile(path, added, { append: true });
      assertEquals(await clip.refresh(), false);
      assertEquals(clip.frameCount, 31);
    }
  });
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
