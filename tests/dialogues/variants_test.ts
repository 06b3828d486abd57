import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { decodeLatin1 } from "../../lib/core/bytes.ts";
import { parseJpeg } from "../../lib/jpeg/parse.ts";
import { JpegDepacketizer } from "../../lib/rtp/jpeg_depacketizer.ts";
import { parseRtpPacket } from "../../lib/rtp/packet.ts";
import { withServer } from "../support/local_server.ts";
import { makeJpegs, makeRawFilm } from "../support/make_film.ts";
import { sampleJpeg } from "../support/jpeg_samples.ts";
import { RtspTalker } from "../support/rtsp_talker.ts";

const LARGE = "large.mjpeg";
const SMALL = "small.mjpeg";
const OTHER = "other.mjpeg";
const files = {
  [LARGE]: makeRawFilm(makeJpegs(3, { width: 2096, height: 32 })),
  [SMALL]: makeRawFilm(makeJpegs(3, { width: 60, height: 44 })),
  [OTHER]: makeRawFilm([sampleJpeg("444"), sampleJpeg("444")]),
};

async function describe(talker: RtspTalker, url: string): Promise<{ status: number; sdp: string; base: string }> {
  const answer = await talker.ask("DESCRIBE", url, { Accept: "application/sdp" });
  return { status: answer.status, sdp: decodeLatin1(answer.body), base: answer.headers.get("Content-Base") ?? "" };
}

/** Sets up the control URL of a description and plays; the pictures are put together as they arrive. */
async function play(talker: RtspTalker, control: string, headers: Record<string, string> = {}) {
  const setup = await talker.ask("SETUP", control, { Transport: "RTP/AVP/TCP;unicast;interleaved=0-1" });
  assertEquals(setup.status, 200);
  const session = { Session: setup.headers.get("Session")!.split(";")[0]! };
  const answer = await talker.ask("PLAY", control, { ...session, ...headers });
  const packets = () => talker.frames.filter(({ channel }) => channel === 0).map(({ data }) => parseRtpPacket(data));
  return { answer, session, packets };
}

function pictures(packets: readonly ReturnType<typeof parseRtpPacket>[]) {
  const depacketizer = new JpegDepacketizer();
  return packets.map((packet) => depacketizer.push(packet)).filter((picture) => picture !== undefined);
}

Deno.test("DESCRIBE tells the true size of pictures over 2040 pixels and of those that are no multiple of 8", async () => {
  await withServer(async (server, base) => {
    await using talker = await RtspTalker.open(server.port);
    const large = await describe(talker, `${base}/${LARGE}`);
    assertStringIncludes(large.sdp, "a=x-dimensions:2096,32\r\n");
    assertStringIncludes(large.sdp, "a=framesize:26 2096-32\r\n");
    const small = await describe(talker, `${base}/${SMALL}`);
    assertStringIncludes(small.sdp, "a=x-dimensions:60,44\r\n");
    const { packets } = await play(talker, `${base}/${LARGE}/track1`);
    await talker.until(() => pictures(packets()).length > 0);
    const [first] = packets();
    assertEquals([first!.extension!.profile, first!.payload[6], first!.payload[7]], [0xffd8, 0, 0]);
    assertEquals(pictures(packets())[0]!.width, 2096);
  }, { files });
});

Deno.test("a scaled sibling has a control URL of its own, which keeps its query", async () => {
  await withServer(async (server, base) => {
    await using talker = await RtspTalker.open(server.port);
    const { sdp, base: contentBase } = await describe(talker, `${base}/${LARGE}?fit=2040`);
    const control = `${base}/${LARGE}/track1?fit=2040`;
    assertEquals(contentBase, `${base}/${LARGE}/`);
    assertStringIncludes(sdp, `a=control:${control}\r\n`);
    assertStringIncludes(sdp, "a=x-dimensions:1834,28\r\n");
    const { answer, packets } = await play(talker, control);
    assertStringIncludes(answer.headers.get("RTP-Info")!, `url=${control};`);
    await talker.until(() => packets().some(({ marker }) => marker));
    const [first] = packets();
    assertEquals([first!.extension, first!.payload[6], first!.payload[7]], [undefined, 230, 4]);
  }, { files });
});

Deno.test("clients that put the track behind the query get the same sibling, and a size that cannot be is refused", async () => {
  await withServer(async (server, base) => {
    await using talker = await RtspTalker.open(server.port);
    const { packets } = await play(talker, `${base}/${LARGE}/?fit=640/track1`);
    await talker.until(() => packets().some(({ marker }) => marker));
    assertEquals(packets()[0]!.payload[6], Math.ceil(2096 * 2 / 8 / 8));
    assertEquals((await describe(talker, `${base}/${LARGE}?fit=5000`)).status, 400);
    assertEquals((await describe(talker, `${base}/${LARGE}?fit=abc`)).status, 400);
    assertEquals((await describe(talker, `${base}/${LARGE}?unknown=1`)).status, 200);
  }, { files });
});

