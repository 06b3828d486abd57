import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { decodeLatin1, encodeText } from "../../lib/core/bytes.ts";
import { parseRtcp } from "../../lib/rtp/rtcp.ts";
import { parseRtpPacket } from "../../lib/rtp/packet.ts";
import { JpegDepacketizer } from "../../lib/rtp/jpeg_depacketizer.ts";
import { parseSession } from "../../lib/rtsp/sdp.ts";
import { startServer } from "../../lib/server/server.ts";
import { LAB_FILM, LAB_PICTURES, RAW_PICTURES, withServer } from "../support/local_server.ts";
import { makeJpeg, makeRawFilm, withMedia } from "../support/make_film.ts";
import { makeMp4 } from "../support/make_mp4.ts";
import { sampleJpeg } from "../support/jpeg_samples.ts";
import { MediaPorts, RtspTalker } from "../support/rtsp_talker.ts";

const RAW_PATH = "films/raw%20film.mjpeg";

Deno.test("startServer() lists every film as a URL that can be typed", async () => {
  await withServer(async (server, url) => {
    assertEquals(await server.urls(), [`${url}/${RAW_PATH}`, `${url}/${LAB_FILM}`]);
  });
});

Deno.test("startServer() says in one line what is wrong", async () => {
  await assertRejects(() => startServer({ port: 0, media: ["no such directory"] }), Error, "no such directory");
  await withServer(async (server) => {
    const options = { host: "127.0.0.1", port: server.port, media: ["."] };
    await assertRejects(
      () => startServer(options),
      Error,
      `Cannot listen on 127.0.0.1:${server.port}: the port is in use`,
    );
  });
});

Deno.test("DESCRIBE tells size, rate, length and track of a film, relative to an absolute base", async () => {
  await withServer(async (server, url) => {
    await using talker = await RtspTalker.open(server.port);
    const answer = await talker.ask("DESCRIBE", `${url}/${RAW_PATH}`, { Accept: "application/sdp" });
    assertEquals([answer.status, answer.headers.get("CSeq")], [200, "1"]);
    assertEquals(answer.headers.get("Content-Type"), "application/sdp");
    assertEquals(answer.headers.get("Content-Base"), `${url}/${RAW_PATH}/`);
    const { media: [track], range } = parseSession(decodeLatin1(answer.body));
    assertEquals([track?.payloadType, track?.control, track?.frameRate], [26, "track1", 25]);
    assertEquals(range, "npt=0-1.000");
  });
});

Deno.test("DESCRIBE tells a frame rate only where it and a frame's number tell the frame's time", async () => {
  const frames = LAB_PICTURES.slice(0, 3);
  const files = {
    "even.mp4": makeMp4(frames, { durations: [20, 20, 20] }),
    "uneven.mp4": makeMp4(frames, { durations: [20, 21, 20] }),
  };
  await withServer(async (server, url) => {
    await using talker = await RtspTalker.open(server.port);
    for (const [name, rate, range] of [["even.mp4", 50, "npt=0-0.060"], ["uneven.mp4", undefined, "npt=0-0.061"]]) {
      const description = parseSession(decodeLatin1((await talker.ask("DESCRIBE", `${url}/${name}`)).body));
      assertEquals([description.media[0]?.frameRate, description.range], [rate, range]);
    }
  }, { files });
});

