import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { equalBytes } from "../../lib/core/bytes.ts";
import { InvalidDataError } from "../../lib/core/errors.ts";
import { parseJpeg } from "../../lib/jpeg/parse.ts";
import { fitRfc2435 } from "../../lib/jpeg/rfc2435.ts";
import { breathe } from "../../lib/media/breathe.ts";
import { NotFoundError } from "../../lib/media/errors.ts";
import { Library } from "../../lib/media/library.ts";
import { readBlockRow } from "../support/block_row.ts";
import { decodePicture } from "../support/decode_picture.ts";
import { makeAvi } from "../support/make_avi.ts";
import { makeMp4 } from "../support/make_mp4.ts";
import { makeJpegs, makeLabFilm, makeMultipart, makeRawFilm, withMedia } from "../support/make_film.ts";

const JPEGS = makeJpegs(5);
const LAB = makeLabFilm(JPEGS);
const RAW = makeRawFilm(JPEGS);
const MP4 = makeMp4(JPEGS, { code: "avc1" });

async function withLibrary(
  files: Readonly<Record<string, Uint8Array>>,
  body: (library: Library, directory: string) => Promise<void>,
): Promise<void> {
  await withMedia(files, async (directory) => {
    const library = await Library.open([directory]);
    try {
      await body(library, directory);
    } finally {
      library.close();
    }
  });
}

Deno.test("Library lists films by content, with paths in names, and opens them", async () => {
  const files = { "movie.Mjpeg": LAB, "sub/deep/raw.bin": RAW, "notes.txt": new TextEncoder().encode("no film") };
  await withLibrary(files, async (library) => {
    assertEquals((await library.list()).map(({ name }) => name), ["movie.Mjpeg", "sub/deep/raw.bin"]);
    const lab = await library.open("movie.Mjpeg");
    assertEquals([lab.format, lab.frameCount, lab.frameRate, lab.duration], ["lab", 5, 20, 0.25]);
    const raw = await library.open("sub/deep/raw.bin");
    assertEquals([raw.format, raw.frameCount, raw.frameRate], ["raw", 5, 25]);
    assertEquals(await raw.read(3), { data: JPEGS[3]!, index: 3, time: 3 / 25 });
    lab.close();
    raw.close();
  });
});

Deno.test("Library opens every container, with true times, and a directory of numbered JPEGs", async () => {
  const pictures = Object.fromEntries(JPEGS.map((jpeg, i) => [`shots/frame_${8 + i}.jpg`, jpeg]));
  const films = { "a.avi": makeAvi(JPEGS), "b.mov": makeMp4(JPEGS), "c.mjpeg": makeMultipart(JPEGS), ...pictures };
  await withLibrary({ ...films, "phone.mp4": MP4 }, async (library) => {
    assertEquals((await library.list()).map(({ name }) => name), ["a.avi", "b.mov", "c.mjpeg", "shots"]);
    for (
      const [name, format] of [["a.avi", "avi"], ["b.mov", "mp4"], ["c.mjpeg", "multipart"], ["shots", "directory"]]
    ) {
      const clip = await library.open(name!);
      assertEquals([clip.format, clip.frameCount, clip.frameRate, clip.duration], [format!, 5, 25, 0.2]);
      for (const index of [4, 0, 2]) assertEquals((await clip.read(index)).data, JPEGS[index]!);
      assertEquals(clip.indexAt(0.121), 3);
      clip.close();
    }
  });
});

Deno.test("Library makes a film without an end of one JPEG, and one film of a directory that is given as such", async () => {
  await withMedia(
    { "shots/1.jpg": JPEGS[0]!, "shots/2.jpg": JPEGS[1]!, "poster.jpg": JPEGS[2]! },
    async (directory) => {
      const library = await Library.open([join(directory, "shots"), join(directory, "poster.jpg")]);
      assertEquals((await library.list()).map(({ name }) => name), ["shots", "poster.jpg"]);
      const [film, still] = [await library.open("shots"), await library.open("poster.jpg")];
      assertEquals([film.frameCount, still.format, still.complete], [2, "still", false]);
      assertEquals(await still.read(12345), { data: JPEGS[2]!, index: 12345, time: 12345 / 5 });
      film.close();
      still.close();
      library.close();
    },
  );
});

