import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { concatBytes } from "../../../lib/core/bytes.ts";
import { seededRandom } from "../../../lib/core/random.ts";
import { aviContainer } from "../../../lib/media/containers/avi.ts";
import type { Container, Resume } from "../../../lib/media/containers/container.ts";
import { labContainer } from "../../../lib/media/containers/lab.ts";
import { mp4Container } from "../../../lib/media/containers/mp4.ts";
import { multipartContainer } from "../../../lib/media/containers/multipart.ts";
import { rawContainer } from "../../../lib/media/containers/raw.ts";
import { makeAvi } from "../../support/make_avi.ts";
import { makeJpegs, makeLabFilm, makeMultipart, makeRawFilm } from "../../support/make_film.ts";
import { makeMp4 } from "../../support/make_mp4.ts";
import { cutFrames, scanBytes, type ScanResult } from "../../support/scan_bytes.ts";

const JPEGS = makeJpegs(9);
const STAMPS = [1, 1.1, 1.25, 1.3, undefined, undefined, 1.6, 1.7, 9];
/** Films as they are while they are being written: what stands in the file now stays. */
const GROWING: { name: string; container: Container; film: Uint8Array }[] = [
  { name: "lab", container: labContainer, film: makeLabFilm(JPEGS) },
  { name: "raw", container: rawContainer, film: makeRawFilm(JPEGS) },
  { name: "multipart", container: multipartContainer, film: makeMultipart(JPEGS, STAMPS) },
  {
    name: "AVI without an index",
    container: aviContainer,
    film: makeAvi(JPEGS, { index: "none", sound: true, rate: 30000, scale: 1001 }),
  },
  {
    name: "AVI whose second part has no index yet",
    container: aviContainer,
    film: concatBytes([
      makeAvi(JPEGS.slice(0, 4), { index: "OpenDML" }),
      makeAvi(JPEGS.slice(4), { index: "none" }),
    ]),
  },
  {
    name: "MP4 in fragments",
    container: mp4Container,
    film: makeMp4(JPEGS, { perFragment: 2, durations: [40, 50, 60, 70, 80, 90, 40, 40, 100] }),
  },
  { name: "MP4 without tables", container: mp4Container, film: withoutTables(makeMp4(JPEGS)) },
];

/** The film as it was before the tables were written behind its media. */
function withoutTables(film: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const tables = new TextDecoder("latin1").decode(film).lastIndexOf("moov") - 4;
  const before = film.slice(0, tables);
  const media = new TextDecoder("latin1").decode(before).indexOf("mdat") - 4;
  before.fill(0, media, media + 4);
  return before;
}

/** Scans the film as it grows to each of these sizes; undefined if it cannot be read when it has the first one. */
async function scanGrowing(container: Container, film: Uint8Array, sizes: number[]): Promise<ScanResult | undefined> {
  const frames: ScanResult["frames"][number][] = [];
  let resume: Resume | undefined;
  let last: ScanResult | undefined;
  for (const size of sizes) {
    last = await scanBytes(container, film.subarray(0, size), resume).catch(() => undefined);
    if (last === undefined || (resume === undefined && last.frames.length === 0)) return undefined;
    resume = last.resume && JSON.parse(JSON.stringify(last.resume));
    assert(resume !== undefined, `cannot go on from ${size} bytes`);
    frames.push(...last.frames);
  }
  return last && { ...last, frames };
}

for (const { name, container, film } of GROWING) {
  Deno.test(`Container: ${name} is read on as it grows, and then is what it is when it is read at once`, async () => {
    const random = seededRandom(7);
    const whole = await scanBytes(container, film);
    assertEquals(cutFrames(film, whole), JPEGS);
    let read = 0;
    for (let round = 0; round < 150; round++) {
      const sizes = Array.from({ length: 3 }, () => 1 + random.uint32() % film.length).sort((a, b) => a - b);
      const found = await scanGrowing(container, film, [...sizes, film.length]);
      if (found === undefined) continue;
      read++;
      const where = `sizes ${sizes}`;
      assertEquals(found.frames.map(({ offset }) => offset), whole.frames.map(({ offset }) => offset), where);
      for (const [i, { time }] of found.frames.entries()) {
        if (time !== undefined) assertAlmostEquals(time, whole.frames[i]!.time!, 1e-9, `${where}, frame ${i}`);
      }
      if (whole.duration !== undefined) assertAlmostEquals(found.duration!, whole.duration, 1e-9, where);
    }
    assert(read > 60, `${read} rounds`);
  });
}

Deno.test("Container: what is finished is not gone on with", async () => {
  const finished: [Container, Uint8Array][] = [
    [aviContainer, makeAvi(JPEGS)],
    [mp4Container, makeMp4(JPEGS)],
    [mp4Container, makeMp4(JPEGS, { fast: true })],
  ];
  for (const [container, film] of finished) assertEquals((await scanBytes(container, film)).resume, undefined);
});

Deno.test("mp4Container stops going on without tables when they have come, with no frame lost before", async () => {
  const film = makeMp4(JPEGS);
  const early = withoutTables(film);
  const first = await scanBytes(mp4Container, early.subarray(0, early.length - 1000));
  const second = await scanBytes(mp4Container, film, first.resume);
  assertEquals(cutFrames(film, { ...second, frames: [...first.frames, ...second.frames] }), JPEGS);
  assertEquals(second.resume, undefined);
});
