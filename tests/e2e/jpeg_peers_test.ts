import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { type Bytes, equalBytes } from "../../lib/core/bytes.ts";
import { SOF0 } from "../../lib/jpeg/markers.ts";
import { MAX_RTP_JPEG_SIZE, RESTART_TYPES, type RtpJpeg } from "../../lib/jpeg/rfc2435.ts";
import { toRtpJpeg } from "../../lib/jpeg/transcode.ts";
import { writeJpeg } from "../../lib/jpeg/write.ts";
import { assertPromise, assertSameCoefficients, decoded } from "../support/jpeg_promise.ts";
import { type Relay, relay, type Relayed, RELAYS } from "../support/jpeg_relay.ts";
import { markerOffset, patched } from "../support/jpeg_samples.ts";
import { makeZoo, type Specimen } from "../support/jpeg_zoo.ts";
import { makeMp4 } from "../support/make_mp4.ts";
import type { Transport } from "../support/peers.ts";
import { ServerProcess } from "../support/server_process.ts";

/** How long each picture is shown, ms, and the last one: FFmpeg on a busy machine reads a BYE before the RTP ahead of it. */
const FRAME_MS = 20;
const LAST_FRAME_MS = 400;
/** Shorter films are repeated: GStreamer 1.22 often does not notice the end of a stream of one or two pictures. */
const LEAST_PICTURES = 8;
/** Films that are relayed at a time: they mostly wait. */
const AT_ONCE = 4;
const TRANSPORTS: readonly Transport[] = ["udp", "tcp"];

/** One JPEG of the zoo and what Flipbook makes of it. */
interface Passenger {
  readonly specimen: Specimen;
  readonly image: RtpJpeg;
  readonly written: Bytes;
}

/** Pictures of one size and sampling: what FFmpeg's sender takes from the first picture holds for all. */
interface Film {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly passengers: readonly Passenger[];
}

const films = filmsOf((await makeZoo()).filter(({ fate }) => fate !== "refused"));
const media = await Deno.makeTempDir({ prefix: "flipbook-zoo-" });
for (const { name, passengers } of films) {
  const frames = passengers.map(({ specimen }) => specimen.bytes);
  const durations = frames.map((_, index) => index < frames.length - 1 ? FRAME_MS : LAST_FRAME_MS);
  await Deno.writeFile(join(media, name), makeMp4(frames, { durations }));
}
globalThis.addEventListener("unload", () => Deno.removeSync(media, { recursive: true }));

for (const peer of RELAYS) {
  for (const transport of TRANSPORTS) {
    Deno.test(`J05 every JPEG of the zoo passes through ${peer} over ${transport} and comes back`, async () => {
      await using server = await ServerProcess.start(media);
      const relayed = await relayAll(peer, server, transport);
      for (const [index, film] of films.entries()) await assertFilm(peer, film, relayed[index]!);
    });
  }
}

Deno.test("ffmpeg sends no pictures of more than 2040 pixels: their size is nowhere in what it receives", async () => {
  await using server = await ServerProcess.start(media);
  const large = films.filter((film) => isLarge(film));
  assertEquals(large.length, 4);
  for (const film of large) {
    const relaying = relay("ffmpeg", server.url(film.name), { transport: "tcp", size: film, sends: true });
    await assertRejects(() => relaying, Error, "dimensions not set");
  }
});

/** The specimens by size and sampling, as they leave. */
function filmsOf(specimens: readonly Specimen[]): Film[] {
  const passengers = specimens.map((specimen): Passenger => {
    const { image } = toRtpJpeg(specimen.bytes);
    return { specimen, image, written: writeJpeg(image) };
  });
  const groups = Map.groupBy(passengers, ({ image: { width, height, type } }) => {
    return `${width}x${height}_${type % 2 === 0 ? "422" : "420"}.mp4`;
  });
  return [...groups].map(([name, group]) => {
    const { width, height } = group[0]!.image;
    const rounds = Math.ceil(LEAST_PICTURES / group.length);
    return { name, width, height, passengers: Array.from({ length: rounds }, () => group).flat() };
  });
}

/** Relays all films. Nothing else is done meanwhile, or our socket's buffer would run over. */
async function relayAll(peer: Relay, server: ServerProcess, transport: Transport): Promise<Relayed[]> {
  const relayed: Relayed[] = [];
  for (let at = 0; at < films.length; at += AT_ONCE) {
    const some = films.slice(at, at + AT_ONCE);
    relayed.push(
      ...await Promise.all(some.map((film) => {
        return relay(peer, server.url(film.name), { transport, size: film, sends: canSend(peer, film) });
      })),
    );
  }
  return relayed;
}

async function assertFilm(peer: Relay, film: Film, relayed: Relayed): Promise<void> {
  const { name, passengers } = film;
  assertEquals(relayed.received.length, passengers.length, `${peer} wrote another number of JPEGs of ${name}`);
  if (canSend(peer, film)) {
    assertEquals(relayed.returned.length, passengers.length, `${peer} sent another number of frames of ${name}`);
  }
  for (const [index, passenger] of passengers.entries()) await assertPassage(peer, film, passenger, relayed, index);
}

function isLarge({ width, height }: Film): boolean {
  return width > MAX_RTP_JPEG_SIZE || height > MAX_RTP_JPEG_SIZE;
}

function canSend(peer: Relay, film: Film): boolean {
  return peer === "gstreamer" || !isLarge(film);
}

async function assertPassage(
  peer: Relay,
  film: Film,
  { specimen, image, written }: Passenger,
  { received, returned }: Relayed,
  index: number,
): Promise<void> {
  const where = `${specimen.name}, through ${peer}`;
  const jpeg = received[index]!;
  const frameHeader = markerOffset(jpeg, SOF0);
  const told = [5, 7].map((at) => (jpeg[frameHeader + at]! << 8) | jpeg[frameHeader + at + 1]!);
  assertEquals(told, toldSize(peer, film).reverse(), `${where}: height and width`);
  const cropped = withSize(jpeg, frameHeader, film);
  const [before, after] = [decoded(written), decoded(cropped)];
  for (const component of [0, 1, 2]) assertSameCoefficients(before, after, component);
  await assertPromise(specimen, cropped);
  if (!canSend(peer, film)) return;
  // FFmpeg's sender knows types 0 and 1 alone: it sends restart markers and does not tell of them, which we refuse.
  const hidesRestarts = peer === "ffmpeg" && image.type >= RESTART_TYPES;
  const back = returned[index];
  if (hidesRestarts) assertEquals(back, undefined, `${where} and back`);
  else assert(back && equalBytes(back, written), `${where} and back: another JPEG`);
}

/** The size that a peer writes: RFC 2435's steps of 8; beyond 2040 GStreamer reads the SDP, FFmpeg knows none. */
function toldSize(peer: Relay, film: Film): [width: number, height: number] {
  if (isLarge(film)) return peer === "gstreamer" ? [film.width, film.height] : [0, 0];
  return [8 * Math.ceil(film.width / 8), 8 * Math.ceil(film.height / 8)];
}

/** The picture as a player shows it that crops to the size which the SDP tells. */
function withSize(jpeg: Bytes, frameHeader: number, { width, height }: Film): Bytes {
  return patched(jpeg, {
    [frameHeader + 5]: height >> 8,
    [frameHeader + 6]: height & 255,
    [frameHeader + 7]: width >> 8,
    [frameHeader + 8]: width & 255,
  });
}
