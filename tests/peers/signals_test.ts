import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import { parseRtcp } from "../../lib/rtp/rtcp.ts";
import { makeJpegs, makeRawFilm, withMedia } from "../support/make_film.ts";
import { MediaPorts, RtspTalker } from "../support/rtsp_talker.ts";
import { ServerProcess } from "../support/server_process.ts";

const FILM = makeRawFilm(makeJpegs(1000));
/** What a server may take to say goodbye to everybody, ms. */
const LONGEST_GOODBYE_MS = 2000;
/** How long a process is stopped, ms: a sender that made up for it would send 37 frames at once. */
const STOPPED_MS = 1500;
/** How long is waited after the stop, ms, and how long a frame lasts. */
const AFTER_MS = 100;
const FRAME_MS = 40;
/** Frames that may come beside those that fall due in that time. */
const SPARE_FRAMES = 9;

async function withViewers(
  body: (server: ServerProcess, tcp: RtspTalker, udp: { talker: RtspTalker; ports: MediaPorts }) => Promise<void>,
): Promise<void> {
  await withMedia({ "film.mjpeg": FILM }, async (directory) => {
    await using server = await ServerProcess.start(directory, "--fps", "25");
    await using tcp = await RtspTalker.open(server.port);
    await using talker = await RtspTalker.open(server.port);
    await using ports = new MediaPorts();
    const url = server.url("film.mjpeg");
    const wishes = [[tcp, "RTP/AVP/TCP;unicast"], [talker, `RTP/AVP;unicast;client_port=${ports.clientPort}`]] as const;
    for (const [viewer, Transport] of wishes) {
      const setup = await viewer.ask("SETUP", url, { Transport });
      assertEquals((await viewer.ask("PLAY", url, { Session: setup.headers.get("Session")! })).status, 200);
    }
    await Promise.all([tcp.until(() => tcp.frames.length > 3), ports.until(() => ports.rtp.length > 3)]);
    await body(server, tcp, { talker, ports });
  });
}

if (Deno.build.os !== "windows") {
  Deno.test("F03 SIGTERM says BYE to every viewer, ends their connections within 2 s and the server with 0", async () => {
    await withViewers(async (server, tcp, { talker, ports }) => {
      const start = performance.now();
      server.signal("SIGTERM");
      await Promise.all([tcp.untilClosed(), talker.untilClosed()]);
      assertEquals(await server.ended(), 0);
      assertLessOrEqual(performance.now() - start, LONGEST_GOODBYE_MS);
      assert(parseRtcp(tcp.frames.at(-1)!.data).some(({ kind }) => kind === "goodbye"));
      await ports.until(() => ports.rtcp.some(({ kind }) => kind === "goodbye"));
    });
  });

  Deno.test("F03 a second signal ends the server at once, even if a viewer does not read", async () => {
    await withMedia({ "film.mjpeg": makeRawFilm(makeJpegs(40, { width: 2040, height: 2040 })) }, async (directory) => {
      await using server = await ServerProcess.start(directory, "--fps", "200");
      await using deaf = await RtspTalker.open(server.port);
      const setup = await deaf.ask("SETUP", server.url("film.mjpeg"), { Transport: "RTP/AVP/TCP;unicast" });
      await deaf.say(
        `PLAY ${server.url("film.mjpeg")} RTSP/1.0\r\nCSeq: 9\r\nSession: ${setup.headers.get("Session")}\r\n\r\n`,
      );
      await new Promise((resolve) => setTimeout(resolve, 200));
      server.signal("SIGINT");
      await new Promise((resolve) => setTimeout(resolve, 50));
      try {
        server.signal("SIGINT");
      } catch (thrown) {
        // It had nothing left to wait for.
        if (!(thrown instanceof TypeError)) throw thrown;
      }
      assert([0, 130].includes(await server.ended()));
    });
  });

  Deno.test("F09 a server that was stopped goes on where it was, without a burst of old frames, and keeps its sessions", async () => {
    await withViewers(async (server, tcp, { talker, ports }) => {
      server.signal("SIGSTOP");
      await new Promise((resolve) => setTimeout(resolve, STOPPED_MS));
      const before = ports.rtp.length;
      const start = performance.now();
      server.signal("SIGCONT");
      await new Promise((resolve) => setTimeout(resolve, AFTER_MS));
      const come = ports.rtp.length - before;
      assertLessOrEqual(come, SPARE_FRAMES + (performance.now() - start) / FRAME_MS);
      for (const viewer of [tcp, talker]) {
        assertEquals((await viewer.ask("GET_PARAMETER", server.url("film.mjpeg"))).status, 200);
      }
      const numbers = ports.rtp.map(({ sequence }) => sequence);
      assertEquals(numbers, numbers.map((_, index) => (numbers[0]! + index) & 0xffff));
    });
  });
}