Deno.test("PLAY over TCP sends every picture unchanged, whole frames, first a sender report, at the end BYE", async () => {
  await withServer(async (server, url) => {
    await using talker = await RtspTalker.open(server.port);
    const setup = await talker.ask("SETUP", `${url}/${RAW_PATH}/track1`, {
      Transport: "RTP/AVP/TCP;unicast;interleaved=4-5",
    });
    assertMatch(setup.headers.get("Transport")!, /^RTP\/AVP\/TCP;unicast;interleaved=4-5;ssrc=[0-9A-F]{8}$/);
    const [, session] = /^([0-9a-f]{32});timeout=55$/.exec(setup.headers.get("Session")!)!;
    const play = await talker.ask("PLAY", `${url}/${RAW_PATH}/`, { Session: session!, Range: "npt=0.000-" });
    assertEquals(play.headers.get("Range"), "npt=0.000-1.000");
    const [, seq, rtptime] = /^url=.*\/track1;seq=(\d+);rtptime=(\d+)$/.exec(play.headers.get("RTP-Info")!)!;
    const saidBye = () => talker.frames.some(({ channel, data }) => channel === 5 && hasGoodbye(data));
    await talker.until(saidBye);
    assertEquals(talker.frames[0]!.channel, 5);
    assertEquals(parseRtcp(talker.frames[0]!.data)[0]!.kind, "sender-report");
    assertEquals(talker.frames.at(-1)!.channel, 5);
    const packets = talker.frames.filter(({ channel }) => channel === 4).map(({ data }) => parseRtpPacket(data));
    assertEquals([packets[0]!.sequence, packets[0]!.timestamp], [Number(seq), Number(rtptime)]);
    const depacketizer = new JpegDepacketizer();
    const pictures = packets.map((packet) => depacketizer.push(packet)).filter((picture) => picture !== undefined);
    assertEquals(pictures.length, RAW_PICTURES.length);
    for (const [index, { timestamp }] of pictures.entries()) {
      assertEquals(timestamp, (Number(rtptime) + 3600 * index) % 2 ** 32);
    }
    assertEquals(pictures.map(({ data }) => data), RAW_PICTURES);
    assertEquals((await talker.ask("TEARDOWN", url, { Session: session! })).status, 200);
  });
});

Deno.test("PLAY over UDP sends every picture from the announced ports, and BYE", async () => {
  await withServer(async (server, url) => {
    await using talker = await RtspTalker.open(server.port);
    await using ports = new MediaPorts();
    const setup = await talker.ask("SETUP", `${url}/${LAB_FILM}/track1`, {
      Transport: `RTP/AVP;unicast;client_port=${ports.clientPort}`,
    });
    const transport = setup.headers.get("Transport")!;
    assertMatch(transport, new RegExp(`client_port=${ports.clientPort};server_port=\\d+-\\d+;ssrc=[0-9A-F]{8}$`));
    await talker.ask("PLAY", `${url}/${LAB_FILM}`, { Session: setup.headers.get("Session")! });
    await ports.until(() => ports.rtcp.some(({ kind }) => kind === "goodbye"));
    const depacketizer = new JpegDepacketizer();
    const pictures = ports.rtp.map((packet) => depacketizer.push(packet)?.data).filter((picture) => picture);
    assertEquals(pictures, LAB_PICTURES);
    assertEquals(ports.rtcp[0]!.kind, "sender-report");
    assertEquals(ports.rtp[0]!.ssrc.toString(16).toUpperCase().padStart(8, "0"), transport.slice(-8));
  }, { frameRate: 100 });
});

Deno.test("PAUSE is silence, PLAY goes on with the next frame; sequence numbers and timestamps go on too (S11)", async () => {
  await withServer(async (server, url) => {
    await using talker = await RtspTalker.open(server.port);
    const setup = await talker.ask("SETUP", `${url}/${LAB_FILM}/track1`, { Transport: "RTP/AVP/TCP" });
    const session = { Session: setup.headers.get("Session")! };
    await talker.ask("PLAY", url, session);
    const media = () => talker.frames.filter(({ channel }) => channel === 0).map(({ data }) => parseRtpPacket(data));
    await talker.until(() => media().length >= 3);
    assertEquals((await talker.ask("PAUSE", url, session)).status, 200);
    const before = media();
    assertEquals((await talker.ask("PAUSE", url, session)).status, 200);
    assertEquals(media().length, before.length);
    const again = await talker.ask("PLAY", url, session);
    assertMatch(again.headers.get("Range")!, new RegExp(`^npt=${(before.length / 20).toFixed(3)}-2\\.000$`));
    await talker.until(() => media().length >= before.length + 2);
    const all = media();
    const steps = all.slice(1).map(({ sequence }, index) => (sequence - all[index]!.sequence) & 0xffff);
    assertEquals(new Set(steps), new Set([1]));
    assert(all.slice(1).every(({ timestamp }, index) => ((timestamp - all[index]!.timestamp) | 0) > 0));
    assertEquals((await talker.ask("PLAY", url, { ...session, Range: "npt=99-" })).status, 457);
    assertEquals(
      (await talker.ask("PLAY", url, { ...session, Range: "npt=1.5-1.6", Scale: "2" })).headers.get("Scale"),
      "2.000",
    );
  });
});

