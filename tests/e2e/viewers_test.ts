import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { type Bytes, concatBytes } from "../../lib/core/bytes.ts";
import { play } from "../../lib/client/play.ts";
import { JpegSplitter } from "../../lib/jpeg/boundary.ts";
import { type GapFigures, measureGaps } from "../support/gaps.ts";
import { LAB_FAMILIES, LabClient } from "../support/lab_client.ts";
import { withMedia } from "../support/make_film.ts";
import { makeMp4 } from "../support/make_mp4.ts";
import { OwnDelays } from "../support/own_delays.ts";
import { framemd5, gstLaunch, playedFrames, run, type Transport } from "../support/peers.ts";
import { lastObject, runProgram } from "../support/program.ts";
import { ServerProcess } from "../support/server_process.ts";
import { PROJECT_ROOT } from "../support/source_files.ts";

/** The project's films, each a minute long by copies of it. */
const FILM = "flipbook.mp4";
const FILM_COPIES = 6;
const LAB_FILM = "movie.Mjpeg";
const LAB_COPIES = 3;
const SIZE: [number, number] = [640, 480];
const FRAMES = 1500;
/** Milliseconds from picture to picture, and how far 99 of 100 may be from that. */
const FILM_GAP = 40;
const LAB_GAP = 50;
/** How long the last picture is shown, ms: FFmpeg on a busy machine reads a BYE before the RTP ahead of it. */
const LAST_FRAME_MS = 1000;
const TOLERANCE = 10;
/** A machine that wakes its programs late makes pictures uneven by several such delays: in the server, on the way, here. */
const WAKE_UPS = 4;
/** The programs take so long to start, ms; those that measure begin when that noise is over. */
const START_UP_MS = 4000;

/** What came to one viewer. */
interface Watched {
  readonly viewer: string;
  readonly pictures: number;
  /** Where the viewer can tell. */
  readonly lost?: number;
  /** Hashes of the pictures as the program saw them. */
  readonly hashes?: readonly string[];
  /** Of those that measure: what was seen, and the gap that was promised. */
  readonly gaps?: GapFigures;
  readonly promised?: number;
}

/** FFmpeg without decoding, so that 20 viewers fit on a small machine: it hashes each picture as it was sent. */
async function watchWithFfmpeg(url: string, transport: Transport): Promise<Watched> {
  const words = ["-v", "error", "-rtsp_transport", transport, "-i", url, "-c", "copy", "-f", "framemd5", "-"];
  const output = await run("ffmpeg", words);
  assertEquals(output.stderr, "");
  const hashes = framemd5(output);
  return { viewer: `ffmpeg ${transport}`, pictures: hashes.length, hashes };
}

/** GStreamer puts the JPEGs together and hands them on undecoded. */
async function watchWithGstreamer(url: string, transport: Transport): Promise<Watched> {
  const source = ["rtspsrc", `location=${url}`, `protocols=${transport}`, "!", "rtpjpegdepay"];
  const { stdout } = await gstLaunch([...source, "!", "fdsink", "fd=1"]);
  const splitter = new JpegSplitter();
  return { viewer: `GStreamer ${transport}`, pictures: splitter.push(stdout as Bytes).length };
}

/** mpv cannot but decode. */
async function watchWithMpv(url: string, transport: Transport): Promise<Watched> {
  const hashes = await playedFrames("mpv", url, SIZE, transport);
  return { viewer: `mpv ${transport}`, pictures: hashes.length };
}

async function watchHeadless(url: string, transport: Transport): Promise<Watched> {
  const end = await runProgram("client.ts", ["--headless", "--json", "--transport", transport, url]);
  assertEquals([end.code, end.errors], [0, []]);
  const { frames, lost_packets, dropped_frames } = lastObject(end);
  return { viewer: `rtsp-client ${transport}`, pictures: frames, lost: lost_packets + dropped_frames };
}

/** A player in this process, which notes when each picture was whole. */
async function watchAndMeasure(url: string, transport: Transport, { standstills }: OwnDelays): Promise<Watched> {
  const arrivals: number[] = [];
  for await (const { arrival } of play(url, { transport })) arrivals.push(arrival);
  return {
    viewer: `measuring ${transport}`,
    pictures: arrivals.length,
    gaps: measureGaps(arrivals, FILM_GAP, standstills),
    promised: FILM_GAP,
  };
}

