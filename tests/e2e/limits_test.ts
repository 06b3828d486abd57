import { assertEquals, assertLessOrEqual } from "@std/assert";
import { connectTcp } from "../../lib/net/tcp.ts";
import type { ByteStream } from "../../lib/net/tcp.ts";
import { makeJpegs, makeRawFilm, withMedia } from "../support/make_film.ts";
import { until } from "../support/until.ts";
import { run } from "../support/peers.ts";
import { MediaPorts, RtspTalker } from "../support/rtsp_talker.ts";
import { ServerProcess } from "../support/server_process.ts";

/** Descriptors that the server may still open. */
const SPARE_DESCRIPTORS = 5;
const CONNECTIONS = 40;
const VISITS = 2000;
const AT_ONCE = 20;
/** Lines of one kind in one second, as the log has them. */
const LINES_PER_SECOND = 10;

/** A server with one viewer, which may lose nothing whatever happens to the others. */
async function withWatchedServer(body: (server: ServerProcess, url: string) => Promise<void>): Promise<void> {
  await withMedia({ "film.mjpeg": makeRawFilm(makeJpegs(2000)) }, async (directory) => {
    await using server = await ServerProcess.start(directory, "--fps", "25");
    await using talker = await RtspTalker.open(server.port);
    await using ports = new MediaPorts();
    const url = server.url("film.mjpeg");
    const setup = await talker.ask("SETUP", url, { Transport: `RTP/AVP;unicast;client_port=${ports.clientPort}` });
    await talker.ask("PLAY", url, { Session: setup.headers.get("Session")! });
    await ports.until(() => ports.rtp.length > 3);
    await body(server, url);
    const seen = ports.rtp.length;
    await ports.until(() => ports.rtp.length > seen + 3);
    const numbers = ports.rtp.map(({ sequence }) => sequence);
    assertEquals(numbers, numbers.map((_, index) => (numbers[0]! + index) & 0xffff));
  });
}

if (Deno.build.os === "linux") {
  Deno.test("X05 a server without descriptors goes on with its viewers and takes new ones when it has some again", async () => {
    await withWatchedServer(async (server, url) => {
      const open = [...Deno.readDirSync(`/proc/${server.pid}/fd`)].length;
      await run("prlimit", ["--pid", String(server.pid), `--nofile=${open + SPARE_DESCRIPTORS}:4096`]);
      const streams: ByteStream[] = [];
      for (let n = 0; n < CONNECTIONS; n++) {
        streams.push(await connectTcp({ hostname: "127.0.0.1", port: server.port }));
      }
      await until("word of it", () => server.log.includes("Cannot accept a connection"));
      for (const stream of streams) stream.close();
      await using late = await RtspTalker.open(server.port);
      assertEquals((await late.ask("DESCRIBE", url)).status, 200);
    });
  });
}

Deno.test("X03 X06 thousands of connections and refusals cost the viewers nothing and do not flood the log", async () => {
  await withWatchedServer(async (server, url) => {
    const visit = async () => {
      await using talker = await RtspTalker.open(server.port);
      assertEquals((await talker.ask("DESCRIBE", `${url}x`)).status, 404);
    };
    const start = performance.now();
    for (let visits = 0; visits < VISITS; visits += AT_ONCE) await Promise.all(Array.from({ length: AT_ONCE }, visit));
    const refusals = () => server.log.split("\n").filter((line) => line.includes("Refused DESCRIBE"));
    await until("word of those that were left out", async () => {
      await visit();
      return refusals().some((line) => line.includes("like this before"));
    });
    // A second that has begun counts, and so does the one in which the flood began.
    const seconds = Math.ceil((performance.now() - start) / 1000) + 1;
    assertLessOrEqual(refusals().length, LINES_PER_SECOND * seconds);
  });
});
