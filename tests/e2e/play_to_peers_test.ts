import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { JpegSplitter } from "../../lib/jpeg/boundary.ts";
import { withMedia } from "../support/make_film.ts";
import { makeMp4 } from "../support/make_mp4.ts";
import { PEERS, playedFrames, type Transport } from "../support/peers.ts";
import { ServerProcess } from "../support/server_process.ts";
import { PROJECT_ROOT } from "../support/source_files.ts";

const FILM = "flipbook.mjpeg";
const SIZE: [number, number] = [640, 480];
const FRAMES = 250;
/**
 * How long each picture of the film by UDP is shown, ms, and the last one: FFmpeg on a busy machine reads a BYE before the
 * RTP ahead of it.
 */
const FRAME_MS = 40;
const LAST_FRAME_MS = 1000;
const FILMS = { udp: "film.mp4", tcp: "film.mjpeg" } as const;
const TRANSPORTS: readonly Transport[] = ["udp", "tcp"];

Deno.test("ffmpeg, GStreamer and mpv play a film whole and undamaged over UDP and TCP, all at once", async () => {
  const file = join(PROJECT_ROOT, "media", FILM);
  const content = await Deno.readFile(file);
  const pictures = new JpegSplitter().push(content);
  const durations = pictures.map((_, index) => index < pictures.length - 1 ? FRAME_MS : LAST_FRAME_MS);
  await withMedia({ [FILMS.udp]: makeMp4(pictures, { durations }), [FILMS.tcp]: content }, async (directory) => {
    await using server = await ServerProcess.start(directory);
    const viewers = PEERS.flatMap((peer) => TRANSPORTS.map((transport) => ({ peer, transport })));
    const [expected, played] = await Promise.all([
      Promise.all(PEERS.map((peer) => playedFrames(peer, file, SIZE))),
      Promise.all(
        viewers.map(({ peer, transport }) => playedFrames(peer, server.url(FILMS[transport]), SIZE, transport)),
      ),
    ]);
    for (const [index, { peer, transport }] of viewers.entries()) {
      const ofFile = expected[PEERS.indexOf(peer)]!;
      assertEquals(ofFile.length, FRAMES, `${peer} reads the file`);
      assertEquals(played[index], ofFile, `${peer} over ${transport}`);
    }
  });
});
