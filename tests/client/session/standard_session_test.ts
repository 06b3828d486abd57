import { assertEquals, assertRejects } from "@std/assert";
import { PlayerError } from "../../../lib/client/player.ts";
import { writeInterleaved } from "../../../lib/rtsp/message.ts";
import { settle } from "../../support/manual_clock.ts";
import { playerBench, whileRunning } from "../../support/player_bench.ts";
import { response } from "../../../lib/rtsp/message.ts";

Deno.test("R18 StandardSession does not take an answer for another session", async () => {
  const { player, clock } = playerBench({
    answer: ({ method, headers }) =>
      method === "PLAY" ? response(200, { CSeq: headers.get("CSeq")!, Session: "stranger" }) : undefined,
  });
  const error = await assertRejects(() => whileRunning(clock, player.play()), PlayerError, "another session");
  assertEquals([error.code, player.state], ["protocol", "READY"]);
  await whileRunning(clock, player.close());
});

Deno.test("StandardSession asks for unicast, and sends what opens a NAT before PLAY", async () => {
  const { player, clock, server, network } = playerBench({}, { transport: "udp" });
  const sent: number[] = [];
  network.passes = (data) => sent.push(data.length) > 0;
  await whileRunning(clock, player.setup());
  assertEquals(server.requests[1]!.headers.get("Transport")?.replace(/\d+/g, "n"), "RTP/AVP;unicast;client_port=n-n");
  assertEquals([sent[0], server.rtcp.length], [12, 1]);
  await whileRunning(clock, player.close());
});

Deno.test("StandardSession refuses a transport that was not asked for", async () => {
  const { player, clock, network } = playerBench({
    answer: ({ method }, honest) => {
      if (method !== "SETUP") return undefined;
      const answer = honest();
      answer.headers.set("Transport", "RTP/AVP;multicast;destination=239.1.1.1;port=5000-5001");
      return answer;
    },
  }, { transport: "udp" });
  await assertRejects(() => whileRunning(clock, player.setup()), PlayerError, "another transport");
  assertEquals([network.openSockets, clock.pending], [0, 0]);
  await player.close();
});

Deno.test("StandardSession uses the channels that the server chose", async () => {
  const { player, clock, server, frames } = playerBench({
    answer: ({ method }, honest) => {
      if (method !== "SETUP") return undefined;
      const answer = honest();
      answer.headers.set("Transport", "RTP/AVP/TCP;unicast;interleaved=4-5");
      return answer;
    },
  }, { transport: "tcp" });
  await whileRunning(clock, player.play());
  for (const packet of server.packets(0)) server.send(writeInterleaved(4, packet));
  await settle();
  assertEquals(frames.length, 1);
  await whileRunning(clock, player.close());
});

Deno.test("R14 StandardSession drops packets of unknown channels and ends after a hundred", async () => {
  const { player, clock, server, problems } = playerBench({}, { transport: "tcp" });
  await whileRunning(clock, player.play());
  const stray = writeInterleaved(9, new Uint8Array(0));
  for (let packet = 0; packet < 100; packet++) server.send(stray);
  await settle(300);
  assertEquals(problems.length, 0);
  server.send(stray);
  await settle();
  assertEquals([problems.map(({ code }) => code), player.state], [["protocol"], "INIT"]);
});

Deno.test("R16 StandardSession shows nothing that comes before PLAY", async () => {
  const { player, clock, server, frames } = playerBench({}, { transport: "tcp" });
  await whileRunning(clock, player.setup());
  server.sendFrame(0);
  await settle();
  assertEquals(frames.length, 0);
  await whileRunning(clock, player.close());
});

Deno.test("StandardSession looks at no UDP packet of another host", async () => {
  const { player, clock, server, network, frames } = playerBench({}, { transport: "udp" });
  await whileRunning(clock, player.play());
  const port = Number(/client_port=(\d+)/.exec(server.requests[1]!.headers.get("Transport")!)![1]);
  const packets = server.packets(0);
  for (const packet of packets) network.deliver(port, packet, { hostname: "10.0.0.9", port: 1 });
  await settle();
  assertEquals([frames.length, player.stats().packets, player.stats().bytes], [0, 0, 0]);
  for (const packet of packets) server.sendRtp(packet);
  await settle();
  assertEquals(frames.length, 1);
  await whileRunning(clock, player.close());
});
