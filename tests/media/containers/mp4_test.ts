import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { InvalidDataError } from "../../../lib/core/errors.ts";
import { mp4Container } from "../../../lib/media/containers/mp4.ts";
import { makeJpegs } from "../../support/make_film.ts";
import { makeMp4, type Mp4Options } from "../../support/make_mp4.ts";
import { cutFrames, scanBytes } from "../../support/scan_bytes.ts";

const JPEGS = makeJpegs(10);

/** Offset of four letters in a file. */
function find(bytes: Uint8Array, letters: string): number {
  return new TextDecoder("latin1").decode(bytes).indexOf(letters);
}

/** A copy with the 32-bit number at `offset` changed. */
function withWord(bytes: Uint8Array, offset: number, value: number): Uint8Array {
  const copy = bytes.slice();
  new DataView(copy.buffer).setUint32(offset, value);
  return copy;
}

Deno.test("mp4Container finds every frame, whatever the tables look like", async () => {
  const kinds: Mp4Options[] = [
    {},
    { fast: true },
    { wide: true },
    { perChunk: 3 },
    { perChunk: 10, fast: true },
    { code: "mp4v" },
    { code: "mjpa" },
    { perFragment: 1 },
    { perFragment: 4, code: "mp4v" },
  ];
  for (const options of kinds) {
    const film = makeMp4(JPEGS, options);
    const found = await scanBytes(mp4Container, film);
    assertEquals(cutFrames(film, found), JPEGS, JSON.stringify(options));
    assertEquals(found.remarks, []);
    assertEquals(found.frames.map(({ time }) => time), JPEGS.map((_, i) => i * 40 / 1000));
    assertEquals(found.duration, 0.4);
  }
});

Deno.test("mp4Container gives frames the times that they have", async () => {
  const durations = [40, 40, 1000, 10, 20, 30, 40, 50, 60, 70];
  let time = 0;
  const expected = durations.map((duration) => (time += duration, (time - duration) / 1000));
  for (const options of [{ durations }, { durations, perFragment: 3 }]) {
    const { frames, duration } = await scanBytes(mp4Container, makeMp4(JPEGS, options));
    assertEquals(frames.map((frame) => frame.time), expected);
    assertEquals(duration, 1.36);
  }
});

Deno.test("F06 mp4Container finds the frames of a recording that was broken off before its tables", async () => {
  const film = makeMp4(JPEGS);
  const cut = film.subarray(0, find(film, "moov") - 20);
  const found = await scanBytes(mp4Container, cut);
  assertEquals(cutFrames(cut, found), JPEGS.slice(0, 9));
  assertMatch(found.remarks[0]!, /times are lost/);
});

Deno.test("F06 mp4Container leaves frames out that lie behind the end of the file", async () => {
  for (const options of [{ fast: true }, { perFragment: 5 }]) {
    const film = makeMp4(JPEGS, options);
    const { frames, remarks } = await scanBytes(mp4Container, film.subarray(0, film.length - 20));
    assertEquals(frames.length, 9);
    assertMatch(remarks[0]!, /^1 frames lie behind/);
  }
});

Deno.test("J12 mp4Container names the codec of video that is no JPEG", async () => {
  const error = await assertRejects(() => scanBytes(mp4Container, makeMp4(JPEGS, { code: "avc1" })), InvalidDataError);
  assertEquals(error.message, 'Cannot read MP4: its video is "avc1", not JPEG');
});

Deno.test("mp4Container refuses tables that name more samples than the file can hold", async () => {
  const film = makeMp4(JPEGS);
  const sizes = find(film, "stsz");
  const evil = withWord(withWord(film, sizes + 8, 1), sizes + 12, 0x7fffffff);
  const error = await assertRejects(() => scanBytes(mp4Container, evil), InvalidDataError);
  assertMatch(error.message, /names 2147483647 samples/);
  const fragments = makeMp4(JPEGS, { perFragment: 5 });
  const run = withWord(fragments, find(fragments, "trun") + 8, 0x7fffffff);
  await assertRejects(() => scanBytes(mp4Container, run), InvalidDataError);
});

Deno.test("mp4Container does not lose itself in tables that contradict each other", async () => {
  const film = makeMp4(JPEGS, { perChunk: 2 });
  const changes: [string, number, number][] = [
    ["stsc", 12, 0],
    ["stsc", 12, 0xffffffff],
    ["stsc", 16, 0],
    ["stts", 8, 0xffffffff],
    ["stts", 12, 0],
    ["stco", 8, 0xffffffff],
    ["stco", 12, 0xfffffff0],
    ["mdhd", 16, 0],
    ["tkhd", 4, 0x01000000],
  ];
  for (const [box, offset, value] of changes) {
    const evil = withWord(film, find(film, box) + offset, value);
    const count = await scanBytes(mp4Container, evil).then(({ frames }) => frames.length, (error) => {
      assertEquals(error.name, "InvalidDataError", box);
      return 0;
    });
    assertEquals(count <= 10, true);
  }
});
