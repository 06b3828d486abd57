import { assertAlmostEquals, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { concatBytes } from "../../../lib/core/bytes.ts";
import { InvalidDataError } from "../../../lib/core/errors.ts";
import { aviContainer } from "../../../lib/media/containers/avi.ts";
import { withoutSegments } from "../../support/jpeg_samples.ts";
import { type AviOptions, makeAvi } from "../../support/make_avi.ts";
import { makeJpegs } from "../../support/make_film.ts";
import { cutFrames, scanBytes } from "../../support/scan_bytes.ts";

const JPEGS = makeJpegs(9);

Deno.test("aviContainer finds every frame by each kind of index, with sound between them", async () => {
  const kinds: AviOptions[] = [
    { index: "idx1" },
    { index: "idx1 from the file's start" },
    { index: "OpenDML" },
  ];
  for (const options of kinds) {
    for (const sound of [false, true]) {
      const film = makeAvi(JPEGS, { ...options, sound });
      const found = await scanBytes(aviContainer, film);
      assertEquals(cutFrames(film, found), JPEGS, JSON.stringify(options));
      assertEquals(found.remarks, []);
      assertEquals([found.rate, found.duration], [25, 9 / 25]);
    }
  }
});

Deno.test("aviContainer walks the chunks when the index is missing, wrong or cut off", async () => {
  const whole = makeAvi(JPEGS, { sound: true });
  const films = [
    makeAvi(JPEGS, { index: "none", sound: true }),
    makeAvi(JPEGS, { index: "idx1", shift: 3 }),
    makeAvi(JPEGS, { index: "OpenDML", shift: 3 }),
    whole.subarray(0, whole.length - 100),
  ];
  for (const [i, film] of films.entries()) {
    const found = await scanBytes(aviContainer, film);
    assertEquals(cutFrames(film, found), JPEGS, `film ${i}`);
    assertMatch(found.remarks[0]!, /no index that fits/);
  }
});

Deno.test("F06 aviContainer leaves a frame out that is cut off, in a recording that was broken off", async () => {
  const film = makeAvi(JPEGS, { index: "none" });
  const { frames, remarks } = await scanBytes(aviContainer, film.subarray(0, film.length - 20));
  assertEquals(frames.length, 8);
  assertMatch(remarks[1]!, /^The last chunk, at byte \d+, is cut off/);
});

Deno.test("aviContainer gives frames their times: an empty chunk repeats the one before", async () => {
  const empty = new Uint8Array(0);
  const film = makeAvi([JPEGS[0]!, empty, empty, JPEGS[1]!, JPEGS[2]!, empty], { rate: 30000, scale: 1001 });
  const { frames, duration } = await scanBytes(aviContainer, film);
  for (const [i, tick] of [0, 3, 4].entries()) assertAlmostEquals(frames[i]!.time!, tick * 1001 / 30000, 1e-9);
  assertAlmostEquals(duration!, 6 * 1001 / 30000, 1e-9);
});

Deno.test("J07 aviContainer finds frames without Huffman tables", async () => {
  const bare = JPEGS.map((jpeg) => withoutSegments(jpeg, 0xc4));
  const film = makeAvi(bare);
  assertEquals(cutFrames(film, await scanBytes(aviContainer, film)), bare);
});

Deno.test("aviContainer passes over junk between chunks when it walks", async () => {
  const film = makeAvi(JPEGS, { index: "none" });
  const middle = (await scanBytes(aviContainer, film)).frames[4]!.offset - 8;
  const broken = concatBytes([film.subarray(0, middle), new Uint8Array(77), film.subarray(middle)]);
  const found = await scanBytes(aviContainer, broken);
  assertEquals(cutFrames(broken, found), JPEGS);
  assertEquals(found.remarks.includes(`77 bytes at byte ${middle} belong to no chunk and are left out`), true);
});

Deno.test("aviContainer uses the file's frame rate where the stream has none that can be meant", async () => {
  assertEquals((await scanBytes(aviContainer, makeAvi(JPEGS, { rate: 10, scale: 1 }))).rate, 10);
  assertEquals((await scanBytes(aviContainer, makeAvi(JPEGS, { rate: 0xffffffff, scale: 1 }))).rate, 25);
  assertEquals((await scanBytes(aviContainer, makeAvi(JPEGS, { rate: 25, scale: 0 }))).rate, 25);
});

Deno.test("J12 aviContainer names the codec of video that is no Motion JPEG", async () => {
  const error = await assertRejects(() => scanBytes(aviContainer, makeAvi(JPEGS, { code: "H264" })), InvalidDataError);
  assertEquals(error.message, 'Cannot read AVI: its video is "H264", not Motion JPEG');
});

Deno.test("aviContainer refuses what has no headers or no movie", async () => {
  const film = makeAvi(JPEGS);
  for (const bytes of [film.subarray(0, 12), film.subarray(0, 200)]) {
    await assertRejects(() => scanBytes(aviContainer, bytes), InvalidDataError);
  }
});