Deno.test("Library lets a film grow for those who watch it and for those who come", async () => {
  await withLibrary({ "film.mjpeg": RAW.subarray(0, RAW.length - 10) }, async (library, directory) => {
    const early = await library.open("film.mjpeg");
    assertEquals(early.frameCount, 4);
    await Deno.writeFile(join(directory, "film.mjpeg"), RAW.subarray(RAW.length - 10), { append: true });
    const late = await library.open("film.mjpeg");
    assertEquals([early.frameCount, late.frameCount, early.identity === late.identity], [5, 5, true]);
    assertEquals((await early.read(4)).data, JPEGS[4]!);
    early.close();
    late.close();
  });
});

Deno.test("Library shows the newest picture to those who watch a film that had only one when they came", async () => {
  await withLibrary({ "film.mjpeg": JPEGS[0]! }, async (library, directory) => {
    const early = await library.open("film.mjpeg");
    assertEquals((await early.read(0)).data, JPEGS[0]!);
    await Deno.writeFile(join(directory, "film.mjpeg"), JPEGS[1]!, { append: true });
    const shown = [];
    for (let index = 1; index < 1000 && shown.at(-1) !== 1; index++) {
      const { data } = await early.read(index);
      shown.push(JPEGS.findIndex((jpeg) => equalBytes(jpeg, data)));
      await breathe();
    }
    assertEquals(shown.at(-1), 1);
    const late = await library.open("film.mjpeg");
    assertEquals([early.format, late.format, late.frameCount], ["still", "raw", 2]);
    early.close();
    late.close();
  });
});

Deno.test("Library opens a lone JPEG without EOI, as some cameras write it", async () => {
  const picture = JPEGS[0]!.slice(0, -2);
  await withLibrary({ "poster.jpg": picture, "half.jpg": JPEGS[0]!.slice(0, -40) }, async (library) => {
    const still = await library.open("poster.jpg");
    assertEquals([still.format, (await still.read(3)).data], ["still", picture]);
    still.close();
    await assertRejects(() => library.open("half.jpg"), InvalidDataError, "not one whole JPEG");
  });
});

Deno.test("Library uses the frame rate it is given for every film", async () => {
  await withMedia({ "a.mjpeg": RAW, "b.mjpeg": LAB }, async (directory) => {
    const library = await Library.open([directory], { frameRate: 10 });
    for (const name of ["a.mjpeg", "b.mjpeg"]) {
      const clip = await library.open(name);
      assertEquals([clip.frameRate, clip.duration], [10, 0.5]);
      clip.close();
    }
    library.close();
  });
});

Deno.test("Library serves a single film under its own name, and of two with one name the first", async () => {
  await withMedia({ "one/film.mjpeg": LAB, "two/film.mjpeg": RAW, "two/other.mjpeg": RAW }, async (directory) => {
    const library = await Library.open([join(directory, "one", "film.mjpeg"), join(directory, "two")]);
    assertEquals((await library.list()).map(({ name }) => name), ["film.mjpeg", "other.mjpeg"]);
    const clip = await library.open("film.mjpeg");
    assertEquals(clip.format, "lab");
    clip.close();
    library.close();
  });
});

Deno.test("Library takes another case of letters only when the name itself is not there", async () => {
  await withLibrary({ "movie.Mjpeg": LAB, "dir/Film.MJPEG": RAW, "dir/film.mjpeg": LAB }, async (library) => {
    for (const [asked, format] of [["MOVIE.MJPEG", "lab"], ["dir/Film.MJPEG", "raw"], ["dir/film.mjpeg", "lab"]]) {
      const clip = await library.open(asked!);
      assertEquals(clip.format, format!);
      clip.close();
    }
  });
});

