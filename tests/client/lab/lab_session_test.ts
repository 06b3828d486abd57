import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { Player, PlayerError, type PlayerProblem, type ReceivedFrame } from "../../../lib/client/player.ts";
import { writeRtpPacket } from "../../../lib/rtp/packet.ts";
import { type LabDialogue, type LabForm, type LabServerOptions, serveLab } from "../../support/lab_server.ts";
import { makeJpegs } from "../../support/make_film.ts";
import { ManualClock, settle } from "../../support/manual_clock.ts";
import { whileRunning } from "../../support/player_bench.ts";
import { SimulatedNetwork, type SimulatedStream } from "../../support/simulated_network.ts";

const FILM = makeJpegs(5, { width: 320, height: 240 });

/** A player and a server of the assignment on a simulated link. */
function labBench(script: Partial<LabServerOptions> = {}, source: { file?: string; url?: string } = {}) {
  const clock = new ManualClock();
  const network = new SimulatedNetwork();
  const dialogue: LabDialogue = { requests: [] };
  const streams: SimulatedStream[] = [];
  const openSocket = () => network.udpSocket({});
  network.listen(1025, (stream) => {
    streams.push(stream);
    void serveLab(stream, { films: { "movie.Mjpeg": FILM }, clock, openSocket, ...script }, dialogue);
  });
  const frames: ReceivedFrame[] = [];
  const problems: PlayerProblem[] = [];
  const ends: number[] = [];
  const player = new Player(
    source.url
      ? { kind: "rtsp", url: source.url }
      : { kind: "lab", host: "server", port: 1025, rtpPort: 25000, file: source.file ?? "movie.Mjpeg" },
    { clock, network },
    {
      frame: (frame) => frames.push(frame),
      problem: (problem) => problems.push(problem),
      ended: () => ends.push(clock.now()),
    },
  );
  return { clock, network, player, frames, problems, ends, streams, requests: dialogue.requests };
}

async function playedToEnd(script: Partial<LabServerOptions>): Promise<ReturnType<typeof labBench>> {
  const bench = labBench(script);
  await whileRunning(bench.clock, bench.player.play());
  for (let left = 60; left > 0 && bench.ends.length === 0; left--) await bench.clock.run(100, 10);
  assertEquals([bench.ends.length, bench.player.state], [1, "READY"]);
  await whileRunning(bench.clock, bench.player.close());
  assertEquals([bench.clock.pending, bench.network.openSockets], [0, 0]);
  return bench;
}

Deno.test("LabSession writes the assignment's requests byte for byte", async () => {
  const bench = labBench();
  await whileRunning(bench.clock, bench.player.play());
  await bench.clock.run(120, 10);
  await whileRunning(bench.clock, bench.player.pause());
  await whileRunning(bench.clock, bench.player.close());
  assertEquals(bench.requests, [
    "SETUP movie.Mjpeg RTSP/1.0\nCSeq: 1\nTransport: RTP/UDP; client_port= 25000",
    "PLAY movie.Mjpeg RTSP/1.0\nCSeq: 2\nSession: 123456",
    "PAUSE movie.Mjpeg RTSP/1.0\nCSeq: 3\nSession: 123456",
    "TEARDOWN movie.Mjpeg RTSP/1.0\nCSeq: 4\nSession: 123456",
  ]);
});

for (const form of ["whole", "A", "B", "C", "D"] satisfies LabForm[]) {
  Deno.test(`LabSession plays every frame byte for byte in form ${form}`, async () => {
    const { frames, player } = await playedToEnd({ form });
    assertEquals(frames.map(({ index }) => index), [0, 1, 2, 3, 4]);
    frames.forEach(({ data }, at) => assertEquals(data, FILM[at]));
    assertEquals([player.stats().lostPackets, player.stats().damagedFrames], [0, 0]);
  });
}

Deno.test("LabSession plays from servers with late replies", async () => {
  assertEquals((await playedToEnd({ replyDelay: 700 })).frames.length, 5);
});

Deno.test("LabSession plays from a server that reads lines and writes CRLF (Java)", async () => {
  const { frames, requests } = await playedToEnd({ readsLines: true, lineEnd: "\r\n" });
  assertEquals([frames.length, requests[0]?.endsWith("\n")], [5, true]);
});

