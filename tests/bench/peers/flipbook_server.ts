/**
 * Flipbook as the fan-out benchmark runs it: one film, whose viewers have timelines of their own (`file`) or share one
 * (`live`). Plays at rtsp://127.0.0.1:PORT/film.mjpeg; prints the port and then "ready".
 *
 * deno run -A tests/bench/peers/flipbook_server.ts FILM.mjpeg live|file [auto|batch|plain]
 */
import { basename } from "@std/path";
import { Library } from "../../../lib/media/library.ts";
import { programClock } from "../../../lib/net/held_clock.ts";
import type { UdpEngine } from "../../../lib/net/udp.ts";
import { startServer } from "../../../lib/server/server.ts";

const FRAME_MS = 40;
const FRAMES_IN_MEMORY = 50;

/** The film's first seconds from memory, again and again; the server holds it to its frame rate. */
async function* playForever(path: string, begun: () => void): AsyncGenerator<Uint8Array> {
  const library = await Library.open([path], { clock });
  const clip = await library.open(basename(path));
  await clip.ready;
  const frames: Uint8Array[] = [];
  for (let index = 0; index < Math.min(clip.frameCount, FRAMES_IN_MEMORY); index++) {
    frames.push((await clip.read(index)).data);
  }
  for (let index = 0;; index++) {
    yield frames[index % frames.length]!;
    begun();
  }
}

const clock = programClock();
const [film, mode, engine = "auto"] = Deno.args;
if (film === undefined || (mode !== "live" && mode !== "file")) {
  throw new TypeError("Usage: FILM.mjpeg live|file [ENGINE]");
}
const server = await startServer({
  host: "127.0.0.1",
  port: 0,
  media: mode === "file" ? [film] : [],
  clock,
  udpEngine: engine as UdpEngine,
  maxViewersPerAddress: 10_000,
});
if (mode === "live") {
  await new Promise<void>((resolve) => {
    server.addStream(basename(film), playForever(film, resolve), { frameRate: 1000 / FRAME_MS, copy: false });
  });
}
console.log(server.port);
console.log("ready");