Deno.test("P16 Library refuses names that lead out of its directories, or are none", async () => {
  await withLibrary({ "movie.Mjpeg": LAB, ".hidden/film.mjpeg": RAW }, async (library, directory) => {
    const names = [
      "",
      "..",
      "../movie.Mjpeg",
      "sub/../movie.Mjpeg",
      "./movie.Mjpeg",
      "/movie.Mjpeg",
      `${directory}/movie.Mjpeg`,
      "movie.Mjpeg/",
      "sub\\movie.Mjpeg",
      "..\\movie.Mjpeg",
      "C:movie.Mjpeg",
      "movie.Mjpeg\0",
      "movie.Mjpeg\n",
      "%2e%2e%2fmovie.Mjpeg",
      "\ud800",
      "x".repeat(5000),
      ".hidden/film.mjpeg",
      "movie.Mjpeg/track1",
      "nothing.mjpeg",
    ];
    for (const name of names) await assertRejects(() => library.open(name), NotFoundError);
    assertEquals((await library.list()).map(({ name }) => name), ["movie.Mjpeg"]);
  });
});

Deno.test({
  name: "J13 Library neither lists nor opens what is no regular file inside its directory",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await withMedia({ "secret/film.mjpeg": RAW, "media/film.mjpeg": RAW }, async (directory) => {
      const media = join(directory, "media");
      await Deno.symlink(join(directory, "secret", "film.mjpeg"), join(media, "out.mjpeg"));
      await Deno.symlink(join(directory, "secret"), join(media, "outdir"));
      await Deno.symlink(join(media, "film.mjpeg"), join(media, "inside.mjpeg"));
      await Deno.symlink(join(media, "loop"), join(media, "loop"));
      await new Deno.Command("mkfifo", { args: [join(media, "fifo.mjpeg")] }).output();
      const library = await Library.open([media]);
      assertEquals((await library.list()).map(({ name }) => name), ["film.mjpeg", "inside.mjpeg"]);
      for (const name of ["out.mjpeg", "outdir/film.mjpeg", "fifo.mjpeg", "loop", "outdir"]) {
        await assertRejects(() => library.open(name), NotFoundError);
      }
      library.close();
    });
  },
});

Deno.test("J12 Library says what a file is that is no film", async () => {
  const files = {
    "empty.mjpeg": new Uint8Array(0),
    "phone.mjpeg": MP4,
    "cut.Mjpeg": LAB.subarray(0, 100),
    "cut.mjpeg": RAW.subarray(0, 100),
  };
  await withLibrary(files, async (library) => {
    const reasons: [string, string][] = [
      ["empty.mjpeg", "it is empty"],
      ["phone.mjpeg", 'Cannot read MP4: its video is "avc1", not JPEG'],
      ["cut.Mjpeg", "it holds not one whole JPEG"],
      ["cut.mjpeg", "it holds not one whole JPEG"],
    ];
    for (const [name, reason] of reasons) {
      const error = await assertRejects(() => library.open(name), InvalidDataError);
      assertStringIncludes(error.message, `Cannot play ${name}: ${reason}`);
    }
  });
});

Deno.test("Library.open() names a path that is missing", async () => {
  const error = await assertRejects(() => Library.open(["no/such/directory"]), NotFoundError);
  assertStringIncludes(error.message, "no/such/directory");
});

Deno.test("F07 Library lives on when a directory is removed, and finds it again", async () => {
  await withLibrary({ "a/film.mjpeg": RAW }, async (_, directory) => {
    const path = join(directory, "a");
    const library = await Library.open([path]);
    await Deno.rename(path, `${path}2`);
    assertEquals(await library.list(), []);
    await assertRejects(() => library.open("film.mjpeg"), NotFoundError);
    await Deno.rename(`${path}2`, path);
    assertEquals((await library.list()).length, 1);
    (await library.open("film.mjpeg")).close();
    library.close();
  });
});

