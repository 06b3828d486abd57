import { assert, assertEquals, assertLess } from "@std/assert";
import { join } from "@std/path";
import { type Bytes, encodeText } from "../../lib/core/bytes.ts";
import type { Clip } from "../../lib/media/clip.ts";
import { Library } from "../../lib/media/library.ts";
import { makeAvi } from "../support/make_avi.ts";
import { makeJpeg, makeJpegs, withMedia } from "../support/make_film.ts";
import { machineDelaysDuring } from "../support/own_delays.ts";

/** What a film of 2 GB may take to show its first frame, in milliseconds, and how often it is tried: a machine is slow. */
const FIRST_FRAME = 300;
const TRIES = 5;
/**
 * How much longer than that of an idle thread the event loop may be held while the index is built (99 of 100 times), in
 * milliseconds.
 */
const LOOP_LAG = 50;
const FILM_SIZE = 2 * 1024 ** 3;
const SMALL = makeJpegs(200, { width: 640, height: 480 });
/** Length of the frames behind the small ones; most of each is a hole in the file that reads as zeros. */
const LARGE_LENGTH = 12_000_000;

/** Puts frames and holes one behind the other into a file. */
class SparseFile {
  readonly #file: Deno.FsFile;
  #at = 0;

  constructor(path: string) {
    this.#file = Deno.openSync(path, { write: true, create: true });
  }

  get size(): number {
    return this.#at;
  }

  put(bytes: Bytes): void {
    this.#file.seekSync(this.#at, Deno.SeekMode.Start);
    for (let written = 0; written < bytes.length;) written += this.#file.writeSync(bytes.subarray(written));
    this.#at += bytes.length;
  }

  hole(length: number): void {
    this.#at += length;
  }

  close(): void {
    this.#file.close();
  }
}

/** Writes small frames, then large ones up to 2 GB; `head` is what the container puts before a frame of a length. */
function writeLargeFilm(path: string, begin: Bytes, head: (length: number) => Bytes): number {
  const file = new SparseFile(path);
  file.put(begin);
  let frames = 0;
  for (; frames < SMALL.length; frames++) {
    file.put(head(SMALL[frames]!.length));
    file.put(SMALL[frames]!);
    if (begin.length > 0 && SMALL[frames]!.length % 2 > 0) file.hole(1);
  }
  const large = makeJpeg(1);
  for (; file.size < FILM_SIZE; frames++) {
    file.put(head(LARGE_LENGTH));
    file.put(large.subarray(0, large.length - 2));
    file.hole(LARGE_LENGTH - large.length);
    file.put(large.slice(large.length - 2));
  }
  file.close();
  return frames;
}

/** Measures how late a timer comes, again and again, until `work` is done; the 99th percentile in milliseconds. */
async function lagDuring(work: Promise<unknown>): Promise<number> {
  let done = false;
  void work.finally(() => done = true);
  const lags: number[] = [];
  while (!done) {
    const begin = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 1));
    lags.push(performance.now() - begin - 1);
  }
  lags.sort((a, b) => a - b);
  return lags[Math.floor(lags.length * 0.99)] ?? 0;
}

/** Opens the film and reads its first frame, of some tries in the time that is promised: others only make it longer. */
async function openTimed(directory: string, indexDirectory: string | false): Promise<{ clip: Clip; library: Library }> {
  for (let tries = 1;; tries++) {
    const library = await Library.open([directory], { indexDirectory });
    const begin = performance.now();
    const clip = await library.open("film.bin");
    const { data } = await clip.read(0);
    const time = performance.now() - begin;
    assertEquals(data, SMALL[0]!);
    if (time < FIRST_FRAME) return { clip, library };
    assertLess(tries, TRIES, `The first frame took ${time} ms`);
    library.close();
    clip.close();
  }
}

const chunk = (length: number) =>
  new Uint8Array([...encodeText("00dc"), ...new Uint8Array(Uint32Array.of(length).buffer)]);
const avi = makeAvi([], { index: "none" });
const KINDS: readonly [name: string, begin: Bytes, head: (length: number) => Bytes][] = [
  ["lab", new Uint8Array(0), (length) => encodeText(String(length).padStart(5, "0"))],
  ["raw", new Uint8Array(0), () => new Uint8Array(0)],
  ["avi", avi, chunk],
];

for (const [format, begin, head] of KINDS) {
  Deno.test(`X07 a ${format} film of 2 GB shows its first frame in 300 ms, and its index lets others live`, async () => {
    await withMedia({ "media/none": new Uint8Array(0) }, async (directory) => {
      const media = join(directory, "media");
      const frames = writeLargeFilm(join(media, "film.bin"), begin, head);
      const cache = join(directory, "cache");
      const first = await openTimed(media, cache);
      let lag = 0;
      const machine = await machineDelaysDuring(async () => void (lag = await lagDuring(first.clip.ready)));
      assertLess(lag, LOOP_LAG + machine.longest);
      assertEquals([first.clip.format, first.clip.frameCount], [format, frames]);
      assertEquals((await first.clip.read(frames - 1)).data.length, LARGE_LENGTH);
      first.library.close();
      first.clip.close();
      const second = await openTimed(media, cache);
      assert(second.clip.complete, "the index was not kept");
      assertEquals(second.clip.frameCount, frames);
      second.library.close();
      second.clip.close();
    });
  });
}
