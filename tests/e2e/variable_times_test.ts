import { assert, assertAlmostEquals, assertEquals, assertGreaterOrEqual } from "@std/assert";
import { Player, type ReceivedFrame } from "../../lib/client/player.ts";
import { equalBytes } from "../../lib/core/bytes.ts";
import { type Random, seededRandom } from "../../lib/core/random.ts";
import { parseRtcp } from "../../lib/rtp/rtcp.ts";
import { makeJpegs, makeMultipart, withMedia } from "../support/make_film.ts";
import { makeMp4 } from "../support/make_mp4.ts";
import { RtspTalker } from "../support/rtsp_talker.ts";
import { ServerProcess } from "../support/server_process.ts";

const SEEKS = 80;
const STEPS = 20;
const RANGES = 40;
/** How far a picture may come from its time, ms, and the share of those that must not come further. */
const LATE_MS = 100;
const MOST = 0.9;
/** Media times travel as 90 kHz ticks and as microseconds: they may differ from the film's by so much, s. */
const TICK = 2e-5;

/** Milliseconds for which each picture is shown: mostly short, some long, none for which the average rate would do. */
const durations = seededDurations(100);
const pictures = makeJpegs(durations.length);
/** When each picture begins, and when the last one ends, ms. */
const times = durations.reduce((all, duration) => [...all, all.at(-1)! + duration], [0]);
/** What a camera with a clock of its own writes. */
const stamps = times.slice(0, -1).map((time) => (1_700_000_000_123 + time) / 1000);
const FILMS = {
  "tables.mp4": makeMp4(pictures, { durations }),
  "fragments.mp4": makeMp4(pictures, { durations, perFragment: 7 }),
  "stamps.mjpeg": makeMultipart(pictures, stamps),
};

function seededDurations(count: number): number[] {
  const random = seededRandom(7);
  return Array.from({ length: count }, () => random.uint32() % 12 === 0 ? 500 : 5 + random.uint32() % 60);
}

/** Runs a test with a server of the three films. */
async function withFilms(body: (urls: readonly string[]) => Promise<void>): Promise<void> {
  await withMedia(FILMS, async (directory) => {
    await using server = await ServerProcess.start(directory);
    await body(Object.keys(FILMS).map((name) => server.url(name)));
  });
}

/** Runs a test with a viewer of each film, by UDP or TCP, and chances of its own. */
async function watchEach(body: (viewer: Viewer, random: Random, url: string) => Promise<void>): Promise<void> {
  await withFilms(async (urls) => {
    await Promise.all(urls.map(async (url, number) => {
      await using viewer = await Viewer.open(url, number % 2 ? "udp" : "tcp");
      await body(viewer, seededRandom(number + 1), url);
    }));
  });
}

Deno.test(`${SEEKS} seeks in each film of variable frame times land on the exact picture, forward and backward`, async () => {
  await watchEach(async (viewer, random, url) => {
    for (let seek = 0; seek < SEEKS; seek++) {
      const { index, from } = place(seek, random.uint32());
      const frame = await viewer.first((player) => player.play({ from, scale: seek % 2 ? -1 : 1 }));
      assertPicture(frame, index, `${url}: PLAY ${seek} from ${from} s`);
      await viewer.player.pause();
    }
  });
});

Deno.test("a paused player shows the exact picture of a film of variable frame times", async () => {
  await watchEach(async (viewer, random, url) => {
    for (let seek = 0; seek < SEEKS; seek++) {
      const { index, from } = place(seek, random.uint32());
      const frame = await viewer.first((player) => player.seek(from));
      assertPicture(frame, index, `${url}: seek ${seek} to ${from} s`);
    }
  });
});

Deno.test("a paused player steps to the neighbours of a picture in a film of variable frame times", async () => {
  await watchEach(async (viewer, random, url) => {
    for (let turn = 0; turn < STEPS; turn++) {
      const { index, from } = place(turn, random.uint32());
      await viewer.first((player) => player.seek(from));
      for (const [direction, beside] of [[1, index + 1], [-1, index], [-1, index - 1]] as const) {
        if (pictures[beside] === undefined || (direction < 0 && index === pictures.length - 1)) continue;
        const frame = await viewer.first((player) => player.step(direction));
        assertPicture(frame, beside, `${url}: step ${direction} near picture ${index}`);
      }
    }
    await viewer.first((player) => player.seek(times.at(-1)!));
    const { length } = viewer.frames;
    await viewer.player.step(1);
    assertEquals(
      [viewer.frames.length, viewer.player.state],
      [length, "READY"],
      `${url}: step behind the last picture`,
    );
  });
});

