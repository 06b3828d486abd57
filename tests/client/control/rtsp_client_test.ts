import { assertEquals, assertRejects } from "@std/assert";
import { PlayerError } from "../../../lib/client/player_types.ts";
import { RtspClient } from "../../../lib/client/control/rtsp_client.ts";
import { type Bytes, decodeLatin1, encodeText } from "../../../lib/core/bytes.ts";
import { ManualClock, settle } from "../../support/manual_clock.ts";
import { SimulatedNetwork, type SimulatedStream } from "../../support/simulated_network.ts";

async function connected() {
  const clock = new ManualClock();
  const network = new SimulatedNetwork();
  let server: SimulatedStream | undefined;
  network.listen(554, (stream) => server = stream);
  const client = new RtspClient(await network.connect({ hostname: "server", port: 554 }), { clock, timeout: 10_000 });
  const closed: PlayerError[] = [];
  const media: [number, Bytes][] = [];
  client.onClosed = (reason) => closed.push(reason);
  client.onInterleaved = (channel, data) => media.push([channel, data]);
  const ask = (method = "OPTIONS") => client.request(method, "rtsp://server/film", {}, ({ status }) => status);
  const say = async (text: string) => {
    await server!.write(encodeText(text));
    await settle();
  };
  return { clock, client, closed, media, ask, say, server: server! };
}

Deno.test("RtspClient.request() resolves with the answer of its CSeq, in whatever order answers come", async () => {
  const { ask, say, server, client, clock } = await connected();
  const both = Promise.all([ask(), ask()]);
  await settle();
  await say("RTSP/1.0 404 Not Found\r\nCSeq: 2\r\n\r\nRTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n");
  assertEquals(await both, [200, 404]);
  assertEquals(
    decodeLatin1((await server.read())!),
    "OPTIONS rtsp://server/film RTSP/1.0\r\nCSeq: 1\r\nUser-Agent: Flipbook\r\n\r\n",
  );
  client.close();
  assertEquals(clock.pending, 0);
});

Deno.test("RtspClient.request() takes an answer without CSeq when only one request is open", async () => {
  const { ask, say, client } = await connected();
  const answer = ask();
  await say("RTSP/1.0 200 OK\r\n\r\n");
  assertEquals(await answer, 200);
  client.close();
});

Deno.test("RtspClient.request() runs accept before packets that follow the answer", async () => {
  const { client, say, media } = await connected();
  const seen: number[] = [];
  const answer = client.request("PLAY", "rtsp://server/film", {}, () => seen.push(media.length));
  await say("RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n$\x00\x00\x01x");
  await answer;
  assertEquals([seen, media.length], [[0], 1]);
  client.close();
});

Deno.test("R18 RtspClient gives up a request after 10 s, and knows its late answer", async () => {
  const { ask, say, clock, closed, client } = await connected();
  for (let cseq = 1; cseq <= 120; cseq++) {
    const lost = assertRejects(() => ask("PLAY"), PlayerError, "did not answer PLAY within 10 s");
    clock.advance(10_000);
    await lost;
    await say(`RTSP/1.0 404 Late\r\nCSeq: ${cseq}\r\n\r\n`);
  }
  const next = ask();
  await say("RTSP/1.0 200 OK\r\nCSeq: 121\r\n\r\n");
  assertEquals([await next, closed.length], [200, 0]);
  client.close();
});

Deno.test("R18 RtspClient ignores answers with a foreign CSeq and ends after a hundred", async () => {
  const { ask, say, closed } = await connected();
  const asked = assertRejects(() => ask(), PlayerError, "nobody asked for");
  await say("RTSP/1.0 200 OK\r\nCSeq: 77\r\n\r\n".repeat(100));
  assertEquals(closed.length, 0);
  await say("RTSP/1.0 200 OK\r\nCSeq: 77\r\n\r\n");
  await asked;
  assertEquals(closed.map(({ code }) => code), ["protocol"]);
});

Deno.test("R18 RtspClient does not take a flood of 1xx for an answer", async () => {
  const { ask, say, closed, clock } = await connected();
  const asked = assertRejects(() => ask(), PlayerError);
  await say("RTSP/1.0 100 Continue\r\nCSeq: 1\r\n\r\n".repeat(101));
  await asked;
  assertEquals([closed.length, clock.pending], [1, 0]);
});

Deno.test("R15 RtspClient closes on garbage between frames instead of scanning on", async () => {
  const { say, closed, media, ask } = await connected();
  await say("$\x00\x00\x01x\x01\x02garbage RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n");
  assertEquals([media.length, closed.map(({ code }) => code)], [1, ["protocol"]]);
  await assertRejects(() => ask(), PlayerError, "not RTSP");
});

Deno.test("RtspClient answers a server's own requests: a sign of life with 200, others with 501", async () => {
  const { say, server, client } = await connected();
  await say("OPTIONS * RTSP/1.0\r\nCSeq: 9\r\n\r\nANNOUNCE rtsp://x/ RTSP/1.0\r\nCSeq: 10\r\n\r\n");
  const answers = [decodeLatin1((await server.read())!), decodeLatin1((await server.read())!)];
  assertEquals(answers.map((text) => text.split("\r\n").slice(0, 2)), [
    ["RTSP/1.0 200 OK", "CSeq: 9"],
    ["RTSP/1.0 501 Not Implemented", "CSeq: 10"],
  ]);
  client.close();
});

Deno.test("RtspClient.ping() waits for nothing, and its answer is no surprise", async () => {
  const { client, say, clock, closed } = await connected();
  for (let cseq = 1; cseq <= 150; cseq++) {
    client.ping("OPTIONS", "rtsp://server/film", {});
    await say(`RTSP/1.0 200 OK\r\nCSeq: ${cseq}\r\n\r\n`);
  }
  assertEquals([closed.length, clock.pending], [0, 0]);
  client.close();
});

Deno.test("RtspClient rejects what waits when the server closes, and tells its owner once", async () => {
  const { ask, server, closed, clock } = await connected();
  const asked = assertRejects(() => ask(), PlayerError, "closed the connection");
  server.close();
  await asked;
  await settle();
  assertEquals([closed.map(({ code }) => code), clock.pending], [["server-gone"], 0]);
});
