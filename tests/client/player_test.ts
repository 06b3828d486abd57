import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { PlayerError } from "../../lib/client/player.ts";
import { parseJpeg } from "../../lib/jpeg/parse.ts";
import { parseRtcp } from "../../lib/rtp/rtcp.ts";
import type { RtspRequest, RtspResponse } from "../../lib/rtsp/message.ts";
import { settle } from "../support/manual_clock.ts";
import { BENCH_FRAMES, playerBench, whileRunning } from "../support/player_bench.ts";

function sameScan(a: Uint8Array<ArrayBuffer>, b: Uint8Array<ArrayBuffer>): void {
  const [one, other] = [parseJpeg(a), parseJpeg(b)];
  assertEquals(one.scans[0]!.data, other.scans[0]!.data);
  assertEquals(one.quantization, other.quantization);
}

for (const transport of ["udp", "tcp"] as const) {
  Deno.test(`Player plays every frame with its number and media time by ${transport}`, async () => {
    const bench = playerBench({ duration: 0.24 }, { transport });
    await whileRunning(bench.clock, bench.player.play());
    for (let index = 0; index < 6; index++) {
      bench.server.sendFrame(index);
      await bench.clock.run(40, 10);
    }
    assertEquals(bench.frames.map(({ index }) => index), [0, 1, 2, 3, 4, 5]);
    assertEquals(bench.frames.map(({ mediaTime }) => mediaTime?.toFixed(2)), [
      "0.00",
      "0.04",
      "0.08",
      "0.12",
      "0.16",
      "0.20",
    ]);
    bench.frames.forEach((frame, at) => sameScan(frame.data, BENCH_FRAMES[at]!));
    const stats = bench.player.stats();
    assertEquals([stats.frames, stats.lostPackets, stats.transport, stats.state], [6, 0, transport, "PLAYING"]);
    assertEquals(Math.round(stats.fps), 25);
    await whileRunning(bench.clock, bench.player.close());
    assertEquals(bench.server.methods, ["DESCRIBE", "SETUP", "PLAY", "TEARDOWN"]);
    assertEquals([bench.clock.pending, bench.states], [0, ["READY", "PLAYING", "INIT"]]);
  });
}

Deno.test("Player's verbs reach their states, and are harmless where they are reached", async () => {
  const { player, clock, server } = playerBench();
  await assertRejects(() => player.pause(), PlayerError, "Press Setup first");
  await player.teardown();
  await whileRunning(clock, player.setup());
  await whileRunning(clock, player.setup());
  assertEquals(player.state, "READY");
  await whileRunning(clock, player.pause());
  await whileRunning(clock, Promise.all([player.play(), player.play()]));
  assertEquals(player.state, "PLAYING");
  await whileRunning(clock, player.pause());
  await whileRunning(clock, player.play({ from: 1.5 }));
  await whileRunning(clock, player.teardown());
  assertEquals(player.state, "INIT");
  assertEquals(server.methods, ["DESCRIBE", "SETUP", "PLAY", "PAUSE", "PLAY", "TEARDOWN"]);
  assertEquals(server.requests[4]!.headers.get("Range"), "npt=1.500-");
  assertEquals(clock.pending, 0);
});

Deno.test("Player resumes without a Range, and seeks while playing by PAUSE and PLAY", async () => {
  const { player, clock, server } = playerBench({ duration: 10 });
  await whileRunning(clock, player.play());
  await whileRunning(clock, player.pause());
  await whileRunning(clock, player.play());
  await whileRunning(clock, player.play({ from: 2 }));
  await whileRunning(clock, player.close());
  assertEquals(server.methods, ["DESCRIBE", "SETUP", "PLAY", "PAUSE", "PLAY", "PAUSE", "PLAY", "TEARDOWN"]);
  const ranges = server.requests.filter(({ method }) => method === "PLAY").map(({ headers }) => headers.get("Range"));
  assertEquals(ranges, ["npt=0.000-", undefined, "npt=2.000-"]);
});

Deno.test("Player numbers frames after a seek by their media time, and shows none after PAUSE", async () => {
  const { player, clock, server, frames } = playerBench({ duration: 10 }, { transport: "tcp" });
  await whileRunning(clock, player.play());
  server.sendFrame(0);
  await whileRunning(clock, player.play({ from: 4 }));
  server.sendFrame(1);
  await settle();
  await whileRunning(clock, player.pause());
  server.sendFrame(2);
  await settle();
  assertEquals(frames.map(({ index }) => index), [0, 100]);
  await whileRunning(clock, player.close());
});

