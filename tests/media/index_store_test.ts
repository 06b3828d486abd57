import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { InvalidDataError } from "../../lib/core/errors.ts";
import { aviContainer } from "../../lib/media/containers/avi.ts";
import type { Container } from "../../lib/media/containers/container.ts";
import { rawContainer } from "../../lib/media/containers/raw.ts";
import { FileClip } from "../../lib/media/file_clip.ts";
import { IndexStore } from "../../lib/media/index_store.ts";
import { makeAvi } from "../support/make_avi.ts";
import { makeJpegs, makeRawFilm, withMedia } from "../support/make_film.ts";
import { MemoryFile } from "../support/memory_file.ts";

const JPEGS = makeJpegs(20);
const RAW = makeRawFilm(JPEGS);

async function open(file: MemoryFile, store: IndexStore, container: Container = rawContainer): Promise<FileClip> {
  const clip = new FileClip(file, container, { name: "film", store });
  await clip.ready;
  return clip;
}

/** A container that must not be asked: the index has to come from the store. */
const never: Container = { ...rawContainer, index: () => Promise.reject(new InvalidDataError("Cannot be searched")) };

async function withStore(body: (store: IndexStore, directory: string) => Promise<void>): Promise<void> {
  await withMedia({}, (directory) => body(new IndexStore(join(directory, "deep", "cache"), 1000), directory));
}

async function indexFiles({ directory }: IndexStore): Promise<string[]> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(directory)) names.push(join(directory, entry.name));
  return names;
}

Deno.test("IndexStore gives back an index in the next run", async () => {
  await withStore(async (store) => {
    await open(new MemoryFile(RAW), store);
    const clip = await open(new MemoryFile(RAW), store, never);
    assertEquals([clip.frameCount, clip.failure], [20, undefined]);
    for (const index of [0, 7, 19]) assertEquals((await clip.read(index)).data, JPEGS[index]!);
  });
});

Deno.test("IndexStore keeps times, rate and end of a film", async () => {
  await withStore(async (store) => {
    const film = makeAvi([JPEGS[0]!, new Uint8Array(0), ...JPEGS.slice(1)], { rate: 10 });
    const first = await open(new MemoryFile(film), store, aviContainer);
    const second = await open(new MemoryFile(film), store, { ...never, format: "avi", timed: true });
    for (const clip of [first, second]) {
      assertEquals([clip.frameCount, clip.timeOf(1), clip.duration], [20, 0.2, 2.1]);
    }
    assertEquals(first.frameRate, second.frameRate);
  });
});

Deno.test("IndexStore has nothing for a file that changed, or in another format", async () => {
  await withStore(async (store) => {
    await open(new MemoryFile(RAW), store);
    const changed = new MemoryFile(RAW);
    changed.modified = 1;
    for (const file of [changed, new MemoryFile(RAW.subarray(0, RAW.length - 1))]) {
      assertEquals((await open(file, store, never)).frameCount, 0);
    }
    assertEquals((await open(new MemoryFile(RAW), store, { ...never, format: "other" })).frameCount, 0);
  });
});

Deno.test("IndexStore searches again when its file is damaged", async () => {
  for (
    const damage of [
      (bytes: Uint8Array) => bytes.subarray(0, bytes.length - 8),
      (bytes: Uint8Array) => bytes.map((byte, i) => i === bytes.length - 3 ? byte ^ 1 : byte),
      () => new Uint8Array(0),
    ]
  ) {
    await withStore(async (store) => {
      await open(new MemoryFile(RAW), store);
      const [path] = await indexFiles(store);
      await Deno.writeFile(path!, damage(await Deno.readFile(path!)));
      const clip = await open(new MemoryFile(RAW), store);
      assertEquals([clip.frameCount, (await clip.read(19)).data], [20, JPEGS[19]!]);
    });
  }
});

Deno.test("IndexStore keeps no index of a small film, and none of one that is damaged", async () => {
  await withStore(async (store) => {
    await Deno.mkdir(store.directory, { recursive: true });
    await open(new MemoryFile(RAW.subarray(0, 999)), store);
    await open(new MemoryFile(new Uint8Array(2_000_000)), store);
    assertEquals(await indexFiles(store), []);
  });
});

Deno.test("IndexStore keeps the 200 indexes that were used last", async () => {
  await withStore(async (store) => {
    await Deno.mkdir(store.directory, { recursive: true });
    for (let i = 0; i < 205; i++) {
      const path = join(store.directory, `old${i}.index`);
      await Deno.writeFile(path, new Uint8Array(1));
      await Deno.utime(path, i + 1, i + 1);
    }
    await open(new MemoryFile(RAW), store);
    const names = await indexFiles(store);
    assertEquals([names.length, names.some((name) => name.endsWith("old5.index"))], [200, false]);
    assertEquals(names.some((name) => name.endsWith("old6.index")), true);
  });
});

Deno.test("IndexStore never stands in the way: a film opens where nothing can be written", async () => {
  await withMedia({ "file": RAW }, async (directory) => {
    const store = new IndexStore(join(directory, "file", "cache"), 1000);
    assertEquals((await open(new MemoryFile(RAW), store)).frameCount, 20);
  });
});
