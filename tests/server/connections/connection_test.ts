import { assert, assertEquals, assertMatch, assertNotMatch, assertStringIncludes } from "@std/assert";
import { type Bytes, encodeText } from "../../../lib/core/bytes.ts";
import { writeInterleaved } from "../../../lib/rtsp/message.ts";
import type { ByteStream } from "../../../lib/net/tcp.ts";
import { Connection } from "../../../lib/server/connections/connection.ts";
import { Scheduler } from "../../../lib/server/sending/scheduler.ts";
import type { Services } from "../../../lib/server/sessions/services.ts";
import type { FlipbookServer } from "../../../lib/server/server.ts";
import { LAB_FILM, RAW_FILM, RAW_PICTURES, withServer } from "../../support/local_server.ts";
import { ManualClock, settle } from "../../support/manual_clock.ts";
import { notedEvents } from "../../support/noted_events.ts";
import { MediaPorts, RtspTalker } from "../../support/rtsp_talker.ts";

/** Says `text` on a connection of its own and returns everything up to its end. */
async function answerTo(server: FlipbookServer, text: string): Promise<string> {
  await using talker = await RtspTalker.open(server.port);
  await talker.say(text);
  return await talker.untilClosed();
}

Deno.test("P13 HTTP, TLS and SSH on the RTSP port get the end of the connection and nothing to misread", async () => {
  await withServer(async (server) => {
    for (const hello of ["GET / HTTP/1.1\r\nHost: x\r\n\r\n", "\x16\x03\x01\x02\x00\x01", "SSH-2.0-OpenSSH_9.2\r\n"]) {
      assertEquals(await answerTo(server, hello), "", JSON.stringify(hello));
    }
  });
});

Deno.test("P01 P02 P07 errors of framing are answered at most once and end the connection", async () => {
  await withServer(async (server, url) => {
    const good = `OPTIONS ${url} RTSP/1.0\r\nCSeq: 1\r\n\r\n`;
    for (
      const bad of [
        ` OPTIONS ${url} RTSP/1.0\r\nCSeq: 2\r\n\r\n`,
        `OPTIONS ${url} RTSP/1.0\r\nCSeq: 2\0\r\n\r\n`,
        `OPTIONS ${url} RTSP/1.0\r\nCSeq: 2\r\nContent-Length: -1\r\n\r\n`,
        `OPTIONS ${url} RTSP/1.0\r\nCSeq: 2\r\nContent-Length: 99999999999999999999\r\n\r\n`,
      ]
    ) {
      const text = await answerTo(server, good + bad);
      assertMatch(text, /^RTSP\/1\.0 200 OK\r\n[^]*RTSP\/1\.0 4(?:00|13) /);
      assertNotMatch(text.slice(1), /RTSP\/1\.0 200/);
    }
  });
});

Deno.test("P08 a request hidden behind a body that is too long never runs", async () => {
  await withServer(async (server, url) => {
    const hidden = `TEARDOWN ${url} RTSP/1.0\r\nCSeq: 2\r\n\r\n`;
    const head =
      `SET_PARAMETER ${url} RTSP/1.0\r\nCSeq: 1\r\nContent-Type: text/parameters\r\nContent-Length: 3\r\n\r\n`;
    const text = await answerTo(server, `${head}a\r\n\r\n${hidden}`);
    assertNotMatch(text, /CSeq: 2/);
  });
});

Deno.test("P12 P14 P15 P23 semantic errors keep the connection", async () => {
  await withServer(async (server, url) => {
    await using talker = await RtspTalker.open(server.port);
    const film = `${url}/${LAB_FILM}`;
    const unknown = await talker.ask("JUGGLE", film);
    assertEquals(unknown.status, 501);
    assertStringIncludes(unknown.headers.get("Public")!, "SET_PARAMETER");
    const record = await talker.ask("RECORD", film);
    assertEquals(record.status, 405);
    assertStringIncludes(record.headers.get("Allow")!, "PLAY");
    const required = await talker.ask("SETUP", film, { Require: "a, b", Transport: "RTP/AVP/TCP" });
    assertEquals([required.status, required.headers.get("Unsupported")], [551, "a, b"]);
    assertEquals((await talker.ask("DESCRIBE", "*")).status, 400);
    assertEquals((await talker.ask("DESCRIBE", film, { Accept: "text/html" })).status, 406);
    assertEquals((await talker.ask("OPTIONS", "*")).status, 200);
    assertEquals((await talker.ask("GET_PARAMETER", film)).status, 200);
    assertEquals((await talker.ask("DESCRIBE", film)).status, 200);
  });
});