Deno.test("Player keeps packets that overtake the answer to PLAY until it has come", async () => {
  const bench = playerBench({
    answer: ({ method }, honest) => {
      if (method !== "PLAY") return undefined;
      const answer = honest();
      bench.server.sendFrame(0);
      return answer;
    },
  }, { transport: "udp" });
  await whileRunning(bench.clock, bench.player.play());
  assertEquals(bench.states, ["READY", "PLAYING"]);
  assertEquals(bench.frames.map(({ index }) => index), [0]);
  await whileRunning(bench.clock, bench.player.close());
});

Deno.test("Player changes to TCP on a new connection after 3 s of UDP silence", async () => {
  const bench = playerBench({}, { transport: "auto" });
  bench.network.passes = (_data, from) => from.port === 0;
  await whileRunning(bench.clock, bench.player.play());
  await bench.clock.run(2900, 50);
  assertEquals(bench.player.stats().transport, "udp");
  await bench.clock.run(400, 50);
  assertEquals(bench.player.stats().transport, "tcp");
  assertEquals([bench.server.connections, bench.network.openSockets], [2, 0]);
  assertEquals(bench.server.methods, ["DESCRIBE", "SETUP", "PLAY", "TEARDOWN", "DESCRIBE", "SETUP", "PLAY"]);
  bench.server.sendFrame(0);
  await settle();
  assertEquals([bench.frames.length, bench.player.state, bench.notices.length], [1, "PLAYING", 1]);
  await whileRunning(bench.clock, bench.player.close());
});

Deno.test("Player asks for TCP at once where UDP is refused with 461", async () => {
  const { player, clock, server } = playerBench({
    answer: ({ method, headers }, honest) =>
      method === "SETUP" && headers.get("Transport")!.includes("client_port")
        ? { ...honest(), status: 461, reason: "Unsupported transport" }
        : undefined,
  });
  await whileRunning(clock, player.play());
  assertEquals([player.stats().transport, server.connections], ["tcp", 1]);
  await whileRunning(clock, player.close());
});

Deno.test("Player reports a receiver's view every 5 s and pings at half the session's timeout", async () => {
  for (const transport of ["udp", "tcp"] as const) {
    const { player, clock, server } = playerBench({}, { transport, timeouts: { mediaSilence: 1e6 } });
    await whileRunning(clock, player.play());
    for (let second = 0; second < 31; second++) {
      server.sendFrame(second % 6);
      await clock.run(1000, 100);
    }
    assert(server.rtcp.length >= 6 && server.rtcp.length <= 8, `${server.rtcp.length} reports`);
    const [report, description] = parseRtcp(server.rtcp.at(-1)!);
    assertEquals([report!.kind, description!.kind], ["receiver-report", "source-description"]);
    assertEquals(server.methods.filter((method) => method === "OPTIONS").length, 1);
    assertEquals(server.requests.at(-1)!.headers.get("Session"), "abcdef");
    await whileRunning(clock, player.close());
  }
});

Deno.test("Player drops damaged frames, counts the loss, and puts reordered packets right", async () => {
  const { player, clock, server, frames } = playerBench({}, { transport: "udp" });
  await whileRunning(clock, player.play());
  server.sendFrame(0);
  server.sendFrame(1, (packet) => packet !== 1);
  server.sendFrame(2);
  await clock.run(100, 10);
  server.sendFrame(3);
  await clock.run(100, 10);
  assertEquals(frames.map(({ index }) => index), [0, 2, 3]);
  const stats = player.stats();
  assertEquals([stats.lostPackets, stats.damagedFrames], [1, 1]);
  const [first, ...rest] = server.packets(4);
  for (const packet of [...rest.reverse(), first!]) server.sendRtp(packet);
  await clock.run(100, 10);
  assertEquals(frames.length, 4);
  assert(player.stats().reordered > 0);
  await whileRunning(clock, player.close());
});

Deno.test("Player is READY after the server's BYE and plays again from the start", async () => {
  const { player, clock, server, frames, ends } = playerBench({ duration: 0.24 });
  await whileRunning(clock, player.play());
  server.sendFrame(0);
  server.sendBye();
  server.sendFrame(1);
  await clock.run(300, 10);
  assertEquals([player.state, ends.count, frames.length], ["READY", 1, 2]);
  await whileRunning(clock, player.play());
  server.sendFrame(0);
  await settle();
  assertEquals(frames.map(({ index }) => index), [0, 1, 0]);
  assertEquals(server.connections, 1);
  await whileRunning(clock, player.close());
});

