import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { concatBytes } from "../../../lib/core/bytes.ts";
import { InvalidDataError } from "../../../lib/core/errors.ts";
import { rawContainer } from "../../../lib/media/containers/raw.ts";
import { insertAt, segment } from "../../support/jpeg_samples.ts";
import { makeJpeg, makeJpegs, makeRawFilm } from "../../support/make_film.ts";
import { scanBytes } from "../../support/scan_bytes.ts";

const JPEGS = makeJpegs(4);

function cut(film: Uint8Array, frames: readonly { offset: number; length: number }[]): Uint8Array[] {
  return frames.map(({ offset, length }) => film.slice(offset, offset + length));
}

Deno.test("rawContainer finds every frame of a film", async () => {
  const film = makeRawFilm(JPEGS);
  const { frames, remarks, resume } = await scanBytes(rawContainer, film);
  assertEquals(cut(film, frames), JPEGS);
  assertEquals(remarks, []);
  assertEquals(resume?.at, film.length);
});

Deno.test("rawContainer finds frames that are larger than what is read at once", async () => {
  const large = makeJpeg(1, { width: 4096, height: 4096 });
  const film = makeRawFilm([JPEGS[0]!, large, JPEGS[1]!]);
  const { frames } = await scanBytes(rawContainer, film);
  assertEquals(frames.map(({ length }) => length), [JPEGS[0]!.length, large.length, JPEGS[1]!.length]);
});

Deno.test("J04 rawContainer takes no thumbnail for a frame", async () => {
  const exif = insertAt(JPEGS[0]!, 2, segment(0xe1, ...JPEGS[1]!));
  const film = makeRawFilm([exif, exif]);
  const { frames } = await scanBytes(rawContainer, film);
  assertEquals(cut(film, frames), [exif, exif]);
});

Deno.test("J02 rawContainer passes over junk before, between and after frames", async () => {
  const junk = Uint8Array.of(1, 2, 0xff, 0xd8, 0, 0xff, 0xd9, 9);
  const film = concatBytes([junk, JPEGS[0]!, junk, JPEGS[1]!, junk]);
  const { frames, remarks } = await scanBytes(rawContainer, film);
  assertEquals(cut(film, frames), JPEGS.slice(0, 2));
  assertEquals(remarks.length, 3);
  assertMatch(remarks[0]!, /^8 bytes at byte 0 /);
});

Deno.test("J02 rawContainer gives up after more than 1 MiB of junk", async () => {
  const film = concatBytes([JPEGS[0]!, new Uint8Array(1_100_000), JPEGS[1]!]);
  const error = await assertRejects(() => scanBytes(rawContainer, film), InvalidDataError);
  assertEquals(error.offset, JPEGS[0]!.length);
});

Deno.test("J01 rawContainer finds nothing in SOI alone, in EOI before SOS and in nothing but 0xFF", async () => {
  for (const bytes of [Uint8Array.of(0xff, 0xd8), Uint8Array.of(0xff, 0xd8, 0xff, 0xd9)]) {
    assertEquals((await scanBytes(rawContainer, bytes)).frames, []);
  }
  await assertRejects(() => scanBytes(rawContainer, new Uint8Array(3_000_000).fill(0xff)), InvalidDataError);
});

Deno.test("J03 rawContainer refuses a frame whose segment has length 0 or 1 and finds the next", async () => {
  for (const length of [0, 1]) {
    const broken = insertAt(JPEGS[0]!, 2, Uint8Array.of(0xff, 0xe0, 0, length));
    const film = makeRawFilm([broken, JPEGS[1]!]);
    assertEquals(cut(film, (await scanBytes(rawContainer, film)).frames), [JPEGS[1]!]);
  }
});

Deno.test("J03 rawContainer gives up when JPEGs begin in vain again and again", async () => {
  const trap = new Uint8Array(900_000);
  for (let at = 0; at + 8 < trap.length; at += 8) trap.set([0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2], at);
  const error = await assertRejects(() => scanBytes(rawContainer, concatBytes([trap, JPEGS[0]!])), InvalidDataError);
  assertMatch(error.message, /too many begin in vain/);
});

Deno.test("F06 rawContainer leaves a last frame out that is cut off anywhere", async () => {
  const film = makeRawFilm(JPEGS);
  const lastStart = film.length - JPEGS[3]!.length;
  for (const length of [lastStart + 1, lastStart + 3, lastStart + 100, film.length - 3]) {
    const { frames, remarks, resume } = await scanBytes(rawContainer, film.subarray(0, length));
    assertEquals(frames.length, 3, `cut at ${length}`);
    assertEquals(remarks.length, 1);
    assertEquals(resume?.at, lastStart);
  }
});

Deno.test("rawContainer takes a last frame without EOI if all of its blocks are there, and goes on behind it", async () => {
  for (const missing of [1, 2]) {
    const film = makeRawFilm(JPEGS).slice(0, -missing);
    const { frames, remarks, resume } = await scanBytes(rawContainer, film);
    assertEquals(cut(film, frames), [...JPEGS.slice(0, 3), JPEGS[3]!.slice(0, -missing)]);
    assertEquals([remarks, resume?.at], [[], film.length]);
    const grown = concatBytes([makeRawFilm(JPEGS), JPEGS[0]!]);
    assertEquals(cut(grown, (await scanBytes(rawContainer, grown, resume)).frames), [JPEGS[0]!]);
  }
});
