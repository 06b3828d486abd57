import { assert, assertEquals } from "@std/assert";
import { type Bytes, concatBytes, encodeText } from "../../lib/core/bytes.ts";
import { InvalidDataError } from "../../lib/core/errors.ts";
import { type Random, seededRandom } from "../../lib/core/random.ts";
import { DETECT_SIZE, detectContainer } from "../../lib/media/containers/detect.ts";
import { FileClip } from "../../lib/media/file_clip.ts";
import { WatchedFile } from "../support/film_cost.ts";
import { FilmReport, type ReadFilm } from "../support/film_report.ts";
import { hostileFilms } from "../support/hostile_films.ts";
import { insertAt } from "../support/jpeg_samples.ts";
import { makeAvi } from "../support/make_avi.ts";
import { makeJpegs, makeLabFilm, makeMultipart, makeRawFilm } from "../support/make_film.ts";
import { makeMp4 } from "../support/make_mp4.ts";
import { MemoryFile } from "../support/memory_file.ts";
import { mutate } from "../support/mutate.ts";

const JPEGS = makeJpegs(6, { width: 16, height: 16 });
/** Frames of a megabyte: most of it comments. */
const COMMENT = concatBytes([Uint8Array.of(0xff, 0xfe, 0xfd, 0xea), new Uint8Array(65_000)]);
const LARGE = makeJpegs(2).map((jpeg) => insertAt(jpeg, 2, concatBytes(new Array<Bytes>(16).fill(COMMENT))));
const FILMS: readonly Bytes[] = [...filmsOf(JPEGS), makeLabFilm(JPEGS, 7), makeMultipart(JPEGS, [1.5, 1.6, 1.7])];
/** Every so many runs begin with a film of large frames, and as many with a hostile one. */
const RARE = 50;
const HOSTILE_SIZE = 128 * 1024;
/** Sizes of the hostile films that are read as they are. */
const LARGE_HOSTILE_SIZE = 4_000_000;
/** What containers are made of: put in anywhere, and over lengths and counts. */
const WORDS = "RIFF LIST movi AVIX idx1 00dc ix00 moov moof mdat trun 99999".split(" ").map(encodeText)
  .concat(encodeText("--b\r\n"), JPEGS[0]!.slice(0, 20), makeJpegs(1), new Uint8Array(64));
const NUMBERS = [0, 1, 2, 7, 8, 0xff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff, 64, 1000, 100_000];
/** Bytes that may be read for one byte of a file, and a hundred windows for those that are small. */
const MAX_READS = 64;

/** The films of every container, by each kind of index. */
function filmsOf(jpegs: readonly Bytes[]): Bytes[] {
  return [
    makeLabFilm(jpegs),
    makeRawFilm(jpegs),
    makeMultipart(jpegs),
    makeAvi(jpegs, { sound: true }),
    makeAvi(jpegs, { index: "OpenDML" }),
    makeAvi(jpegs, { index: "none" }),
    makeMp4(jpegs, { perChunk: 4 }),
    makeMp4(jpegs, { code: "mp4v", wide: true, fast: true }),
    makeMp4(jpegs, { perFragment: 2 }),
  ];
}

/** Opens mutated films of every container and reads frames: each is whole, or refused with `InvalidDataError`. */
export async function fuzzMedia(runs: number, seed: number): Promise<FilmReport> {
  const random = seededRandom(seed);
  const report = new FilmReport();
  const large = filmsOf(LARGE);
  const hostile = hostileFilms(HOSTILE_SIZE).map((film) => film.make());
  for (let run = 0; run < runs; run++) {
    const round = Math.floor(run / RARE);
    const film = run % RARE === 0
      ? large[round % large.length]!
      : run % RARE === 1
      ? hostile[round % hostile.length]!
      : FILMS[run % FILMS.length]!;
    const bytes = mutate(random.uint32() % 2 ? overwrite(film, random) : film, random, WORDS);
    const chosen = random.uint32();
    await report.judge(bytes, (look) => openAndRead(bytes, chosen, look), `seed ${seed}, run ${run}`);
  }
  return report;
}

