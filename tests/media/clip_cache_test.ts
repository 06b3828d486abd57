import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { ClipCache } from "../../lib/media/clip_cache.ts";
import { rawContainer } from "../../lib/media/containers/raw.ts";
import { FileClip } from "../../lib/media/file_clip.ts";
import { makeJpegs, makeRawFilm, withMedia } from "../support/make_film.ts";
import { MemoryFile } from "../support/memory_file.ts";

const RAW = makeRawFilm(makeJpegs(3));

/** Opens films of a cache and keeps the files behind them. */
class Opener {
  readonly cache = new ClipCache();
  readonly files: MemoryFile[] = [];

  constructor(private readonly directory: string) {}

  open(name: string) {
    return this.cache.open(join(this.directory, name), () => {
      const file = new MemoryFile(RAW);
      this.files.push(file);
      return Promise.resolve(new FileClip(file, rawContainer, { name }));
    });
  }

  get closed(): boolean[] {
    return this.files.map(({ closed }) => closed);
  }
}

function withOpener(body: (opener: Opener, directory: string) => Promise<void>): Promise<void> {
  const files = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`${i}.mjpeg`, RAW]));
  return withMedia(files, (directory) => body(new Opener(directory), directory));
}

Deno.test("ClipCache opens a file once and keeps it open until the last viewer and the cache are done with it", async () => {
  await withOpener(async (opener) => {
    const clips = await Promise.all([opener.open("0.mjpeg"), opener.open("0.mjpeg"), opener.open("0.mjpeg")]);
    clips[0]!.close();
    clips[0]!.close();
    opener.cache.close();
    assertEquals(opener.closed, [false]);
    clips[1]!.close();
    assertEquals(opener.closed, [false]);
    clips[2]!.close();
    assertEquals(opener.closed, [true]);
  });
});

Deno.test("ClipCache keeps a few films open that nobody watches, and closes the rest", async () => {
  await withOpener(async (opener) => {
    for (let i = 0; i < 12; i++) (await opener.open(`${i}.mjpeg`)).close();
    assertEquals(opener.closed.filter((closed) => closed).length, 4);
    assertEquals(opener.closed.slice(0, 4), [true, true, true, true]);
    opener.cache.close();
    assertEquals(opener.closed.every((closed) => closed), true);
  });
});

Deno.test("ClipCache opens a file anew that has changed, and closes the old one after its last viewer", async () => {
  await withOpener(async (opener, directory) => {
    const old = await opener.open("0.mjpeg");
    await Deno.rename(join(directory, "1.mjpeg"), join(directory, "0.mjpeg"));
    const anew = await opener.open("0.mjpeg");
    assertEquals([opener.files.length, old.identity === anew.identity], [2, false]);
    old.close();
    assertEquals(opener.closed, [true, false]);
    anew.close();
    opener.cache.close();
    assertEquals(opener.closed, [true, true]);
  });
});

Deno.test("ClipCache tries again after a film could not be opened", async () => {
  await withOpener(async (opener, directory) => {
    const path = join(directory, "0.mjpeg");
    await assertRejects(() => opener.cache.open(path, () => Promise.reject(new Error("disk"))), Error, "disk");
    (await opener.open("0.mjpeg")).close();
    opener.cache.close();
  });
});
