import { assert, assertEquals } from "@std/assert";
import { ntpFromUnix, writeRtcp } from "../../../lib/rtp/rtcp.ts";
import { writeInterleaved } from "../../../lib/rtsp/message.ts";
import { settle } from "../../support/manual_clock.ts";
import { playerBench, whileRunning } from "../../support/player_bench.ts";

const FIRST = 0xfffff000;
const SSRC = 0x12345678;

Deno.test("MediaFlow shows pictures of a clean network with the packet that completes them", async () => {
  const { player, clock, server, frames } = playerBench({}, { transport: "tcp" });
  await whileRunning(clock, player.play());
  for (let picture = 0; picture < 60; picture++) {
    server.sendFrame(picture % 6);
    await settle();
    assertEquals(frames.length, picture + 1);
    await clock.run(40, 20);
  }
  assertEquals(player.stats().bufferMs, 0);
  await whileRunning(clock, player.close());
});

Deno.test("MediaFlow holds pictures of an uneven network until their time", async () => {
  const { player, clock, server, frames } = playerBench({}, { transport: "tcp" });
  await whileRunning(clock, player.play());
  const shown: number[] = [];
  for (let picture = 0; picture < 100; picture++) {
    // Every third picture comes 60 ms late, and the next one right behind it.
    const late = picture % 3 === 1 ? 60 : picture % 3 === 2 ? 22 : 0;
    const arrival = picture * 40 + late + 1000;
    for (; clock.now() < arrival;) {
      await clock.run(1);
      if (frames.length > shown.length) shown.push(clock.now());
    }
    server.sendFrame(picture % 6);
    await settle();
    if (frames.length > shown.length) shown.push(clock.now());
  }
  const gaps = shown.slice(60).map((at, index) => at - shown[59 + index]!);
  assert(gaps.every((gap) => gap > 30 && gap < 50), gaps.join(" "));
  const { bufferMs } = player.stats();
  assert(bufferMs >= 58 && bufferMs <= 62, `${bufferMs} ms`);
  await whileRunning(clock, player.close());
  assertEquals(clock.pending, 0);
});

Deno.test("MediaFlow holds every picture for the latency that was asked for, and none after PAUSE", async () => {
  const { player, clock, server, frames } = playerBench({}, { transport: "tcp", latencyMs: 200 });
  await whileRunning(clock, player.play());
  server.sendFrame(0);
  await clock.run(199);
  assertEquals(frames.length, 0);
  await clock.run(2);
  assertEquals([frames.length, player.stats().bufferMs], [1, 200]);
  server.sendFrame(1);
  await settle();
  await whileRunning(clock, player.pause());
  await clock.run(500, 10);
  assertEquals(frames.length, 1);
  await whileRunning(clock, player.close());
});

Deno.test("MediaFlow shows what it holds before it tells the end", async () => {
  const { player, clock, server, frames, ends } = playerBench({ duration: 0.24 }, { transport: "tcp", latencyMs: 400 });
  await whileRunning(clock, player.play());
  for (let picture = 0; picture < 6; picture++) server.sendFrame(picture);
  server.sendBye();
  await clock.run(700, 10);
  assertEquals([frames.length, ends.count], [6, 1]);
  await whileRunning(clock, player.close());
});

Deno.test("MediaFlow measures the delay from the first picture on where the report came before it", async () => {
  const { player, clock, server } = playerBench({}, { transport: "tcp" });
  await whileRunning(clock, player.play());
  const counts = { packetCount: 0, octetCount: 0, reports: [] };
  const ntp = ntpFromUnix(clock.wallTime() - 20);
  const report = { kind: "sender-report", ssrc: SSRC, ntp, rtpTimestamp: FIRST, ...counts } as const;
  server.send(writeInterleaved(1, writeRtcp([{ ...report, ssrc: 5 }])));
  server.send(writeInterleaved(1, writeRtcp([report])));
  server.sendFrame(0);
  await settle();
  assertEquals(Math.round(player.stats().latencyMs!), 20);
  await whileRunning(clock, player.close());
});

Deno.test("MediaFlow measures the delay by the sender's reports, if its clock agrees with ours", async () => {
  for (const [ahead, latency] of [[-30, 30], [+500, undefined]] as const) {
    const { player, clock, server } = playerBench({}, { transport: "tcp" });
    await whileRunning(clock, player.play());
    server.sendFrame(0);
    await settle();
    assertEquals(player.stats().latencyMs, undefined);
    const ntp = ntpFromUnix(clock.wallTime() + ahead);
    const counts = { packetCount: 1, octetCount: 1, reports: [] };
    const report = { kind: "sender-report", ssrc: SSRC, ntp, rtpTimestamp: FIRST, ...counts } as const;
    server.send(writeInterleaved(1, writeRtcp([report])));
    await settle();
    await clock.run(40);
    server.sendFrame(1);
    await settle();
    const measured = player.stats().latencyMs;
    assertEquals(measured === undefined ? undefined : Math.round(measured), latency);
    await whileRunning(clock, player.close());
  }
});

Deno.test("MediaFlow passes over a picture of before PLAY that its answer has overtaken", async () => {
  const { player, clock, server, frames } = playerBench({}, { transport: "tcp" });
  await whileRunning(clock, player.play());
  const late = server.packets(0);
  await whileRunning(clock, player.pause());
  await whileRunning(clock, player.play({ from: 1 }));
  for (const packet of late) server.sendRtp(packet);
  await settle();
  assertEquals(frames.length, 0);
  server.sendFrame(1);
  await settle();
  assertEquals(frames.map(({ mediaTime }) => mediaTime), [1]);
  await whileRunning(clock, player.close());
});