Deno.test("S08 TEARDOWN says BYE, answers, and nothing of the session follows", async () => {
  await withServer(async (server, url) => {
    await using talker = await RtspTalker.open(server.port);
    const setup = await talker.ask("SETUP", `${url}/${RAW_PATH}/track1`, { Transport: "RTP/AVP/TCP" });
    const session = { Session: setup.headers.get("Session")! };
    await talker.ask("PLAY", url, session);
    await talker.until(() => talker.frames.length > 20);
    assertEquals((await talker.ask("TEARDOWN", url, session)).status, 200);
    const count = talker.frames.length;
    assert(hasGoodbye(talker.frames.at(-1)!.data));
    assertEquals((await talker.ask("PLAY", url, session)).status, 454);
    assertEquals(talker.frames.length, count);
    assertEquals(server.stats().openSessions, 0);
  });
});

Deno.test("DESCRIBE and SETUP answer 415 with the cause for a film that RFC 2435 cannot carry, 404 for none", async () => {
  const files = { "arithmetic.mjpeg": sampleJpeg("arithmetic"), "page.mjpeg": encodeText("<html></html>".repeat(100)) };
  await withServer(async (server, url) => {
    await using talker = await RtspTalker.open(server.port);
    const answer = await talker.ask("DESCRIBE", `${url}/arithmetic.mjpeg`);
    assertEquals(answer.status, 415);
    assertStringIncludes(answer.reason, "arithmetic");
    const setup = await talker.ask("SETUP", `${url}/arithmetic.mjpeg/track1`, { Transport: "RTP/AVP/TCP" });
    assertEquals([setup.status, setup.reason], [415, answer.reason]);
    assertEquals((await talker.ask("DESCRIBE", `${url}/page.mjpeg`)).status, 415);
    assertEquals((await talker.ask("DESCRIBE", `${url}/none.mjpeg`)).status, 404);
    assertEquals((await talker.ask("SETUP", `${url}/${LAB_FILM}/track2`, { Transport: "RTP/AVP/TCP" })).status, 404);
    assertEquals((await talker.ask("DESCRIBE", `${url}/${LAB_FILM}`)).status, 200);
  }, { files });
});

Deno.test("a film that RFC 2435 cannot carry as it is plays all the same, re-coded", async () => {
  await withServer(async (server, url) => {
    await using talker = await RtspTalker.open(server.port);
    const setup = await talker.ask("SETUP", `${url}/444.mjpeg/track1`, { Transport: "RTP/AVP/TCP" });
    await talker.ask("PLAY", url, { Session: setup.headers.get("Session")! });
    await talker.until(() => talker.frames.some(({ channel, data }) => channel === 1 && hasGoodbye(data)));
    const depacketizer = new JpegDepacketizer();
    const packets = talker.frames.filter(({ channel }) => channel === 0).map(({ data }) => parseRtpPacket(data));
    const pictures = packets.map((packet) => depacketizer.push(packet)).filter((picture) => picture !== undefined);
    assertEquals(pictures.map(({ width, height }) => [width, height]), [[48, 40], [48, 40]]);
  }, { files: { "444.mjpeg": makeRawFilm([sampleJpeg("444"), sampleJpeg("444")]) } });
});