Deno.test("F06 Library opens a file that changed anew, and who watches the old one is told", async () => {
  await withLibrary({ "film.mjpeg": RAW }, async (library, directory) => {
    const path = join(directory, "film.mjpeg");
    const old = await library.open("film.mjpeg");
    await Deno.writeFile(path, makeRawFilm(makeJpegs(9).reverse()));
    const anew = await library.open("film.mjpeg");
    assertEquals([old.frameCount, anew.frameCount], [5, 9]);
    await assertRejects(() => old.read(2), InvalidDataError);
    assertEquals((await anew.read(0)).data, makeJpegs(9)[8]!);
    old.close();
    anew.close();
  });
});

Deno.test("H06 Library keeps the old film for its viewers when another file takes its name", async () => {
  await withLibrary({ "film.mjpeg": RAW, "new/film.mjpeg": LAB }, async (library, directory) => {
    const old = await library.open("film.mjpeg");
    if (Deno.build.os !== "windows") {
      await Deno.rename(join(directory, "new", "film.mjpeg"), join(directory, "film.mjpeg"));
      const anew = await library.open("film.mjpeg");
      assertEquals(anew.format, "lab");
      anew.close();
    }
    assertEquals((await old.read(2)).data, JPEGS[2]!);
    old.close();
  });
});

Deno.test("X07 Library opens a film once for many viewers, and a closed one reads no more", async () => {
  await withLibrary({ "film.mjpeg": RAW }, async (library) => {
    const clips = await Promise.all(Array.from({ length: 50 }, () => library.open("film.mjpeg")));
    assertEquals(new Set(clips.map((clip) => clip.ready)).size, 1);
    for (const clip of clips.slice(1)) clip.close();
    clips[1]!.close();
    assertEquals((await clips[0]!.read(0)).data, JPEGS[0]!);
    await assertRejects(() => clips[1]!.read(0), Deno.errors.BadResource);
    clips[0]!.close();
    const again = await library.open("film.mjpeg");
    assertEquals(again.ready, clips[0]!.ready);
    again.close();
  });
});

Deno.test("Library.close() lets nobody open a film any more, and who has one goes on", async () => {
  await withMedia({ "film.mjpeg": RAW }, async (directory) => {
    const library = await Library.open([directory]);
    const clip = await library.open("film.mjpeg");
    library.close();
    assertEquals((await clip.read(1)).data, JPEGS[1]!);
    await assertRejects(() => library.open("film.mjpeg"), Deno.errors.BadResource);
    clip.close();
  });
});

Deno.test("the films in media/ are what they promise: sizes, formats, numbers in the pictures", async () => {
  const library = await Library.open([fromFileUrl(new URL("../../media", import.meta.url))]);
  const expected = [
    { name: "flipbook.mjpeg", format: "raw", frames: 250, width: 640, height: 480, largest: 20_000 },
    { name: "movie.Mjpeg", format: "lab", frames: 500, width: 384, height: 288, largest: 14_900 },
  ];
  assertEquals((await library.list()).map(({ name }) => name), expected.map(({ name }) => name));
  for (const { name, format, frames, width, height, largest } of expected) {
    const clip = await library.open(name);
    assertEquals([clip.format, clip.frameCount], [format, frames]);
    for (let index = 0; index < frames; index++) {
      const { data } = await clip.read(index);
      assert(data.length < largest);
      const fit = fitRfc2435(parseJpeg(data));
      assert(fit.fits, `${name} ${index}`);
      assertEquals([fit.image.type, fit.image.width, fit.image.height], [1, width, height]);
      if (index % 83 > 0) continue;
      const picture = await decodePicture(data);
      assertEquals(readBlockRow(picture.rgba, picture.width, picture.height), index);
    }
    clip.close();
  }
  library.close();
});
