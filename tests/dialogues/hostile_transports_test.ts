import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import { encodeText } from "../../lib/core/bytes.ts";
import { writeInterleaved } from "../../lib/rtsp/message.ts";
import { LAB_FILM, withServer } from "../support/local_server.ts";
import { makeJpegs, makeRawFilm } from "../support/make_film.ts";
import { ManualClock } from "../support/manual_clock.ts";
import { MediaPorts, RtspTalker } from "../support/rtsp_talker.ts";
import { eventually, LONG_FILM, underFire } from "../support/under_fire.ts";

/** The largest datagram that no network of 1500-byte frames cuts: without IP and UDP headers. */
const LARGEST_DATAGRAM = 1472;
const RTP_HEADER = 12;

Deno.test("T01 T05 media goes to no other host, whatever destination, source and ttl say", async () => {
  await underFire(async (server, url) => {
    await using talker = await RtspTalker.open(server.port);
    await using ports = new MediaPorts();
    const own = `RTP/AVP;unicast;client_port=${ports.clientPort}`;
    const wishes: [string, number[]][] = [
      [`${own};destination=127.0.0.2`, [403]],
      [`${own};destination=198.51.100.7`, [403]],
      [`RTP/AVP;multicast;destination=239.1.2.3;port=${ports.clientPort};ttl=255`, [403, 461]],
      ["RTP/AVP;multicast", [461]],
      [`${own};ttl=255`, [461]],
      [`RTP/AVP;unicast;destination=255.255.255.255;client_port=${ports.clientPort}`, [403]],
    ];
    for (const [Transport, statuses] of wishes) {
      const { status } = await talker.ask("SETUP", `${url}/${LONG_FILM}`, { Transport });
      assert(statuses.includes(status), `${Transport}: ${status}`);
    }
    // A foreign source is passed over: it says where the client expects packets from.
    const setup = await talker.ask("SETUP", `${url}/${LONG_FILM}`, { Transport: `${own};source=198.51.100.7` });
    await talker.ask("PLAY", url, { Session: setup.headers.get("Session")! });
    await ports.until(() => ports.rtp.length > 3);
  });
});

Deno.test("T02 T03 T04 client ports that are none, low, our own or another viewer's are refused", async () => {
  await underFire(async (server, url) => {
    await using owner = await RtspTalker.open(server.port);
    await using taken = new MediaPorts();
    const ask = (talker: RtspTalker, ports: string) =>
      talker.ask("SETUP", `${url}/${LONG_FILM}`, { Transport: `RTP/AVP;unicast;client_port=${ports}` });
    const [, own] = /server_port=(\d+)-/.exec((await ask(owner, taken.clientPort)).headers.get("Transport")!)!;
    await using talker = await RtspTalker.open(server.port);
    for (const ports of ["0-0", "0-1", "7-6", "65535-65536", "x-y", "-1", ""]) {
      const { status } = await ask(talker, ports);
      assert([400, 461].includes(status), `${ports}: ${status}`);
    }
    const refused = [
      "80-81",
      "1022-1023",
      `${own}-${Number(own) + 1}`,
      `${server.port}-${server.port + 1}`,
      taken.clientPort,
    ];
    for (const ports of refused) assertEquals((await ask(talker, ports)).status, 461, ports);
    assertEquals((await talker.ask("SETUP", `${url}/${LONG_FILM}`, { Transport: "RTP/AVP;unicast" })).status, 461);
  });
});

Deno.test("T03 T04 in the assignment's form too", async () => {
  await underFire(async (server, url) => {
    await using owner = await RtspTalker.open(server.port);
    await using taken = new MediaPorts();
    const Transport = `RTP/AVP;unicast;client_port=${taken.clientPort}`;
    await owner.ask("SETUP", `${url}/${LONG_FILM}`, { Transport });
    for (const port of [80, taken.port, taken.port + 1, server.port]) {
      await using talker = await RtspTalker.open(server.port);
      await talker.say(`SETUP ${LAB_FILM} RTSP/1.0\nCSeq: 1\nTransport: RTP/UDP; client_port= ${port}`);
      assertEquals((await talker.text())?.slice(0, 12), "RTSP/1.0 461", String(port));
    }
  });
});