async function watchAsAssignment(port: number, number: number, { standstills }: OwnDelays): Promise<Watched> {
  const family = LAB_FAMILIES[number]!;
  await using client = await LabClient.open(port, LAB_FILM, family);
  await client.ask("SETUP");
  await client.ask("PLAY");
  await client.until(() => client.datagrams.at(-1)?.packet.sequence === FRAMES);
  await client.ask("TEARDOWN");
  const arrivals = client.datagrams.map(({ at }) => at);
  return {
    viewer: `assignment, ${family.name}`,
    pictures: client.pictures.length,
    gaps: measureGaps(arrivals, LAB_GAP, standstills),
    promised: LAB_GAP,
  };
}

/** A film of the project, so many times one behind the other. */
async function copiesOf(name: string, count: number): Promise<Bytes> {
  const content = await Deno.readFile(join(PROJECT_ROOT, "media", name));
  return concatBytes(Array.from({ length: count }, () => content));
}

function table(watched: readonly Watched[]): string {
  const ms = (value: number | undefined) => (value?.toFixed(1) ?? "").padStart(9);
  const rows = watched.map(({ viewer, pictures, gaps }) =>
    viewer.padEnd(36) + String(pictures).padStart(8) + ms(gaps?.median) + ms(gaps?.p99) + ms(gaps?.longest) +
    ms(gaps?.p99Deviation)
  );
  const head = `${"viewer".padEnd(36)}pictures   median      p99  longest  p99 off (ms between pictures)`;
  return ["", head, ...rows].join("\n");
}

Deno.test("twenty mixed viewers at once for a minute lose no picture, and the pictures come evenly", async () => {
  const film = new JpegSplitter().push(await copiesOf("flipbook.mjpeg", FILM_COPIES));
  const durations = film.map((_, index) => index < film.length - 1 ? FILM_GAP : LAST_FRAME_MS);
  const films = { [FILM]: makeMp4(film, { durations }), [LAB_FILM]: await copiesOf("movie.Mjpeg", LAB_COPIES) };
  await withMedia(films, async (directory) => {
    await using server = await ServerProcess.start(directory);
    const url = server.url(FILM);
    const both = (
      watch: (url: string, transport: Transport) => Promise<Watched>,
    ) => [watch(url, "udp"), watch(url, "tcp")];
    const programs = Promise.all([
      ...[watchWithFfmpeg, watchWithGstreamer, watchHeadless].flatMap((watch) => [...both(watch), ...both(watch)]),
      ...both(watchWithMpv),
    ]);
    await Promise.race([programs, new Promise((resolve) => setTimeout(resolve, START_UP_MS))]);
    const delays = new OwnDelays();
    const measured = await Promise.all([
      ...both((url, transport) => watchAndMeasure(url, transport, delays)),
      ...[0, 1, 2, 3].map((number) => watchAsAssignment(server.port, number, delays)),
    ]);
    delays.stop();
    const watched = [...measured, ...await programs];
    console.log(table(watched));
    console.log(`delays of the measuring process itself: ${delays}`);
    assertEquals(watched.length, 20);
    for (const { viewer, pictures, lost = 0 } of watched) assertEquals([pictures, lost], [FRAMES, 0], viewer);
    const hashes = watched.flatMap(({ hashes }) => hashes === undefined ? [] : [hashes]);
    for (const others of hashes.slice(1)) assert(others.join() === hashes[0]!.join(), "ffmpeg saw different pictures");
    const tolerance = TOLERANCE + WAKE_UPS * delays.quantile(0.99);
    for (const { viewer, gaps, promised } of measured) {
      assert(Math.abs(gaps!.median - promised!) <= 1, `${viewer}: half of the gaps are above ${gaps!.median} ms`);
      if (promised !== FILM_GAP) continue;
      assert(gaps!.p99Deviation <= tolerance, `${viewer}: ${gaps!.p99Deviation} ms off at the 99th percentile`);
    }
  });
});
