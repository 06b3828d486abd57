import { assert, assertAlmostEquals, assertEquals, assertLess } from "@std/assert";
import { Player, type ReceivedFrame } from "../../lib/client/player.ts";
import { sleep, systemClock } from "../../lib/core/clock.ts";
import { equalBytes } from "../../lib/core/bytes.ts";
import { makeJpegs, makeRawFilm, withMedia } from "../support/make_film.ts";
import { OwnDelays } from "../support/own_delays.ts";
import { ServerProcess } from "../support/server_process.ts";

/** Frames a second of a film in this format. */
const FRAME_RATE = 25;
/** Wall time for which each speed is watched, ms: at scale 8 that is most of the film. */
const WATCHED_MS = 4000;
const pictures = makeJpegs(40 * FRAME_RATE);
/** How far the pace may lie from what was asked for. */
const TOLERANCE = 0.05;
/** How late the last frame of a run may be, ms, and how many late wake-ups a frame meets: the server's, ours, another. */
const LATE_MS = 200;
const WAKE_UPS = 4;
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
  /** When it ended, on the clock of the arrivals. */
  readonly end: number;
  /** The longest delay of this process meanwhile, ms. */
  readonly delay: number;
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
    const delays = new OwnDelays();
    await sleep(systemClock, WATCHED_MS);
    const end = systemClock.now();
    delays.stop();
    await player.pause();
    const { lostPackets, damagedFrames } = player.stats();
    assertEquals([lostPackets, damagedFrames], [0, 0], `scale ${scale}: lost packets, damaged frames`);
    return { frames, granted, end, delay: delays.quantile(1) };
  } finally {
    await player.close();
  }
}

function assertRun(scale: number, { frames, granted, end, delay }: Run): void {
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
  assertNear(medianPace(frames, ({ mediaTime }) => mediaTime!), scale, `scale ${scale}: seconds of film in a second`);
  const rate = FRAME_RATE * Math.min(1, Math.abs(scale));
  assertNear(medianPace(frames, (_, count) => count), rate, `scale ${scale}: frames in a second`);
  // They come to the end.
  assertLess(
    end - frames.at(-1)!.arrival,
    1000 / rate + LATE_MS + WAKE_UPS * delay,
    `scale ${scale}: ms without a frame`,
  );
}

/**
 * By how much a value grows in a second, as half of the pairs of frames tell that are half a run apart: a machine that
 * holds up a few frames changes nothing.
 */
function medianPace(frames: readonly ReceivedFrame[], value: (frame: ReceivedFrame, count: number) => number): number {
  const half = Math.floor(frames.length / 2);
  const paces = frames.slice(half).map((later, index) => {
    const earlier = frames[index]!;
    return (value(later, index + half) - value(earlier, index)) / (later.arrival - earlier.arrival) * 1000;
  }).sort((a, b) => a - b);
  return paces[Math.floor(paces.length / 2)] ?? NaN;
}

function assertNear(actual: number, expected: number, what: string): void {
  assertAlmostEquals(actual, expected, Math.abs(expected) * TOLERANCE, `${what}: ${actual} instead of ${expected}`);
}
