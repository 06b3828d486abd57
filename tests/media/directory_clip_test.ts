import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { InvalidDataError } from "../../lib/core/errors.ts";
import { DirectoryClip } from "../../lib/media/directory_clip.ts";
import { sampleJpeg } from "../support/jpeg_samples.ts";
import { makeJpegs, withMedia } from "../support/make_film.ts";

const JPEGS = makeJpegs(4);

Deno.test("DirectoryClip plays numbered JPEGs in the order of their numbers", async () => {
  const names = ["f9.jpg", "f10.jpg", "f011.jpg", "f100.jpg"];
  const files = Object.fromEntries(names.map((name, i) => [name, JPEGS[i]!]));
  await withMedia(
    { ...files, "x1.jpg": JPEGS[0]!, "f12.png": JPEGS[0]!, "notes.txt": JPEGS[0]! },
    async (directory) => {
      const clip = await DirectoryClip.open(directory, "shots");
      assertEquals([clip.frameCount, clip.frameRate, clip.duration], [4, 25, 0.16]);
      for (const [index, jpeg] of JPEGS.entries()) {
        assertEquals(await clip.read(index), { data: jpeg, index, time: index / 25 });
      }
      assertEquals([-1, 0, 0.039, 0.04, 9].map((time) => clip.indexAt(time)), [0, 0, 0, 1, 3]);
      await assertRejects(() => clip.read(4), RangeError);
    },
  );
});

Deno.test("F06 DirectoryClip never returns a frame that is not whole", async () => {
  const files = {
    "1.jpg": JPEGS[0]!,
    "2.jpg": JPEGS[1]!.subarray(0, 300),
    "3.jpg": new Uint8Array(0),
    "4.jpg": JPEGS[3]!,
  };
  await withMedia(files, async (directory) => {
    const clip = await DirectoryClip.open(directory, "shots");
    await assertRejects(() => clip.read(1), InvalidDataError);
    await assertRejects(() => clip.read(2), InvalidDataError);
    await Deno.remove(join(directory, "1.jpg"));
    await assertRejects(() => clip.read(0), Deno.errors.NotFound);
    assertEquals((await clip.read(3)).data, JPEGS[3]!);
  });
});

Deno.test("F06 DirectoryClip plays a JPEG without EOI if all of its blocks are there", async () => {
  for (const [name, isWhole] of [["420", true], ["420_restart", true], ["420_progressive", false]] as const) {
    const jpeg = sampleJpeg(name);
    const cuts = [2, 3, 4, 8, 40].map((bytes) => jpeg.slice(0, -bytes));
    const files = Object.fromEntries(cuts.map((cut, index) => [`${index}.jpg`, cut]));
    await withMedia(files, async (directory) => {
      const clip = await DirectoryClip.open(directory, "shots");
      if (isWhole) assertEquals((await clip.read(0)).data, cuts[0]!, name);
      else await assertRejects(() => clip.read(0), InvalidDataError, "no whole JPEG");
      for (let index = 1; index < cuts.length; index++) {
        await assertRejects(() => clip.read(index), InvalidDataError, "no whole JPEG");
      }
    });
  }
});

Deno.test("DirectoryClip grows by the files that are written into it, only by whole ones", async () => {
  const files = { "f008.jpg": JPEGS[0]!, "f009.jpg": JPEGS[1]!, "g1.jpg": JPEGS[0]! };
  await withMedia(files, async (directory) => {
    const clip = await DirectoryClip.open(directory, "shots");
    const countAfterRead = async (): Promise<number> => {
      await clip.read(0);
      return clip.frameCount;
    };
    assertEquals(await countAfterRead(), 2);
    await Deno.writeFile(join(directory, "f010.jpg"), JPEGS[2]!.subarray(0, 200));
    await Deno.writeFile(join(directory, "f011.jpg"), JPEGS[3]!);
    assertEquals(await countAfterRead(), 2);
    await Deno.writeFile(join(directory, "f010.jpg"), JPEGS[2]!);
    assertEquals(await countAfterRead(), 4);
    assertEquals((await clip.read(3)).data, JPEGS[3]!);
    assertEquals([clip.duration, await clip.refresh()], [0.16, false]);
    await assertRejects(() => clip.read(4), RangeError);
  });
});

Deno.test("DirectoryClip refuses a directory without numbered JPEGs", async () => {
  await withMedia({ "a.jpg": JPEGS[0]! }, async (directory) => {
    await assertRejects(() => DirectoryClip.open(directory, "shots"), InvalidDataError, "no numbered JPEGs");
  });
});
