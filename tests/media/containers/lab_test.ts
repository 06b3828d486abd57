import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { type Bytes, concatBytes, encodeText } from "../../../lib/core/bytes.ts";
import { InvalidDataError } from "../../../lib/core/errors.ts";
import { labContainer, readLabLength } from "../../../lib/media/containers/lab.ts";
import { makeJpegs, makeLabFilm } from "../../support/make_film.ts";
import { scanBytes } from "../../support/scan_bytes.ts";

const JPEGS = makeJpegs(4);
const SOI_TEXT = "\xff\xd8\xff";

function latin1(text: string): Bytes {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

function cut(film: Uint8Array, frames: readonly { offset: number; length: number }[]): Uint8Array[] {
  return frames.map(({ offset, length }) => film.slice(offset, offset + length));
}

Deno.test("readLabLength() reads digits in front of an SOI, with blanks and in any number", () => {
  const cases: [string, { headSize: number; length: number } | undefined][] = [
    ["00100" + SOI_TEXT, { headSize: 5, length: 100 }],
    ["123456" + SOI_TEXT, { headSize: 6, length: 123456 }],
    ["  100" + SOI_TEXT, { headSize: 5, length: 100 }],
    ["100  " + SOI_TEXT, { headSize: 5, length: 100 }],
    ["\n00100\r\n" + SOI_TEXT, { headSize: 8, length: 100 }],
    ["00100", undefined],
    ["-0100" + SOI_TEXT, undefined],
    ["0x100" + SOI_TEXT, undefined],
    ["00000" + SOI_TEXT, undefined],
    ["99999999" + SOI_TEXT, undefined],
    ["     " + SOI_TEXT, undefined],
    [SOI_TEXT, undefined],
    ["0".repeat(40) + SOI_TEXT, undefined],
  ];
  for (const [text, expected] of cases) assertEquals(readLabLength(latin1(text)), expected, JSON.stringify(text));
});

Deno.test("labContainer finds every frame of a film", async () => {
  for (const digits of [5, 7]) {
    const film = makeLabFilm(JPEGS, digits);
    const { frames, remarks, resume } = await scanBytes(labContainer, film);
    assertEquals(cut(film, frames), JPEGS);
    assertEquals(remarks, []);
    assertEquals(resume?.at, film.length);
  }
});

Deno.test("F06 labContainer leaves a last frame out that is cut off anywhere, and says so", async () => {
  const film = makeLabFilm(JPEGS);
  const lastStart = film.length - JPEGS[3]!.length - 5;
  for (const length of [lastStart + 2, lastStart + 5, lastStart + 8, film.length - 1]) {
    const { frames, remarks, resume } = await scanBytes(labContainer, film.subarray(0, length));
    assertEquals(frames.length, 3, `cut at ${length}`);
    assertEquals(remarks.length, 1);
    assertEquals(resume?.at, lastStart);
  }
});

Deno.test("labContainer goes on where it ended when the file has grown", async () => {
  const film = makeLabFilm(JPEGS);
  const first = await scanBytes(labContainer, film.subarray(0, film.length - 10));
  const second = await scanBytes(labContainer, film, first.resume);
  assertEquals(cut(film, [...first.frames, ...second.frames]), JPEGS);
});

Deno.test("J02 labContainer passes over junk between frames and counts it", async () => {
  const film = concatBytes([makeLabFilm(JPEGS.slice(0, 2)), encodeText("## 12 junk"), makeLabFilm(JPEGS.slice(2))]);
  const { frames, remarks } = await scanBytes(labContainer, film);
  assertEquals(cut(film, frames), JPEGS);
  assertMatch(remarks[0]!, /^10 bytes/);
});

Deno.test("J02 labContainer gives up after more than 1 MiB of junk", async () => {
  const film = concatBytes([makeLabFilm(JPEGS), new Uint8Array(1_100_000), makeLabFilm(JPEGS)]);
  const error = await assertRejects(() => scanBytes(labContainer, film), InvalidDataError);
  assertEquals(error.offset, makeLabFilm(JPEGS).length);
});