Deno.test("LabSession takes pictures for the answer where PLAY gets none", async () => {
  assertEquals((await playedToEnd({ mutePlay: true })).frames.length, 5);
});

Deno.test("LabSession ends at once where the server says END", async () => {
  const { ends } = await playedToEnd({ saysEnd: true });
  assertEquals(ends[0]! < 1000, true);
});

Deno.test("LabSession goes on with the next frame after PAUSE, from another source port", async () => {
  const { player, clock, frames } = labBench();
  await whileRunning(clock, player.play());
  await clock.run(60, 10);
  await whileRunning(clock, player.pause());
  const before = frames.length;
  await clock.run(1000, 50);
  assertEquals(frames.length, before);
  await whileRunning(clock, player.play());
  await clock.run(60, 10);
  assertEquals(frames[before]!.index, before);
  await whileRunning(clock, player.close());
});

Deno.test("LabSession does not take 200 to SETUP for success: an unknown file is told at PLAY", async () => {
  const { player, clock } = labBench({}, { file: "none.Mjpeg" });
  await whileRunning(clock, player.setup());
  const error = await assertRejects(
    () => whileRunning(clock, player.play()),
    PlayerError,
    "No stream named none.Mjpeg",
  );
  assertEquals(error.code, "not-found");
  await whileRunning(clock, player.close());
});

Deno.test("LabSession sends no TEARDOWN before PLAY: the given server dies of it", async () => {
  const { player, clock, requests } = labBench();
  await whileRunning(clock, player.setup());
  await whileRunning(clock, player.teardown());
  assertEquals([requests.length, player.state, clock.pending], [1, "INIT", 0]);
});

Deno.test("LabSession tells when the server dies, and when no packet comes", async () => {
  const bench = labBench();
  await whileRunning(bench.clock, bench.player.play());
  bench.streams[0]!.close();
  await settle();
  assertEquals(bench.problems.map(({ code }) => code), ["server-gone"]);
  const deaf = labBench();
  deaf.network.passes = () => false;
  await whileRunning(deaf.clock, deaf.player.play());
  await deaf.clock.run(2200, 50);
  assertEquals([deaf.problems[0]?.code, deaf.player.state, deaf.clock.pending], ["not-found", "INIT", 0]);
  assertMatch(deaf.problems[0]!.message, /RTP port 25000/);
});

Deno.test("LabSession looks at no packet of another host", async () => {
  const { player, clock, network, frames } = labBench({ interval: 5000 });
  await whileRunning(clock, player.play());
  const packet = writeRtpPacket({
    marker: true,
    payloadType: 26,
    sequence: 1,
    timestamp: 0,
    ssrc: 0,
    csrcs: [],
    payload: FILM[0]!,
  });
  network.deliver(25000, packet, { hostname: "10.0.0.9", port: 1 });
  assertEquals([frames.length, player.stats().packets], [0, 0]);
  network.deliver(25000, packet, { hostname: "127.0.0.1", port: 1 });
  assertEquals([frames.length, player.stats().packets], [1, 1]);
  await whileRunning(clock, player.close());
});

for (const stranger of ["silence", "close"] as const) {
  Deno.test(`openSession() falls back to the assignment's dialect when a server answers with ${stranger}`, async () => {
    const { player, clock, frames, streams, requests } = labBench({ stranger }, {
      url: "rtsp://server:1025/movie.Mjpeg",
    });
    await whileRunning(clock, player.play());
    await clock.run(300, 10);
    assertEquals([frames.length, player.info?.dialect, streams.length], [5, "lab", 2]);
    assertEquals(requests.map((text) => text.split(" ")[0]), ["DESCRIBE", "SETUP", "PLAY"]);
    await whileRunning(clock, player.close());
    assertEquals(clock.pending, 0);
  });
}

Deno.test("openSession() does not bother a standard server whose path is no file name", async () => {
  const { player, clock, streams } = labBench({ stranger: "close" }, { url: "rtsp://server:1025/live/cam" });
  await assertRejects(() => whileRunning(clock, player.setup()), PlayerError, "Is there an RTSP server");
  assertEquals(streams.length, 1);
  await player.close();
});
