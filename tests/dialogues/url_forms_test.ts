import { assert, assertEquals, assertMatch } from "@std/assert";
import { concatBytes, encodeText } from "../../lib/core/bytes.ts";
import { writeInterleaved } from "../../lib/rtsp/message.ts";
import { writeRtcp } from "../../lib/rtp/rtcp.ts";
import { LAB_FILM, withServer } from "../support/local_server.ts";
import { makeJpeg } from "../support/make_film.ts";
import { RtspTalker } from "../support/rtsp_talker.ts";
import { requestText } from "../support/under_fire.ts";

const TCP = { Transport: "RTP/AVP/TCP;unicast" };

/** Forms of the track's and the film's URL that clients write: live555, FFmpeg, GStreamer, cameras' viewers with a query. */
const FORMS: readonly [track: string, aggregate: string][] = [
  ["/track1", ""],
  ["/track1", "/"],
  ["//track1", "//"],
  ["/track1/", "/"],
  ["", ""],
  ["/", "/"],
  ["?quality=5/track1", "?quality=5"],
  ["/track1?quality=5", "/?quality=5"],
];

Deno.test("SETUP and PLAY are understood with, without and with doubled slash, and with a query on either side", async () => {
  await withServer(async (server, url) => {
    for (const [track, aggregate] of FORMS) {
      await using talker = await RtspTalker.open(server.port);
      const film = `${url}/${LAB_FILM}`;
      const setup = await talker.ask("SETUP", film + track, TCP);
      assertEquals(setup.status, 200, track);
      const play = await talker.ask("PLAY", film + aggregate, { Session: setup.headers.get("Session")! });
      assertEquals(play.status, 200, aggregate);
      assertMatch(play.headers.get("RTP-Info")!, new RegExp(`^url=${film}/track1;`));
    }
  });
});

Deno.test("Content-Base is absolute and ends in a slash, and the track's URL joined to it plays", async () => {
  await withServer(async (server, url) => {
    for (const tail of ["", "/", "//", "?x=1"]) {
      await using talker = await RtspTalker.open(server.port);
      const base = (await talker.ask("DESCRIBE", `${url}/${LAB_FILM}${tail}`)).headers.get("Content-Base")!;
      assertEquals(base, `${url}/${LAB_FILM}/`, tail);
      assertEquals((await talker.ask("SETUP", `${base}track1`, TCP)).status, 200);
    }
  });
});

Deno.test("PLAY without Range is a ping while a film plays, and 456 answers a jump in a live stream", async () => {
  await withServer(async (server, url) => {
    await using talker = await RtspTalker.open(server.port);
    const Session = (await talker.ask("SETUP", `${url}/${LAB_FILM}`, TCP)).headers.get("Session")!;
    assert((await talker.ask("PLAY", url, { Session })).headers.has("RTP-Info"));
    const ping = await talker.ask("PLAY", url, { Session });
    assertEquals([ping.status, ping.headers.has("RTP-Info")], [200, false]);

    const picture = makeJpeg(1);
    async function* camera() {
      while (true) yield await Promise.resolve(picture);
    }
    server.addStream("camera", camera(), { frameRate: 50 });
    await using viewer = await RtspTalker.open(server.port);
    while ((await viewer.ask("DESCRIBE", `${url}/camera`)).status === 503);
    const live = (await viewer.ask("SETUP", `${url}/camera`, TCP)).headers.get("Session")!;
    assertEquals((await viewer.ask("PLAY", url, { Session: live, Range: "npt=5-" })).status, 456);
    assertEquals((await viewer.ask("PLAY", url, { Session: live, Range: "npt=now-" })).status, 200);
    server.removeStream("camera");
  });
});

Deno.test("frames of RTCP may stand between requests on a connection that plays, cut anywhere", async () => {
  await withServer(async (server, url) => {
    await using talker = await RtspTalker.open(server.port);
    const Session = (await talker.ask("SETUP", `${url}/${LAB_FILM}`, TCP)).headers.get("Session")!;
    await talker.ask("PLAY", url, { Session });
    const report = writeInterleaved(1, writeRtcp([{ kind: "receiver-report", ssrc: 1, reports: [] }]));
    const ask = (cseq: number) => encodeText(requestText("GET_PARAMETER", url, `CSeq: ${cseq}`, `Session: ${Session}`));
    const bytes = concatBytes([report, ask(100), report, report, ask(101), report, ask(102)]);
    for (let at = 0; at < bytes.length; at += 7) await talker.say(bytes.slice(at, at + 7));
    for (const cseq of ["100", "101", "102"]) {
      const { status, headers } = await talker.answer();
      assertEquals([status, headers.get("CSeq")], [200, cseq]);
    }
    const media = () => talker.frames.filter(({ channel }) => channel === 0).length;
    const count = media();
    await talker.until(() => media() > count);
  });
});
