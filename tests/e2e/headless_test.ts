import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { type Bytes, concatBytes } from "../../lib/core/bytes.ts";
import { play } from "../../lib/client/play.ts";
import { labPictures } from "../support/assignment_film.ts";
import { withMedia } from "../support/make_film.ts";
import { playedFrames, type Transport } from "../support/peers.ts";
import { lastObject, runProgram } from "../support/program.ts";
import { ServerProcess } from "../support/server_process.ts";
import { PROJECT_ROOT } from "../support/source_files.ts";

/** The films of the project: pictures and size. */
const FILMS = [
  { name: "flipbook.mjpeg", frames: 250, size: [640, 480] },
  { name: "movie.Mjpeg", frames: 500, size: [384, 288] },
] as const;
const TRANSPORTS: readonly Transport[] = ["udp", "tcp"];
/** Faster than the films are meant to be, to save time. */
const FAST = ["--fps", "100"];

Deno.test("the player without a window gets every picture of both films by UDP and TCP and in the assignment's form", async () => {
  await using server = await ServerProcess.start("media", ...FAST);
  const standard = FILMS.flatMap(({ name, frames }) =>
    TRANSPORTS.map((transport) => ({ frames, transport, words: ["--transport", transport, server.url(name)] }))
  );
  const [, movie] = FILMS;
  const lab = { frames: movie.frames, transport: "udp", words: ["127.0.0.1", String(server.port), "0", movie.name] };
  await Promise.all([...standard, lab].map(async ({ frames, transport, words }) => {
    const end = await runProgram("client.ts", ["--headless", "--json", ...words]);
    assertEquals([end.code, end.errors], [0, []], words.join(" "));
    const { frames: received, shown, lost_packets, dropped_frames, transport: used } = lastObject(end);
    assertEquals({ received, shown, lost_packets, dropped_frames, used }, {
      received: frames,
      shown: frames,
      lost_packets: 0,
      dropped_frames: 0,
      used: transport,
    }, words.join(" "));
  }));
});

Deno.test("every picture of both films decodes to the same pixels after its way over UDP and TCP", async () => {
  await using server = await ServerProcess.start("media", ...FAST);
  await Promise.all(FILMS.map(async ({ name, frames, size }) => {
    const content = await Deno.readFile(join(PROJECT_ROOT, "media", name));
    const original = name === "movie.Mjpeg" ? concatBytes(labPictures(content)) : content;
    const received = await Promise.all(TRANSPORTS.map((transport) => picturesOf(server.url(name), transport)));
    const [udp, tcp] = received.map(concatBytes);
    await withMedia({ "file.mjpeg": original, "udp.mjpeg": udp!, "tcp.mjpeg": tcp! }, async (directory) => {
      const decode = (file: string) => playedFrames("ffmpeg", join(directory, file), [...size]);
      const expected = await decode("file.mjpeg");
      assertEquals(expected.length, frames, name);
      assertEquals(await decode("udp.mjpeg"), expected, `${name} by UDP`);
      assertEquals(await decode("tcp.mjpeg"), expected, `${name} by TCP`);
    });
  }));
});

async function picturesOf(url: string, transport: Transport): Promise<Bytes[]> {
  const pictures: Bytes[] = [];
  for await (const { data } of play(url, { transport })) pictures.push(data);
  return pictures;
}