Deno.test("addStream() serves an iterable of JPEGs live: all viewers get the same pictures", async () => {
  await withServer(async (server, url) => {
    const pictures = Array.from({ length: 8 }, (_, number) => makeJpeg(number));
    async function* source() {
      for (let number = 0;; number++) yield await Promise.resolve(pictures[number % pictures.length]!);
    }
    server.addStream("camera", source(), { frameRate: 50 });
    await using tcp = await RtspTalker.open(server.port);
    await using udp = await RtspTalker.open(server.port);
    await using ports = new MediaPorts();
    let described = await tcp.ask("DESCRIBE", `${url}/camera`);
    while (described.status === 503) described = await tcp.ask("DESCRIBE", `${url}/camera`);
    assertStringIncludes(decodeLatin1(described.body), "a=range:npt=now-");
    for (
      const [talker, transport] of [[tcp, "RTP/AVP/TCP"], [udp, `RTP/AVP;client_port=${ports.clientPort}`]] as const
    ) {
      const setup = await talker.ask("SETUP", `${url}/camera/track1`, { Transport: transport });
      const play = await talker.ask("PLAY", `${url}/camera`, { Session: setup.headers.get("Session")! });
      assertEquals([play.status, play.headers.get("Range")], [200, "npt=now-"]);
    }
    await Promise.all([tcp.until(() => tcp.frames.length > 30), ports.until(() => ports.rtp.length > 30)]);
    const scans = new Set(pictures.map((picture) => decodeLatin1(picture).slice(-42, -2)));
    for (const { data } of tcp.frames.filter(({ channel }) => channel === 0).slice(0, 20)) {
      assert(scans.has(decodeLatin1(data).slice(-40)));
    }
    assert(server.removeStream("camera"));
    await ports.until(() => ports.rtcp.some(({ kind }) => kind === "goodbye"));
    assertEquals((await tcp.ask("DESCRIBE", `${url}/camera`)).status, 404);
    assertEquals(server.removeStream("camera"), false);
  });
});

Deno.test("F03 close() sends BYE and ends every connection", async () => {
  await withServer(async (server, url) => {
    await using talker = await RtspTalker.open(server.port);
    await using idle = await RtspTalker.open(server.port);
    const setup = await talker.ask("SETUP", `${url}/${RAW_PATH}/track1`, { Transport: "RTP/AVP/TCP" });
    await talker.ask("PLAY", url, { Session: setup.headers.get("Session")! });
    await talker.until(() => talker.frames.length > 2);
    const closing = server.close();
    await Promise.all([talker.untilClosed(), idle.untilClosed(), closing]);
    assert(hasGoodbye(talker.frames.at(-1)!.data));
    const { openConnections, openSessions } = server.stats();
    assertEquals([openConnections, openSessions], [0, 0]);
  });
});

Deno.test("S09 T08 the session of a UDP viewer ends with its connection", async () => {
  await withServer(async (server, url) => {
    await using ports = new MediaPorts();
    const talker = await RtspTalker.open(server.port);
    const setup = await talker.ask("SETUP", `${url}/${RAW_PATH}/track1`, {
      Transport: `RTP/AVP;unicast;client_port=${ports.clientPort}`,
    });
    await talker.ask("PLAY", url, { Session: setup.headers.get("Session")! });
    await ports.until(() => ports.rtp.length > 2);
    talker.close();
    await ports.until(() => ports.rtcp.some(({ kind }) => kind === "goodbye"));
    assertEquals(server.stats().openSessions, 0);
  });
});

Deno.test("a film that is replaced while it is watched is played anew to those who come after", async () => {
  await withMedia({ "a.mjpeg": makeJpeg(1) }, async (directory) => {
    const server = await startServer({ host: "127.0.0.1", port: 0, media: [directory] });
    try {
      await using talker = await RtspTalker.open(server.port);
      const url = `rtsp://127.0.0.1:${server.port}/a.mjpeg`;
      const first = await talker.ask("DESCRIBE", url);
      await Deno.writeFile(`${directory}/a.mjpeg`, makeJpeg(1, { width: 320, height: 240 }));
      const setup = await talker.ask("SETUP", url, { Transport: "RTP/AVP/TCP" });
      await talker.ask("PLAY", url, { Session: setup.headers.get("Session")! });
      await talker.until(() => talker.frames.some(({ channel }) => channel === 0));
      const packet = parseRtpPacket(talker.frames.find(({ channel }) => channel === 0)!.data);
      assertEquals(first.status, 200);
      assertEquals([packet.payload[6], packet.payload[7]], [40, 30]);
    } finally {
      await server.close();
    }
  });
});

function hasGoodbye(data: Uint8Array<ArrayBuffer>): boolean {
  return parseRtcp(data).some(({ kind }) => kind === "goodbye");
}