Deno.test("Player takes silence at the end of the range for the end", async () => {
  const { player, clock, server, ends } = playerBench({ duration: 0.24 });
  await whileRunning(clock, player.play());
  for (let index = 0; index < 6; index++) server.sendFrame(index);
  await clock.run(1900, 50);
  assertEquals(ends.count, 0);
  await clock.run(300, 50);
  assertEquals([ends.count, player.state], [1, "READY"]);
  await whileRunning(clock, player.close());
});

Deno.test("R06 Player ignores the BYE of a foreign SSRC", async () => {
  const { player, clock, server, ends } = playerBench();
  await whileRunning(clock, player.play());
  server.sendFrame(0);
  server.sendBye(1);
  await clock.run(500, 50);
  assertEquals([ends.count, player.state], [0, "PLAYING"]);
  await whileRunning(clock, player.close());
});

Deno.test("Player tells when the server dies while it plays, and can set up again", async () => {
  const { player, clock, server, problems, network } = playerBench();
  await whileRunning(clock, player.play());
  server.sendFrame(0);
  server.hangUp();
  await settle();
  assertEquals([player.state, problems.map(({ code }) => code)], ["INIT", ["server-gone"]]);
  assertMatch(problems[0]!.message, /closed the connection/);
  assertEquals([clock.pending, network.openSockets, player.stats().frames], [0, 0, 1]);
  await whileRunning(clock, player.setup());
  assertEquals(player.state, "READY");
  await whileRunning(clock, player.close());
});

Deno.test("Player calls 10 s without any packet a problem where it cannot change to TCP", async () => {
  const { player, clock, problems } = playerBench({}, { transport: "udp" });
  await whileRunning(clock, player.play());
  await clock.run(10_100, 100);
  assertEquals([player.state, problems.map(({ code }) => code)], ["INIT", ["no-media"]]);
  assertMatch(problems[0]!.message, /try TCP/);
  await player.close();
});

Deno.test("Player.close() gives up what is under way and leaves nothing behind", async () => {
  const { player, clock, network } = playerBench({ answer: ({ method }) => method === "PLAY" ? "silence" : undefined });
  const playing = assertRejects(() => player.play(), PlayerError);
  await settle(40);
  await whileRunning(clock, player.close(), 1000);
  await playing;
  assertEquals([player.state, clock.pending, network.openSockets], ["INIT", 0, 0]);
  await assertRejects(() => player.play(), PlayerError, "closed");
});

Deno.test("Player says which port is taken", async () => {
  const { player, clock, network } = playerBench({}, { transport: "udp", rtpPort: 5000 });
  network.udpSocket({ port: 5001 });
  const error = await assertRejects(() => whileRunning(clock, player.setup()), PlayerError, "UDP port 5000");
  assertEquals(error.code, "port-taken");
  await player.close();
});

/** A server that grants at most double speed. */
function grantsTwo(request: RtspRequest, honest: () => RtspResponse): RtspResponse | undefined {
  const asked = request.headers.get("Scale");
  if (request.method !== "PLAY" || asked === undefined) return undefined;
  const answer = honest();
  answer.headers.set("Scale", String(Math.max(-2, Math.min(2, Number(asked)))));
  return answer;
}

Deno.test("Player asks for a speed, tells which was granted, and numbers the frames by it", async () => {
  const { player, clock, server, frames } = playerBench({ duration: 10, answer: grantsTwo }, { transport: "tcp" });
  await whileRunning(clock, player.play({ from: 4 }));
  server.sendFrame(0);
  await whileRunning(clock, player.play({ scale: 4 }));
  assertEquals([player.stats().scale, player.state], [2, "PLAYING"]);
  const plays = () => server.requests.filter(({ method }) => method === "PLAY").map(({ headers }) => headers);
  assertEquals([plays()[0]!.get("Scale"), plays()[1]!.get("Scale"), plays()[1]!.get("Range")], [
    undefined,
    "4.000",
    undefined,
  ]);
  for (let picture = 0; picture < 3; picture++) server.sendFrame(picture);
  await settle();
  await whileRunning(clock, player.play({ from: 8, scale: -1 }));
  for (let picture = 0; picture < 3; picture++) server.sendFrame(picture);
  await settle();
  assertEquals(frames.map(({ index }) => index), [100, 101, 103, 105, 200, 199, 198]);
  await whileRunning(clock, player.play({ scale: 1 }));
  assertEquals([plays().at(-1)!.get("Scale"), player.stats().scale], ["1.000", 1]);
  await assertRejects(() => player.play({ scale: 0 }), RangeError);
  await whileRunning(clock, player.close());
});

