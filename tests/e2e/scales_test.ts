import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { Player, type ReceivedFrame } from "../../lib/client/player.ts";
import { sleep, systemClock } from "../../lib/core/clock.ts";
import { equalBytes } from "../../lib/core/bytes.ts";
import { makeJpegs, makeRawFilm, withMedia } from "../support/make_film.ts";
import { ServerProcess } from "../support/server_process.ts";

/** Frames a second of a film in this format. */
const FRAME_RATE = 25;
/** Wall time for which each speed is watched, ms: at scale 8 that is most of the film. */
const WATCHED_MS = 4000;
const pictures = makeJpegs(40 * FRAME_RATE);
/** How far the pace may lie from what was asked for, over the whole run: 200 ms of a busy machine. */
const TOLERANCE = 0.05;
/** Frames from which the runs begin: forward near the start, backward near the end. */
const FORWARD_FROM = 50;
const BACKWARD_FROM = 950;

const SCALES = [-8, -1, 0.25, 1, 2.5, 8];

for (const transport of ["udp", "tcp"] as const) {
  Deno.test(`frames come in order and at the pace asked for at Scale ${SCALES.join(", ")} over ${transport}`, async () => {
    await withMedia({ "film.mjpeg": makeRawFilm(pictures) }, async (directory) => {
      await using server = await ServerProcess.start(directory);
      const url = server.url("film.mjpeg");
      await Promise.all(SCALES.map(async (scale) => assertRun(scale, await watch(url, scale, transport))));
    });
  });
}

Deno.test("the Scale that the server grants is answered where it is not the one asked for", async () => {
  await withMedia({ "film.mjpeg": makeRawFilm(pictures) }, async (directory) => {
    await using server = await ServerProcess.start(directory);
    const player = new Player({ kind: "rtsp", url: server.url("film.mjpeg") }, { transport: "tcp" });
    try {
      for (const [asked, granted] of [[20, 8], [-100, -8], [0.01, 0.063]] as const) {
        await player.play({ from: 20, scale: asked });
        assertEquals(player.stats().scale, granted, `asked for ${asked}`);
      }
    } finally {
      await player.close();
    }
  });
});

interface Run {
  readonly frames: readonly ReceivedFrame[];
  readonly granted: number;
}

async function watch(url: string, scale: number, transport: "udp" | "tcp"): Promise<Run> {
  const frames: ReceivedFrame[] = [];
  const player = new Player({ kind: "rtsp", url }, { transport }, {
    frame: (frame) => frames.push(frame),
    problem: (problem) => assert(false, problem.message),
  });
  try {
    await player.play({ from: (scale < 0 ? BACKWARD_FROM : FORWARD_FROM) / FRAME_RATE, scale });
    const granted = player.stats().scale;
    await sleep(systemClock, WATCHED_MS);
    await player.pause();
    const { lostPackets, damagedFrames } = player.stats();
    assertEquals([lostPackets, damagedFrames], [0, 0], `scale ${scale}: lost packets, damaged frames`);
    return { frames, granted };
  } finally {
    await player.close();
  }
}

function assertRun(scale: number, { frames, granted }: Run): void {
  assertEquals(granted, scale);
  // Slower than normal every frame is sent, faster as many a second as the film has.
  const step = Math.sign(scale) * Math.max(1, Math.abs(scale));
  const first = scale < 0 ? BACKWARD_FROM : FORWARD_FROM;
  for (const [count, { index, mediaTime, data }] of frames.entries()) {
    const expected = first + Math.sign(step) * Math.floor(count * Math.abs(step));
    assertEquals(index, expected, `scale ${scale}: frame ${count} of the run`);
    assertAlmostEquals(mediaTime!, index / FRAME_RATE, 0.001);
    assert(equalBytes(data, pictures[index]!), `scale ${scale}: another picture than number ${index}`);
  }
  const [begun, ended] = [frames[0]!, frames.at(-1)!];
  const seconds = (ended.arrival - begun.arrival) / 1000;
  const film = ended.mediaTime! - begun.mediaTime!;
  assertNear(film / seconds, scale, `scale ${scale}: seconds of film in a second`);
  const rate = FRAME_RATE * Math.min(1, Math.abs(scale));
  assertNear((frames.length - 1) / seconds, rate, `scale ${scale}: frames in a second`);
  assertNear(seconds, (WATCHED_MS - 1000 / rate / 2) / 1000, `scale ${scale}: seconds watched`);
}

function assertNear(actual: number, expected: number, what: string): void {
  assertAlmostEquals(actual, expected, Math.abs(expected) * TOLERANCE, `${what}: ${actual} instead of ${expected}`);
}
