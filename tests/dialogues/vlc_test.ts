import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { decodeLatin1 } from "../../lib/core/bytes.ts";
import { parseRtpPacket } from "../../lib/rtp/packet.ts";
import { LAB_FILM, withServer } from "../support/local_server.ts";
import { MediaPorts, RtspTalker } from "../support/rtsp_talker.ts";

const AGENT = "User-Agent: LibVLC/3.0.18 (LIVE555 Streaming Media v2016.11.28)\r\n";

/** VLC 3 with live555: CSeq from 2, a description asked for once, then one SETUP for each track. */
async function withVlc(
  transport: string,
  body: (
    say: (method: string, uri: string, headers?: string) => ReturnType<RtspTalker["answer"]>,
    url: string,
    id: string,
    talker: RtspTalker,
  ) => Promise<void>,
): Promise<void> {
  await withServer(async (server, base) => {
    const url = `${base}/${LAB_FILM}`;
    await using talker = await RtspTalker.open(server.port);
    let cseq = 1;
    const say = async (method: string, uri: string, headers = "") => {
      await talker.say(`${method} ${uri} RTSP/1.0\r\nCSeq: ${++cseq}\r\n${AGENT}${headers}\r\n`);
      return await talker.answer();
    };
    assertEquals((await say("OPTIONS", url)).status, 200);
    const describe = await say("DESCRIBE", url, "Accept: application/sdp\r\n");
    // VLC offers to seek only in a film whose length the description tells.
    assertStringIncludes(decodeLatin1(describe.body), "a=range:npt=0-2.000\r\n");
    const base2 = describe.headers.get("Content-Base")!;
    const setup = await say("SETUP", `${base2}track1`, `Transport: ${transport}\r\n`);
    assertEquals(setup.status, 200);
    await body(say, base2, setup.headers.get("Session")!.split(";")[0]!, talker);
  });
}

Deno.test("VLC seeks by PAUSE and PLAY with a Range, and changes speed by PLAY with Scale alone", async () => {
  await withVlc("RTP/AVP/TCP;unicast;interleaved=0-1", async (say, url, id, talker) => {
    const session = `Session: ${id}\r\n`;
    assertEquals((await say("PLAY", url, `${session}Range: npt=0.000-\r\n`)).status, 200);
    await talker.until(() => talker.frames.length > 3);
    assertEquals((await say("PAUSE", url, session)).status, 200);
    const seek = await say("PLAY", url, `${session}Range: npt=1.523-\r\n`);
    assertEquals(seek.headers.get("Range"), "npt=1.500-2.000");
    const [, seq, rtptime] = /seq=(\d+);rtptime=(\d+)$/.exec(seek.headers.get("RTP-Info")!)!;
    const count = talker.frames.length;
    await talker.until(() => talker.frames.slice(count).some(({ channel }) => channel === 0));
    const first = parseRtpPacket(talker.frames.slice(count).find(({ channel }) => channel === 0)!.data);
    assertEquals([first.sequence, first.timestamp], [Number(seq), Number(rtptime)]);
    const faster = await say("PLAY", url, `${session}Scale: 2.000\r\n`);
    assertEquals([faster.status, faster.headers.get("Scale")], [200, "2.000"]);
    assertMatch(faster.headers.get("Range")!, /^npt=1\.[5-9]\d\d-2\.000$/);
    const tooFast = await say("PLAY", url, `${session}Scale: -20.000\r\n`);
    assertEquals([tooFast.status, tooFast.headers.get("Scale")], [200, "-8.000"]);
    assertMatch(tooFast.headers.get("Range")!, /^npt=1\.[5-9]\d\d-0\.000$/);
    assertEquals((await say("GET_PARAMETER", url, session)).status, 200);
    assertEquals((await say("TEARDOWN", url, session)).status, 200);
  });
});

Deno.test("VLC plays over UDP after punching its own ports open", async () => {
  await using ports = new MediaPorts();
  await withVlc(`RTP/AVP;unicast;client_port=${ports.clientPort}`, async (say, url, id) => {
    const play = await say("PLAY", url, `Session: ${id}\r\nRange: npt=0.000-\r\n`);
    assertMatch(play.headers.get("RTP-Info")!, new RegExp(`^url=${url}track1;seq=`));
    await ports.until(() => ports.rtp.length > 2);
    assert(ports.rtcp.length > 0);
  });
});

Deno.test("VLC gets 404 for an unknown film (anything else makes it try HTTP), 461 for a transport that is off", async () => {
  await withServer(async (server, base) => {
    await using talker = await RtspTalker.open(server.port);
    assertEquals((await talker.ask("DESCRIBE", `${base}/no such film`.replaceAll(" ", "%20"))).status, 404);
    const multicast = { Transport: "RTP/AVP;multicast" };
    assertEquals((await talker.ask("SETUP", `${base}/${LAB_FILM}/track1`, multicast)).status, 461);
    const tcp = { Transport: "RTP/AVP/TCP;unicast;interleaved=0-1" };
    assertEquals((await talker.ask("SETUP", `${base}/${LAB_FILM}/track1`, tcp)).status, 200);
  });
});
