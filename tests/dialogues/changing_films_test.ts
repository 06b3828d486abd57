import { assert, assertEquals } from "@std/assert";
import { equalBytes } from "../../lib/core/bytes.ts";
import { parseJpeg } from "../../lib/jpeg/parse.ts";
import { JpegDepacketizer } from "../../lib/rtp/jpeg_depacketizer.ts";
import { parseRtcp } from "../../lib/rtp/rtcp.ts";
import { parseRtpPacket } from "../../lib/rtp/packet.ts";
import { startServer } from "../../lib/server/server.ts";
import { makeAvi } from "../support/make_avi.ts";
import { makeJpegs, makeRawFilm, withMedia } from "../support/make_film.ts";
import { makeMp4 } from "../support/make_mp4.ts";
import { RtspTalker } from "../support/rtsp_talker.ts";

const FRAMES = 60;
const PICTURES = makeJpegs(FRAMES);
const FILM = makeRawFilm(PICTURES);
const OTHER = makeJpegs(FRAMES, { width: 80, height: 48 });

/** Films as they are while they are being recorded. */
const GROWING = {
  AVI: makeAvi(PICTURES.slice(0, 20), { index: "none" }),
  "MP4 in fragments": makeMp4(PICTURES.slice(0, 20), { perFragment: 4 }),
};

/** One who watches a film while a test changes its file; every packet that came is kept. */
async function watching(
  query: string,
  body: (viewer: {
    readonly path: string;
    readonly port: number;
    /** Waits for so many whole frames in all. */
    readonly until: (frames: number) => Promise<void>;
    /** Waits for the BYE. */
    readonly untilEnd: () => Promise<void>;
    /** Numbers of the pictures that came; -1 for one that the film never had. */
    readonly numbers: () => number[];
    readonly damaged: () => number;
  }) => Promise<void>,
  film: Uint8Array = FILM,
) {
  await withMedia({ "film.mjpeg": film }, async (directory) => {
    const server = await startServer({ host: "127.0.0.1", port: 0, media: [directory], frameRate: 50 });
    const talker = await RtspTalker.open(server.port);
    try {
      const track = `rtsp://127.0.0.1:${server.port}/film.mjpeg/track1${query}`;
      const setup = await talker.ask("SETUP", track, { Transport: "RTP/AVP/TCP;unicast;interleaved=0-1" });
      await talker.ask("PLAY", track, { Session: setup.headers.get("Session")!.split(";")[0]! });
      const packets = () =>
        talker.frames.filter(({ channel }) => channel === 0).map(({ data }) => parseRtpPacket(data));
      const received = () => {
        const depacketizer = new JpegDepacketizer();
        const frames = packets().map((packet) => depacketizer.push(packet)).filter((frame) => frame !== undefined);
        return { frames, damaged: depacketizer.damaged };
      };
      const said = (kind: string) =>
        talker.frames.some(({ channel, data }) => channel === 1 && parseRtcp(data).some((part) => part.kind === kind));
      await body({
        path: `${directory}/film.mjpeg`,
        port: server.port,
        until: (frames) => talker.until(() => packets().filter(({ marker }) => marker).length >= frames),
        untilEnd: () => talker.until(() => said("goodbye")),
        numbers: () => received().frames.map(({ data }) => numberOf(data)),
        damaged: () => received().damaged,
      });
    } finally {
      talker.close();
      await server.close();
    }
  });
}

function numberOf(jpeg: Uint8Array<ArrayBuffer>): number {
  const scan = parseJpeg(jpeg).scans[0]!.data;
  return PICTURES.findIndex((picture) => equalBytes(parseJpeg(picture).scans[0]!.data, scan));
}

Deno.test("F06 a film that is cut under its viewer ends with BYE, and not with a damaged frame", async () => {
  await watching("", async ({ path, until, untilEnd, numbers, damaged }) => {
    await until(5);
    await Deno.truncate(path, Math.floor(FILM.length / 2) + 7);
    await untilEnd();
    assertEquals(damaged(), 0);
    const seen = numbers();
    assertEquals(seen, seen.map((_, index) => index));
    assert(seen.length >= 5 && seen.length < FRAMES, `${seen.length} frames`);
  });
});

Deno.test("F06 a film that is cut under a viewer who loops ends with its round, so that the new one can be asked for", async () => {
  await watching("?loop=1", async ({ path, until, untilEnd, numbers, damaged }) => {
    await until(5);
    await Deno.truncate(path, Math.floor(FILM.length / 2) + 7);
    await untilEnd();
    assertEquals(damaged(), 0);
    const seen = numbers();
    assertEquals(seen, seen.map((_, index) => index));
  });
});

Deno.test("F06 a film that is rewritten in place under its viewer never sends a mixture", async () => {
  await watching("", async ({ path, until, untilEnd, numbers, damaged }) => {
    await until(5);
    await Deno.writeFile(path, makeRawFilm(OTHER));
    await untilEnd();
    assertEquals(damaged(), 0);
    const seen = numbers();
    assertEquals(seen, seen.map((_, index) => index));
  });
});

for (const [container, film] of Object.entries(GROWING)) {
  Deno.test(`a film in ${container} that grows under its viewer is played to its new end`, async () => {
    const cut = Math.floor(film.length * 0.7);
    await watching("", async ({ path, until, untilEnd, numbers, damaged }) => {
      await until(5);
      await Deno.writeFile(path, film.subarray(cut), { append: true });
      await untilEnd();
      assertEquals(damaged(), 0);
      assertEquals(numbers(), Array.from({ length: 20 }, (_, index) => index));
    }, film.subarray(0, cut));
  });
}

Deno.test("H06 F06 a film that is replaced is played to its end for those who have it, and new for those who come", async () => {
  await watching("", async ({ path, port, until, untilEnd, numbers }) => {
    await until(5);
    await Deno.writeFile(`${path}.new`, makeRawFilm(OTHER));
    await Deno.rename(`${path}.new`, path);
    await using late = await RtspTalker.open(port);
    const description = await late.ask("DESCRIBE", `rtsp://127.0.0.1:${port}/film.mjpeg`);
    assertEquals(description.status, 200);
    const setup = await late.ask("SETUP", `rtsp://127.0.0.1:${port}/film.mjpeg/track1`, { Transport: "RTP/AVP/TCP" });
    await late.ask("PLAY", `rtsp://127.0.0.1:${port}/film.mjpeg`, {
      Session: setup.headers.get("Session")!.split(";")[0]!,
    });
    await late.until(() => late.frames.some(({ channel }) => channel === 0));
    const first = late.frames.find(({ channel }) => channel === 0)!;
    assertEquals(parseRtpPacket(first.data).payload[6], 80 / 8);
    await untilEnd();
    assertEquals(numbers(), Array.from({ length: FRAMES }, (_, index) => index));
  });
});