Deno.test("S01 PLAY, PAUSE and TEARDOWN without SETUP are 455 with Allow, 454 with a session that is none", async () => {
  await withServer(async (server, url) => {
    await using talker = await RtspTalker.open(server.port);
    for (const method of ["PLAY", "PAUSE", "TEARDOWN"]) {
      const answer = await talker.ask(method, `${url}/${LAB_FILM}`);
      assertEquals([answer.status, answer.headers.get("Allow")?.includes("SETUP")], [455, true]);
      assertEquals((await talker.ask(method, `${url}/${LAB_FILM}`, { Session: "1234" })).status, 454);
    }
  });
});

Deno.test("S03 S04 a session of another connection is answered as one that never was", async () => {
  await withServer(async (server, url) => {
    await using owner = await RtspTalker.open(server.port);
    await using thief = await RtspTalker.open(server.port);
    const setup = await owner.ask("SETUP", `${url}/${LAB_FILM}/track1`, { Transport: "RTP/AVP/TCP" });
    const session = { Session: setup.headers.get("Session")! };
    const stolen = await thief.ask("TEARDOWN", url, session);
    const unknown = await thief.ask("TEARDOWN", url, { Session: "0123456789abcdef0123456789abcdef" });
    assertEquals([stolen.status, stolen.reason], [454, unknown.reason]);
    assertEquals((await owner.ask("PLAY", url, session)).status, 200);
  });
});

Deno.test("S05 S07 SETUP again: another transport while Ready, 455 while playing, 400 for another film", async () => {
  await withServer(async (server, url) => {
    await using talker = await RtspTalker.open(server.port);
    await using ports = new MediaPorts();
    const track = `${url}/${LAB_FILM}/track1`;
    const udp = { Transport: `RTP/AVP;unicast;client_port=${ports.clientPort}` };
    const first = await talker.ask("SETUP", track, udp);
    const session = { Session: first.headers.get("Session")!.split(";")[0]! };
    assertEquals((await talker.ask("SETUP", track, { ...session, ...udp })).status, 200);
    const other = `${url}/films/raw%20film.mjpeg/track1`;
    assertEquals((await talker.ask("SETUP", other, { ...session, ...udp })).status, 400);
    const again = await talker.ask("SETUP", track, { ...session, Transport: "RTP/AVP/TCP" });
    assertEquals(again.headers.get("Session")!.split(";")[0], session.Session);
    assertEquals((await talker.ask("PLAY", url, session)).status, 200);
    assertEquals((await talker.ask("SETUP", track, { ...session, Transport: "RTP/AVP/TCP" })).status, 455);
    assertEquals(server.stats().openSessions, 1);
    await using another = await RtspTalker.open(server.port);
    assertEquals((await another.ask("SETUP", track, udp)).status, 200);
  });
});

Deno.test("S06 a connection has one session, however often it is set up", async () => {
  await withServer(async (server, url) => {
    await using talker = await RtspTalker.open(server.port);
    for (let i = 0; i < 100; i++) {
      const setup = await talker.ask("SETUP", `${url}/${LAB_FILM}/track1`, { Transport: "RTP/AVP/TCP" });
      await talker.ask("PLAY", url, { Session: setup.headers.get("Session")! });
    }
    assertEquals(server.stats().openSessions, 1);
  });
});

Deno.test("T11 SETUP is 453 once an address has all the sessions it may have", async () => {
  await withServer(async (server, url) => {
    await using one = await RtspTalker.open(server.port);
    await using two = await RtspTalker.open(server.port);
    const setup = (talker: RtspTalker) =>
      talker.ask("SETUP", `${url}/${LAB_FILM}/track1`, { Transport: "RTP/AVP/TCP" });
    assertEquals((await setup(one)).status, 200);
    assertEquals((await setup(two)).status, 453);
    await one.ask("TEARDOWN", url);
    assertEquals((await setup(two)).status, 200);
  }, { maxViewersPerAddress: 1 });
});

