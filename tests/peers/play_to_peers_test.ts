import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { PEERS, playedFrames, type Transport } from "../support/peers.ts";
import { ServerProcess } from "../support/server_process.ts";
import { PROJECT_ROOT } from "../support/source_files.ts";

const FILM = "flipbook.mjpeg";
const SIZE: [number, number] = [640, 480];
const FRAMES = 250;
const TRANSPORTS: readonly Transport[] = ["udp", "tcp"];

Deno.test("ffmpeg, GStreamer and mpv play a film whole and undamaged over UDP and TCP, all at once", async () => {
  await using server = await ServerProcess.start("media");
  const file = join(PROJECT_ROOT, "media", FILM);
  const viewers = PEERS.flatMap((peer) => TRANSPORTS.map((transport) => ({ peer, transport })));
  const [expected, played] = await Promise.all([
    Promise.all(PEERS.map((peer) => playedFrames(peer, file, SIZE))),
    Promise.all(viewers.map(({ peer, transport }) => playedFrames(peer, server.url(FILM), SIZE, transport))),
  ]);
  for (const [index, { peer, transport }] of viewers.entries()) {
    const ofFile = expected[PEERS.indexOf(peer)]!;
    assertEquals(ofFile.length, FRAMES, `${peer} reads the file`);
    assertEquals(played[index], ofFile, `${peer} over ${transport}`);
  }
});