Deno.test("a looped sibling has no end, and goes on with numbers and timestamps", async () => {
  await withServer(async (server, base) => {
    await using talker = await RtspTalker.open(server.port);
    const { sdp } = await describe(talker, `${base}/${SMALL}?loop=1`);
    assertMatch(sdp, /^a=range:npt=0-\r$/m);
    const { answer, packets } = await play(talker, `${base}/${SMALL}/track1?loop=1`);
    assertEquals(answer.headers.get("Range"), "npt=0.000-");
    await talker.until(() => packets().length >= 8);
    const found = packets();
    const steps = found.slice(1).map((packet, at) => [
      (packet.sequence - found[at]!.sequence) & 0xffff,
      (packet.timestamp - found[at]!.timestamp) >>> 0,
    ]);
    for (const step of steps) assertEquals(step, [1, 900]);
    const shown = pictures(found).map(({ data }) => parseJpeg(data).scans[0]!.data);
    assertEquals([shown[3], shown[4]], [shown[0], shown[1]]);
  }, { files, frameRate: 100 });
});

Deno.test("a server told to loop loops every film", async () => {
  await withServer(async (server, base) => {
    await using talker = await RtspTalker.open(server.port);
    assertMatch((await describe(talker, `${base}/${SMALL}`)).sdp, /^a=range:npt=0-\r$/m);
    const { packets } = await play(talker, `${base}/${SMALL}/track1`);
    await talker.until(() => packets().length >= 5);
  }, { files, frameRate: 100, loop: true });
});

Deno.test("a server told to use the ONVIF extension sends 4:4:4 untouched", async () => {
  await withServer(async (server, base) => {
    await using talker = await RtspTalker.open(server.port);
    const { packets } = await play(talker, `${base}/${OTHER}/track1`);
    await talker.until(() => pictures(packets()).length > 0);
    const [shown, sample] = [parseJpeg(pictures(packets())[0]!.data), parseJpeg(sampleJpeg("444"))];
    assertEquals(shown.components, sample.components);
    assertEquals(shown.scans[0]!.data, sample.scans[0]!.data);
  }, { files, onvifExtension: true });
});

Deno.test("PLAY takes SMPTE time codes and answers in them", async () => {
  await withServer(async (server, base) => {
    await using talker = await RtspTalker.open(server.port);
    const { answer, session } = await play(talker, `${base}/films/raw%20film.mjpeg/track1`, {
      Range: "smpte-25=0:00:00:10-0:00:00:20",
    });
    assertEquals(answer.headers.get("Range"), "smpte-25=0:00:00:10-0:00:00:20");
    const url = `${base}/films/raw%20film.mjpeg`;
    for (const range of ["smpte=0:00:00:15-", "smpte-30-drop=0:00:00:15-"]) {
      const other = await talker.ask("PLAY", url, { ...session, Range: range });
      assertMatch(other.headers.get("Range")!, new RegExp(`^${range.split("=")[0]}=0:00:00:1[45]`));
    }
    assertEquals((await talker.ask("PLAY", url, { ...session, Range: "frames=1-2" })).status, 501);
  });
});

Deno.test("PAUSE with a point, written as a value or a range, stops there and leaves the session Ready", async () => {
  await withServer(async (server, base) => {
    await using talker = await RtspTalker.open(server.port);
    const url = `${base}/films/raw%20film.mjpeg`;
    const { session } = await play(talker, `${url}/track1`, { Range: "npt=0-" });
    for (const point of ["npt=0.9", "npt=0.8-"]) {
      assertEquals((await talker.ask("PAUSE", url, { ...session, Range: point })).status, 200);
    }
    assertEquals((await talker.ask("PAUSE", url, { ...session, Range: "npt=99-" })).status, 457);
    const markers = () =>
      talker.frames.filter(({ channel, data }) => channel === 0 && parseRtpPacket(data).marker).length;
    await talker.until(() => markers() === 20);
    assertEquals((await talker.ask("PAUSE", url, session)).status, 200);
    const again = await talker.ask("PLAY", url, session);
    assertEquals(again.headers.get("Range"), "npt=0.800-1.000");
    assert(again.headers.has("RTP-Info"));
    const slow = await talker.ask("PLAY", url, { ...session, Range: "npt=0.2-0.9", Speed: "0.1" });
    assertEquals(slow.headers.get("Speed"), "0.500");
    assertEquals((await talker.ask("PLAY", url, { ...session, Scale: "0" })).status, 400);
    const queued = await talker.ask("PLAY", url, { ...session, Range: "npt=0.9-1" });
    assertEquals([queued.status, queued.headers.get("RTP-Info")], [200, undefined]);
  });
});