Deno.test("Player reads a speed that the server does not grant as 1", async () => {
  const { player, clock } = playerBench({ duration: 10 });
  await whileRunning(clock, player.play({ scale: 8 }));
  assertEquals(player.stats().scale, 1);
  await whileRunning(clock, player.close());
});

Deno.test("Player takes silence at the start of a film that runs backwards for its end", async () => {
  const { player, clock, server, ends } = playerBench({ duration: 10, answer: grantsTwo }, { transport: "tcp" });
  await whileRunning(clock, player.play({ from: 0.12, scale: -2 }));
  for (let picture = 0; picture < 2; picture++) server.sendFrame(picture);
  await clock.run(2200, 50);
  assertEquals([ends.count, player.state], [1, "READY"]);
  await whileRunning(clock, player.close());
});

Deno.test("Player numbers frames after a seek by Range alone where there is no RTP-Info", async () => {
  const { player, clock, server, frames } = playerBench({
    duration: 10,
    answer: ({ method }, honest) => {
      if (method !== "PLAY") return undefined;
      const answer = honest();
      answer.headers.delete("RTP-Info");
      return answer;
    },
  }, { transport: "tcp" });
  await whileRunning(clock, player.play({ from: 2 }));
  for (let picture = 0; picture < 2; picture++) server.sendFrame(picture);
  await whileRunning(clock, player.play({ from: 6 }));
  server.sendFrame(3);
  await settle();
  assertEquals(frames.map(({ index }) => index), [50, 51, 150]);
  await whileRunning(clock, player.close());
});

Deno.test("Player begins a film anew at its end while it loops", async () => {
  const { player, clock, server, ends, states } = playerBench({ duration: 0.24 }, { loop: true, transport: "tcp" });
  await whileRunning(clock, player.play());
  for (let round = 1; round <= 2; round++) {
    for (let picture = 0; picture < 6; picture++) server.sendFrame(picture);
    server.sendBye();
    await clock.run(300, 10);
  }
  assertEquals(server.methods.filter((method) => method === "PLAY").length, 3);
  assertEquals([ends.count, states.at(-1)], [0, "PLAYING"]);
  player.loop = false;
  server.sendBye();
  await clock.run(300, 10);
  assertEquals([ends.count, player.state], [1, "READY"]);
  await whileRunning(clock, player.close());
});

Deno.test("Player.changeTransport() goes on at the same place, playing or not", async () => {
  const { player, clock, server, frames, network } = playerBench({ duration: 10 }, { transport: "udp" });
  await whileRunning(clock, player.play({ from: 4 }));
  for (let picture = 0; picture < 3; picture++) server.sendFrame(picture);
  await whileRunning(clock, player.changeTransport("tcp"));
  assertEquals([player.stats().transport, player.state, network.openSockets], ["tcp", "PLAYING", 0]);
  assertEquals(server.requests.at(-1)!.headers.get("Range"), "npt=4.120-");
  server.sendFrame(3);
  await settle();
  assertEquals(frames.map(({ index }) => index), [100, 101, 102, 103]);
  await whileRunning(clock, player.pause());
  await whileRunning(clock, player.changeTransport("udp"));
  assertEquals([player.stats().transport, player.state], ["udp", "READY"]);
  await whileRunning(clock, player.play());
  assertEquals(server.requests.at(-1)!.headers.get("Range"), "npt=4.160-");
  await whileRunning(clock, player.close());
});

Deno.test("Player.changeTransport() asks for nothing that is so already", async () => {
  const { player, clock, server } = playerBench({ duration: 10 });
  await player.changeTransport("tcp");
  await whileRunning(clock, player.play());
  await whileRunning(clock, player.changeTransport("tcp"));
  assertEquals([player.stats().transport, server.connections], ["tcp", 1]);
  await whileRunning(clock, player.close());
});

Deno.test("Player goes on from the place that was asked for when it changes to TCP", async () => {
  const { player, clock, server, network } = playerBench({ duration: 10 }, { transport: "auto" });
  network.passes = (_data, from) => from.port === 0;
  await whileRunning(clock, player.play({ from: 3 }));
  await clock.run(3400, 50);
  assertEquals([player.stats().transport, server.requests.at(-1)!.headers.get("Range")], ["tcp", "npt=3.000-"]);
  await whileRunning(clock, player.close());
});