Deno.test("SETUP is 453 once the server has all the viewers that it may have, in all or at once on the wire", async () => {
  const setUpTwo = async (server: FlipbookServer, url: string) => {
    await using one = await RtspTalker.open(server.port);
    await using two = await RtspTalker.open(server.port);
    const setup = (talker: RtspTalker) =>
      talker.ask("SETUP", `${url}/${encodeURI(RAW_FILM)}/track1`, { Transport: "RTP/AVP/TCP" });
    return [await setup(one), await setup(two), await one.ask("TEARDOWN", url), await setup(two)]
      .map(({ status }) => status);
  };
  // One viewer takes a little less than this, because RTP carries pictures without most of their headers.
  const bitrate = 8 * 25 * RAW_PICTURES[0]!.length;
  for (const options of [{ maxViewers: 1 }, { maxBitrate: bitrate }]) {
    await withServer(async (server, url) => {
      assertEquals(await setUpTwo(server, url), [200, 453, 200, 200], JSON.stringify(options));
    }, { frameRate: 25, ...options });
  }
});

Deno.test("S02 a connection that guesses session ids ends after some, and others do not suffer", async () => {
  await withServer(async (server, url) => {
    await using guesser = await RtspTalker.open(server.port);
    await using other = await RtspTalker.open(server.port);
    const guess = () => guesser.ask("PLAY", url, { Session: "0123456789abcdef" });
    for (let i = 0; i < 50; i++) assertEquals((await guess()).status, 454);
    assertStringIncludes(await guesser.untilClosed(), "454");
    assertEquals((await other.ask("OPTIONS", "*")).status, 200);
  });
});

Deno.test("P18 200 requests in one segment are answered in their order", async () => {
  await withServer(async (server, url) => {
    await using talker = await RtspTalker.open(server.port);
    const requests = Array.from({ length: 200 }, (_, n) => `OPTIONS ${url} RTSP/1.0\r\nCSeq: ${n}\r\n\r\n`);
    await talker.say(requests.join(""));
    for (let n = 0; n < 200; n++) assertEquals((await talker.answer()).headers.get("CSeq"), String(n));
  });
});

Deno.test("P17 a request that comes byte by byte is answered all the same", async () => {
  await withServer(async (server, url) => {
    await using talker = await RtspTalker.open(server.port);
    const request = `DESCRIBE ${url}/${LAB_FILM} RTSP/1.0\r\nCSeq: 7\r\nAccept: application/sdp\r\n\r\n`;
    for (const byte of encodeText(request)) await talker.say(Uint8Array.of(byte));
    const answer = await talker.answer();
    assertEquals([answer.status, answer.headers.get("CSeq")], [200, "7"]);
  });
});

Deno.test("P19 responses that nobody asked for are passed over; the tenth ends the connection", async () => {
  await withServer(async (server, url) => {
    await using talker = await RtspTalker.open(server.port);
    await talker.say("RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n".repeat(9));
    assertEquals((await talker.ask("OPTIONS", url)).status, 200);
    await talker.say("RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n");
    await talker.untilClosed();
  });
});

Deno.test("R14 R16 interleaved frames of no session are dropped; the hundredth ends the connection", async () => {
  await withServer(async (server, url) => {
    await using talker = await RtspTalker.open(server.port);
    for (let i = 0; i < 99; i++) await talker.say(writeInterleaved(9, encodeText("TEARDOWN rtsp://")));
    assertEquals((await talker.ask("OPTIONS", url)).status, 200);
    await talker.say(writeInterleaved(9, new Uint8Array(0)));
    await talker.untilClosed();
  });
});