Deno.test("a film of variable frame times plays whole in both directions, each picture at its time", async () => {
  await withFilms(async (urls) => {
    await Promise.all(urls.flatMap((url) =>
      [1, -1].map(async (scale) => {
        await using viewer = await Viewer.open(url, "tcp");
        await viewer.untilEnd({ from: scale > 0 ? 0 : (times.at(-1)! - 1) / 1000, scale });
        const shown = viewer.frames;
        assertEquals(shown.length, pictures.length, `${url} at scale ${scale}`);
        for (const [at, frame] of shown.entries()) {
          assertPicture(frame, scale > 0 ? at : pictures.length - 1 - at, `${url} at scale ${scale}`);
        }
        assertGreaterOrEqual(inTime(shown, scale), MOST, `${url} at scale ${scale}: pictures that come at their time`);
      })
    ));
  });
});

Deno.test("a range of a film of variable frame times ends before the picture that begins at its end", async () => {
  await withFilms(async (urls) => {
    await Promise.all(urls.map(async (url, number) => {
      const random = seededRandom(number + 11);
      await using talker = await RtspTalker.open(Number(new URL(url.replace("rtsp:", "http:")).port));
      const transport = { Transport: "RTP/AVP/TCP;unicast;interleaved=0-1" };
      const session = (await talker.ask("SETUP", `${url}/track1`, transport)).headers.get("Session")!;
      for (let turn = 0; turn < RANGES; turn++) {
        const first = random.uint32() % (pictures.length - 4);
        const behind = first + 1 + random.uint32() % 3;
        talker.frames.length = 0;
        const range = `npt=${times[first]! / 1000}-${times[behind]! / 1000}`;
        const answer = await talker.ask("PLAY", `${url}/`, {
          Session: session.split(";")[0]!,
          Range: range,
          Speed: "4",
        });
        assertEquals(answer.status, 200);
        await talker.until(() => talker.frames.some(({ channel, data }) => channel === 1 && hasBye(data)));
        // Each of these pictures is one packet.
        assertEquals(talker.frames.filter(({ channel }) => channel === 0).length, behind - first, `${url}: ${range}`);
      }
    }));
  });
});

/** The share of pictures that come when they should, beside those before and after them; a busy machine delays some. */
function inTime(shown: readonly ReceivedFrame[], scale: number): number {
  const delays = shown.map(({ arrival, mediaTime }) => arrival - scale * mediaTime! * 1000);
  const median = delays.toSorted((a, b) => a - b)[Math.floor(delays.length / 2)]!;
  return delays.filter((delay) => Math.abs(delay - median) <= LATE_MS).length / delays.length;
}

function hasBye(data: Uint8Array<ArrayBuffer>): boolean {
  return parseRtcp(data).some(({ kind }) => kind === "goodbye");
}

/** A moment of the film and its picture: where one begins, shortly before that, in the middle. */
function place(turn: number, random: number): { readonly index: number; readonly from: number } {
  const index = turn % 25 === 0 ? 0 : turn % 25 === 1 ? pictures.length - 1 : random % pictures.length;
  const within = [0, durations[index]! - 0.5, durations[index]! / 2][turn % 3]!;
  return { index, from: (times[index]! + within) / 1000 };
}

function assertPicture({ data, mediaTime }: ReceivedFrame, index: number, what: string): void {
  assertEquals(pictures.findIndex((picture) => equalBytes(picture, data)), index, what);
  assertAlmostEquals(mediaTime!, times[index]! / 1000, TICK, what);
}

/** A player and what it shows. */
class Viewer implements AsyncDisposable {
  readonly frames: ReceivedFrame[] = [];
  #arrived: ((frame: ReceivedFrame) => void) | undefined;
  readonly #ended = Promise.withResolvers<void>();

  private constructor(readonly player: Player) {}

  static async open(url: string, transport: "udp" | "tcp"): Promise<Viewer> {
    const viewer: Viewer = new Viewer(
      new Player({ kind: "rtsp", url }, { transport }, {
        frame: (frame) => {
          viewer.frames.push(frame);
          viewer.#arrived?.(frame);
        },
        ended: () => viewer.#ended.resolve(),
        problem: (problem) => assert(false, `${url}: ${problem.message}`),
      }),
    );
    await viewer.player.setup();
    return viewer;
  }

  /** The first picture that comes of a verb. */
  async first(verb: (player: Player) => Promise<void>): Promise<ReceivedFrame> {
    const first = new Promise<ReceivedFrame>((resolve) => {
      this.#arrived = (frame) => {
        this.#arrived = undefined;
        resolve(frame);
      };
    });
    await verb(this.player);
    return await first;
  }

  async untilEnd(choice: { from: number; scale: number }): Promise<void> {
    await this.player.play(choice);
    await this.#ended.promise;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.player.close();
  }
}