Deno.test("T06 channels that are no pair are 400; a client that names none gets some", async () => {
  await underFire(async (server, url) => {
    await using talker = await RtspTalker.open(server.port);
    const ask = (Transport: string) => talker.ask("SETUP", `${url}/${LONG_FILM}`, { Transport });
    for (const pair of ["0-0", "5-4", "255-256", "a-b"]) {
      assertEquals((await ask(`RTP/AVP/TCP;unicast;interleaved=${pair}`)).status, 400, pair);
    }
    assertEquals((await ask("RTP/AVP/TCP;unicast")).headers.get("Transport")!.includes("interleaved=0-1"), true);
  });
});

Deno.test("T09 T10 a flood of strangers' packets is not answered and moves no viewer", async () => {
  await underFire(async (server, url) => {
    await using talker = await RtspTalker.open(server.port);
    await using ports = new MediaPorts();
    await using stranger = new MediaPorts();
    const setup = await talker.ask("SETUP", `${url}/${LONG_FILM}`, {
      Transport: `RTP/AVP;unicast;client_port=${ports.clientPort}`,
    });
    const [, rtp, rtcp] = /server_port=(\d+)-(\d+)/.exec(setup.headers.get("Transport")!)!;
    await talker.ask("PLAY", url, { Session: setup.headers.get("Session")! });
    for (let n = 0; n < 1000; n++) stranger.report(encodeText(`packet ${n}`), Number(n % 2 ? rtp : rtcp));
    await eventually(() => server.stats().strangerPackets > 0);
    const count = ports.rtp.length;
    await ports.until(() => ports.rtp.length > count + 3);
    assertEquals([stranger.rtp.length, stranger.rtcp.length], [0, 0]);
  });
});

Deno.test("T12 sessions that are not played expire, and their ports can be had again", async () => {
  const clock = new ManualClock();
  await withServer(async (server, url) => {
    const talkers: RtspTalker[] = [];
    const ports: MediaPorts[] = [];
    const setUp = async (talker: RtspTalker, { clientPort }: MediaPorts) =>
      (await talker.ask("SETUP", `${url}/${LAB_FILM}`, { Transport: `RTP/AVP;unicast;client_port=${clientPort}` }))
        .status;
    try {
      for (let n = 0; n < 40; n++) {
        talkers.push(await RtspTalker.open(server.port));
        ports.push(new MediaPorts());
        assertEquals(await setUp(talkers[n]!, ports[n]!), 200);
      }
      // Most belong to a flood; a few may be people who have not pressed Play yet.
      clock.advance(11_000);
      assertLessOrEqual(server.stats().openSessions, 16);
      clock.advance(61_000);
      assertEquals(server.stats().openSessions, 0);
      await using late = await RtspTalker.open(server.port);
      assertEquals(await setUp(late, ports[0]!), 200);
    } finally {
      for (const each of [...talkers, ...ports]) await each[Symbol.asyncDispose]();
    }
  }, { clock });
});

Deno.test("T13 a frame of hundreds of packets arrives whole, in datagrams that no network cuts", async () => {
  const pictures = makeJpegs(6, { width: 2040, height: 2040 });
  await underFire(async (server, url) => {
    await using talker = await RtspTalker.open(server.port);
    await using ports = new MediaPorts();
    const setup = await talker.ask("SETUP", `${url}/large.mjpeg`, {
      Transport: `RTP/AVP;unicast;client_port=${ports.clientPort}`,
    });
    await talker.ask("PLAY", url, { Session: setup.headers.get("Session")! });
    await ports.until(() => ports.rtcp.some(({ kind }) => kind === "goodbye"));
    const numbers = ports.rtp.map(({ sequence }) => sequence);
    assert(numbers.length > 60 * pictures.length, `${numbers.length} packets`);
    assertEquals(numbers, numbers.map((_, index) => (numbers[0]! + index) & 0xffff));
    assertEquals(ports.rtp.filter(({ marker }) => marker).length, pictures.length);
    for (const { payload } of ports.rtp) assertLessOrEqual(payload.length + RTP_HEADER, LARGEST_DATAGRAM);
  }, { frameRate: 25, files: { "large.mjpeg": makeRawFilm(pictures) } });
});

Deno.test("R14 frames on a channel of nobody's end only the connection that sends them", async () => {
  await underFire(async (server) => {
    await using talker = await RtspTalker.open(server.port);
    await talker.ask("OPTIONS", "*");
    for (let n = 0; n < 100; n++) await talker.say(writeInterleaved(n, encodeText("x"))).catch(() => {});
    await talker.untilClosed();
  });
});