/** Puts numbers that hurt in the places of lengths and counts, which lie close to names of four letters. */
function overwrite(film: Bytes, random: Random): Bytes {
  const changed = film.slice();
  const view = new DataView(changed.buffer);
  for (let left = 1 + random.uint32() % 4; left > 0; left--) {
    let at = random.uint32() % (changed.length - 40);
    while (at < changed.length - 40 && !isName(changed, at)) at++;
    const offset = at - 4 + 4 * (random.uint32() % 9);
    if (offset < 0) continue;
    view.setUint32(offset, NUMBERS[random.uint32() % NUMBERS.length]!, random.uint32() % 2 === 0);
  }
  return changed;
}

function isName(bytes: Bytes, at: number): boolean {
  for (let i = 0; i < 4; i++) if (!(bytes[at + i]! >= 0x30 && bytes[at + i]! <= 0x7a)) return false;
  return true;
}

/** Opens a film and reads its first frame, its last, and number `chosen` of the first eight. */
async function openAndRead(bytes: Bytes, chosen: number, look: () => void): Promise<ReadFilm> {
  const file = new WatchedFile(bytes, look);
  const detected = detectContainer(await file.read(0, DETECT_SIZE));
  if ("foreign" in detected) return { format: "none", frames: 0, largest: 0, refused: true };
  const clip = new FileClip(file, detected.container, { name: "film" });
  await clip.ready;
  assert(clip.complete);
  assert(clip.frameCount * 4 <= bytes.length, `${clip.frameCount} frames`);
  assert(file.bytesRead <= MAX_READS * (bytes.length + 4096), `${file.bytesRead} bytes read`);
  checkTimes(clip);
  let largest = 0;
  for (const index of [0, clip.frameCount - 1, chosen % 8]) {
    largest = Math.max(largest, await readFrame(clip, index, bytes.length));
    look();
  }
  clip.close();
  return { format: clip.format, frames: clip.frameCount, largest, refused: clip.failure !== undefined };
}

function checkTimes(clip: FileClip): void {
  let time = 0;
  for (let index = 0; index < clip.frameCount; index++) {
    const next = clip.timeOf(index);
    if (!(next >= time && Number.isFinite(next))) throw new RangeError(`Frame ${index} is shown at ${next} s`);
    time = next;
  }
  if (clip.frameCount === 0) return;
  assert(clip.duration >= time && clip.frameRate > 0);
  assertEquals(clip.timeOf(clip.indexAt(time)), time);
}

/** Reads one frame; returns its bytes, 0 if it was refused. */
async function readFrame(clip: FileClip, index: number, size: number): Promise<number> {
  try {
    const { data } = await clip.read(index);
    assertEquals([data[0], data[1]], [0xff, 0xd8]);
    assert(data.length <= size);
    return data.length;
  } catch (error) {
    const isPast = error instanceof RangeError && (index < 0 || index >= clip.frameCount);
    if (!(error instanceof InvalidDataError) && !isPast) throw error;
    return 0;
  }
}

Deno.test("fuzzMedia() begins with films that are whole", async () => {
  for (const [films, count] of [[FILMS, JPEGS.length], [filmsOf(LARGE), LARGE.length]] as const) {
    for (const film of films) {
      const detected = detectContainer(film);
      assert("container" in detected);
      const clip = new FileClip(new MemoryFile(film), detected.container, { name: "film" });
      await clip.ready;
      assertEquals([clip.frameCount, clip.failure], [count, undefined]);
      clip.close();
    }
  }
});

Deno.test("fuzzMedia() finds no crash, no hang, no hoard and no broken index in films of every container", async () => {
  const runs = Number(Deno.env.get("FUZZ_RUNS") ?? 500);
  const seed = Number(Deno.env.get("FUZZ_SEED") ?? 1);
  (await fuzzMedia(runs, seed)).print(`Mutated films of every container, seed ${seed}`);
});

Deno.test("films that were made to cost as much as possible stay inside the limits", async () => {
  const report = new FilmReport();
  for (const { name, make } of hostileFilms(LARGE_HOSTILE_SIZE)) {
    const bytes = make();
    await report.judge(bytes, (look) => openAndRead(bytes, 0, look), name);
  }
  report.print("Hostile films of 4 MB");
});