Deno.test("T09 T10 packets of strangers are not answered and move nothing", async () => {
  await withServer(async (server, url) => {
    await using talker = await RtspTalker.open(server.port);
    await using ports = new MediaPorts();
    await using stranger = new MediaPorts();
    const setup = await talker.ask("SETUP", `${url}/${LAB_FILM}/track1`, {
      Transport: `RTP/AVP;unicast;client_port=${ports.clientPort}`,
    });
    const [, rtcpPort] = /server_port=\d+-(\d+)/.exec(setup.headers.get("Transport")!)!;
    await talker.ask("PLAY", url, { Session: setup.headers.get("Session")! });
    for (let i = 0; i < 20; i++) stranger.report(encodeText("anything"), Number(rtcpPort));
    ports.report(encodeText("not RTCP either"), Number(rtcpPort));
    await ports.until(() => ports.rtp.length > 5);
    assertEquals([stranger.rtp.length, stranger.rtcp.length], [0, 0]);
    assertEquals(server.stats().strangerPackets, 20);
  });
});

Deno.test("X01 an address may have 64 connections that have asked nothing; those that have are not counted", async () => {
  await withServer(async (server, url) => {
    const talkers: RtspTalker[] = [];
    try {
      for (let i = 0; i < 64; i++) talkers.push(await RtspTalker.open(server.port));
      await using refused = await RtspTalker.open(server.port);
      assertEquals(await refused.untilClosed(), "");
      assertEquals((await talkers[0]!.ask("OPTIONS", url)).status, 200);
      await using admitted = await RtspTalker.open(server.port);
      assertEquals((await admitted.ask("OPTIONS", url)).status, 200);
    } finally {
      for (const talker of talkers) talker.close();
    }
  });
});

Deno.test("P11 a name with line breaks adds nothing to the answer", async () => {
  await withServer(async (server, url) => {
    await using talker = await RtspTalker.open(server.port);
    const answer = await talker.ask("DESCRIBE", `${url}/x%0d%0aEvil:%20yes`);
    assert([400, 404].includes(answer.status));
    assertEquals(answer.headers.get("Evil"), undefined);
  });
});

/** A connection on a clock that the test moves, to a peer of which only the bytes matter. */
function connectionByHand() {
  const clock = new ManualClock();
  const incoming: (Bytes | undefined)[] = [];
  let wake: (() => void) | undefined;
  const feed = async (chunk: Bytes | undefined) => {
    incoming.push(chunk);
    wake?.();
    await settle(50);
  };
  const stream: ByteStream = {
    local: { hostname: "192.0.2.1", port: 8554 },
    remote: { hostname: "192.0.2.7", port: 40_000 },
    failure: undefined,
    read: async () => {
      while (incoming.length === 0) await new Promise<void>((resolve) => wake = resolve);
      return incoming.shift();
    },
    writeSome: (bytes) => Promise.resolve(bytes.length),
    write: () => Promise.resolve(),
    close: () => void feed(undefined),
  };
  const { lines, events } = notedEvents(clock);
  const counters = { connections: 0, sessions: 0, requests: 0, refusals: 0, failures: 0 };
  const scheduler = new Scheduler(clock);
  const connection = new Connection(stream, { clock, scheduler, events, counters } as unknown as Services);
  let over = false;
  void connection.run().then(() => over = true);
  const wait = async (milliseconds: number) => {
    clock.advance(milliseconds);
    await settle(50);
  };
  return { clock, counters, lines, wait, say: (text: string) => feed(encodeText(text)), isOver: () => over };
}

const OPTIONS = "OPTIONS rtsp://192.0.2.1/ RTSP/1.0\r\nCSeq: 1\r\n\r\n";

Deno.test("X01 a connection that asks nothing ends after 10 s", async () => {
  const { clock, wait, isOver } = connectionByHand();
  await wait(9_999);
  assert(!isOver());
  await wait(2);
  assert(isOver());
  assertEquals(clock.pending, 0);
});

Deno.test("X02 a request that drips in has 10 s in all, however often a byte comes", async () => {
  const { say, wait, isOver } = connectionByHand();
  await say(OPTIONS);
  await wait(30_000);
  for (const byte of "OPT") {
    assert(!isOver());
    await say(byte);
    await wait(4_999);
  }
  assert(isOver());
});

Deno.test("a connection that has asked and set nothing up ends after a minute", async () => {
  const { say, wait, isOver, counters } = connectionByHand();
  await wait(9_000);
  await say(OPTIONS);
  await wait(59_000);
  await say(OPTIONS);
  await wait(59_999);
  assert(!isOver());
  await wait(2);
  assert(isOver());
  assertEquals(counters.requests, 2);
});
