import { assert, assertEquals } from "@std/assert";
import { type Bytes, concatBytes, encodeText } from "../../lib/core/bytes.ts";
import { InvalidDataError } from "../../lib/core/errors.ts";
import { type Random, seededRandom } from "../../lib/core/random.ts";
import { DETECT_SIZE, detectContainer } from "../../lib/media/containers/detect.ts";
import { FileClip } from "../../lib/media/file_clip.ts";
import { makeAvi } from "../support/make_avi.ts";
import { makeJpegs, makeLabFilm, makeMultipart, makeRawFilm } from "../support/make_film.ts";
import { makeMp4 } from "../support/make_mp4.ts";
import { MemoryFile } from "../support/memory_file.ts";
import { mutate } from "../support/mutate.ts";

const JPEGS = makeJpegs(6, { width: 16, height: 16 });
const FILMS: readonly Bytes[] = [
  makeLabFilm(JPEGS),
  makeLabFilm(JPEGS, 7),
  makeRawFilm(JPEGS),
  makeMultipart(JPEGS, [1.5, 1.6, 1.7]),
  makeAvi(JPEGS, { sound: true }),
  makeAvi(JPEGS, { index: "OpenDML" }),
  makeAvi(JPEGS, { index: "none" }),
  makeMp4(JPEGS, { perChunk: 4 }),
  makeMp4(JPEGS, { code: "mp4v", wide: true, fast: true }),
  makeMp4(JPEGS, { perFragment: 2 }),
];
/** What containers are made of: put in anywhere, and over lengths and counts. */
const WORDS = [
  "RIFF",
  "LIST",
  "movi",
  "AVIX",
  "idx1",
  "00dc",
  "ix00",
  "moov",
  "moof",
  "mdat",
  "trun",
  "99999",
  "--b\r\n",
]
  .map(encodeText).concat(JPEGS[0]!.slice(0, 20), makeJpegs(1), new Uint8Array(64));
const NUMBERS = [0, 1, 2, 7, 8, 0xff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff, 64, 1000, 100_000];
/** Bytes that may be read for one byte of a file, and a hundred windows for those that are small. */
const MAX_READS = 64;
/** Longest that one film may take: far more than it does, far less than a hang. */
const MAX_MILLISECONDS = 3000;

/** Opens mutated films of every container and reads frames: each is whole, or refused with `InvalidDataError`. */
export async function fuzzMedia(runs: number, seed: number): Promise<void> {
  const random = seededRandom(seed);
  for (let run = 0; run < runs; run++) {
    const film = FILMS[run % FILMS.length]!;
    const bytes = mutate(random.uint32() % 2 ? overwrite(film, random) : film, random, WORDS);
    const begin = performance.now();
    await openAndRead(bytes, random, `seed ${seed}, run ${run}`);
    assert(performance.now() - begin < MAX_MILLISECONDS, `seed ${seed}, run ${run} took too long`);
  }
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
  return bytes.subarray(at, at + 4).every((byte) => byte >= 0x30 && byte <= 0x7a);
}

async function openAndRead(bytes: Bytes, random: Random, where: string): Promise<void> {
  const file = new MemoryFile(bytes);
  const detected = detectContainer(await file.read(0, DETECT_SIZE));
  if ("foreign" in detected) return;
  const clip = new FileClip(file, detected.container, { name: "film" });
  await clip.ready;
  assert(clip.complete, where);
  assert(clip.frameCount * 4 <= bytes.length, `${where}: ${clip.frameCount} frames`);
  assert(file.bytesRead <= MAX_READS * (bytes.length + 4096), `${where}: ${file.bytesRead} bytes read`);
  let time = 0;
  for (let index = 0; index < clip.frameCount; index++) {
    assert(clip.timeOf(index) >= time && Number.isFinite(clip.timeOf(index)), where);
    time = clip.timeOf(index);
  }
  if (clip.frameCount > 0) {
    assert(clip.duration >= time && clip.frameRate > 0, where);
    assertEquals(clip.timeOf(clip.indexAt(time)), time, where);
  }
  for (const index of [0, clip.frameCount - 1, random.uint32() % 8]) await readFrame(clip, index, bytes.length, where);
  clip.close();
}

async function readFrame(clip: FileClip, index: number, size: number, where: string): Promise<void> {
  try {
    const { data } = await clip.read(index);
    assertEquals([data[0], data[1]], [0xff, 0xd8], where);
    assert(data.length <= size, where);
  } catch (error) {
    const isPast = error instanceof RangeError && (index < 0 || index >= clip.frameCount);
    if (!(error instanceof InvalidDataError) && !isPast) throw error;
  }
}

Deno.test("fuzzMedia() finds no crash, no hang and no broken index in films of every container", async () => {
  await fuzzMedia(Number(Deno.env.get("FUZZ_RUNS") ?? 500), Number(Deno.env.get("FUZZ_SEED") ?? 1));
});

Deno.test("fuzzMedia() begins with films that are whole", async () => {
  for (const film of FILMS) {
    const detected = detectContainer(film);
    assert("container" in detected);
    const clip = new FileClip(new MemoryFile(concatBytes([film])), detected.container, { name: "film" });
    await clip.ready;
    assertEquals([clip.frameCount, clip.failure], [JPEGS.length, undefined]);
    clip.close();
  }
});
