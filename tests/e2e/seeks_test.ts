import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { Player, type ReceivedFrame } from "../../lib/client/player.ts";
import { type Bytes, equalBytes } from "../../lib/core/bytes.ts";
import { type Random, seededRandom } from "../../lib/core/random.ts";
import { JpegSplitter } from "../../lib/jpeg/boundary.ts";
import { parseJpeg } from "../../lib/jpeg/parse.ts";
import { startServer } from "../../lib/server/server.ts";
import { makeLabFilm } from "../support/make_film.ts";
import { run } from "../support/peers.ts";
import { PROJECT_ROOT } from "../support/source_files.ts";

const FRAME_RATE = 25;
const SEEKS = 1000;
const FFMPEG_SEEKS = 50;
/** It mostly waits: so many run at a time. */
const FFMPEG_AT_ONCE = 5;
/** How far before and behind a frame's own time a seek may lie and still mean it, seconds. */
const SAFE = 0.001;

const source = join(PROJECT_ROOT, "media", "flipbook.mjpeg");
const pictures = split(await Deno.readFile(source));
const scans = pictures.map(scanOf);

/** Each container, and the words with which ffmpeg makes it of the film. */
const CONTAINERS: Readonly<Record<string, readonly string[]>> = {
  "film.avi": ["-c", "copy"],
  "film.mov": ["-c", "copy"],
  "film.mp4": ["-c", "copy"],
  "fragmented.mp4": ["-c", "copy", "-movflags", "frag_keyframe+empty_moov"],
  "film.mjpeg": ["-c", "copy", "-f", "mpjpeg"],
  "pictures/%05d.jpg": ["-c", "copy", "-f", "image2"],
};

const media = await Deno.makeTempDir({ prefix: "flipbook-seeks-" });
await Deno.mkdir(join(media, "pictures"));
for (const [name, words] of Object.entries(CONTAINERS)) {
  const input = ["-f", "mjpeg", "-framerate", String(FRAME_RATE), "-i", source];
  await run("ffmpeg", ["-v", "error", ...input, ...words, join(media, name)]);
}
await Deno.copyFile(source, join(media, "raw.mjpeg"));
await Deno.writeFile(join(media, "assignment.Mjpeg"), makeLabFilm(pictures));
globalThis.addEventListener("unload", () => Deno.removeSync(media, { recursive: true }));

Deno.test(`${SEEKS} seeks in each container land on the exact frame, over UDP and TCP`, async () => {
  const server = await startServer({ host: "127.0.0.1", port: 0, media: [media], frameRate: FRAME_RATE });
  try {
    const urls = await server.urls();
    assertEquals(urls.length, Object.keys(CONTAINERS).length + 2, urls.join(", "));
    await Promise.all(urls.map((url, number) => seekIn(url, seededRandom(number + 1), number % 2 ? "udp" : "tcp")));
  } finally {
    await server.close();
  }
});

Deno.test(`${FFMPEG_SEEKS} seeks of ffmpeg land on the exact frame`, async () => {
  const server = await startServer({ host: "127.0.0.1", port: 0, media: [media], frameRate: FRAME_RATE });
  const random = seededRandom(50);
  try {
    const urls = await server.urls();
    const places = Array.from({ length: FFMPEG_SEEKS }, (_, seek) => ({ seek, ...place(seek, random) }));
    for (let at = 0; at < places.length; at += FFMPEG_AT_ONCE) {
      await Promise.all(
        places.slice(at, at + FFMPEG_AT_ONCE).map(async ({ seek, index, from }) => {
          const url = urls[seek % urls.length]!;
          assertEquals(await ffmpegSeek(url, from), index, `${url} from ${from} s`);
        }),
      );
    }
  } finally {
    await server.close();
  }
});

/** The number of the first frame that ffmpeg shows. */
async function ffmpegSeek(url: string, from: number): Promise<number> {
  const input = ["-rtsp_transport", "tcp", "-ss", from.toFixed(3), "-i", url];
  const { stdout } = await run("ffmpeg", ["-v", "error", ...input, "-frames:v", "1", "-c", "copy", "-f", "mjpeg", "-"]);
  return numberOf(stdout.slice());
}

async function seekIn(url: string, random: Random, transport: "udp" | "tcp"): Promise<void> {
  let arrived: ((frame: ReceivedFrame) => void) | undefined;
  const player = new Player({ kind: "rtsp", url }, { transport }, {
    frame: (frame) => arrived?.(frame),
    problem: (problem) => assert(false, `${url}: ${problem.message}`),
  });
  try {
    await player.setup();
    for (let seek = 0; seek < SEEKS; seek++) {
      const { index, from } = place(seek, random);
      await player.pause();
      const first = new Promise<ReceivedFrame>((resolve) => arrived = resolve);
      await player.play({ from });
      const frame = await first;
      assertEquals([frame.index, numberOf(frame.data)], [index, index], `${url}: seek ${seek} to ${from} s`);
    }
  } finally {
    await player.close();
  }
}

/** The ends of the film, exact times of frames, and any times between. */
function place(seek: number, random: Random): { index: number; from: number } {
  const index = seek % 50 === 0 ? 0 : seek % 50 === 1 ? pictures.length - 1 : random.uint32() % pictures.length;
  const within = seek % 3 === 0 ? 0 : SAFE + random.uint32() / 2 ** 32 * (1 / FRAME_RATE - 2 * SAFE);
  return { index, from: Number((index / FRAME_RATE + within).toFixed(3)) };
}

/** Which picture of the film this is, by the bytes of its scan; -1: none. */
function numberOf(jpeg: Bytes): number {
  const scan = scanOf(jpeg);
  return scans.findIndex((other) => equalBytes(other, scan));
}

function scanOf(jpeg: Bytes): Bytes {
  return parseJpeg(jpeg).scans[0]!.data;
}

function split(film: Bytes): Bytes[] {
  const splitter = new JpegSplitter();
  const found = splitter.push(film);
  const last = splitter.finish();
  return last ? [...found, last] : found;
}
