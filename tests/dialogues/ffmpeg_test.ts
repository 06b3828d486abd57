import { assert, assertEquals } from "@std/assert";
import { parseRtcp } from "../../lib/rtp/rtcp.ts";
import { LAB_FILM, LAB_PICTURES, withServer } from "../support/local_server.ts";
import { MediaPorts, RtspTalker } from "../support/rtsp_talker.ts";

const AGENT = "User-Agent: Lavf59.27.100\r\n";

// Recorded from FFmpeg 5.1 with -timeout and no -rtsp_transport, its UDP port made unreachable.
Deno.test("FFmpeg goes over from UDP to TCP on one connection, forgetting its first session", async () => {
  await withServer(async (server, base) => {
    const url = `${base}/${LAB_FILM}`;
    await using talker = await RtspTalker.open(server.port);
    await using ports = new MediaPorts();
    const say = async (text: string) => {
      await talker.say(text);
      return await talker.answer();
    };
    const options = await say(`OPTIONS ${url} RTSP/1.0\r\nCSeq: 1\r\n${AGENT}\r\n`);
    assert(options.headers.get("Public")!.includes("GET_PARAMETER"));
    const describe = await say(`DESCRIBE ${url} RTSP/1.0\r\nAccept: application/sdp\r\nCSeq: 2\r\n${AGENT}\r\n`);
    assertEquals(describe.status, 200);
    const udp = `RTP/AVP/UDP;unicast;client_port=${ports.clientPort}`;
    const setup = await say(`SETUP ${url}/track1 RTSP/1.0\r\nTransport: ${udp}\r\nCSeq: 3\r\n${AGENT}\r\n`);
    const [session] = setup.headers.get("Session")!.split(";");
    const play = (cseq: number, id: string) =>
      `PLAY ${url}/ RTSP/1.0\r\nRange: npt=0.000-\r\nCSeq: ${cseq}\r\n${AGENT}Session: ${id}\r\n\r\n`;
    assertEquals((await say(play(4, session!))).status, 200);
    await ports.until(() => ports.rtp.length > 1);
    const pause = await say(`PAUSE ${url}/ RTSP/1.0\r\nCSeq: 5\r\n${AGENT}Session: ${session}\r\n\r\n`);
    assertEquals(pause.status, 200);

    const tcp = "RTP/AVP/TCP;unicast;interleaved=0-1";
    const again = await say(`SETUP ${url}/track1 RTSP/1.0\r\nTransport: ${tcp}\r\nCSeq: 6\r\n${AGENT}\r\n`);
    assertEquals(again.status, 200);
    const [second] = again.headers.get("Session")!.split(";");
    assert(second !== session);
    assertEquals(server.stats().openSessions, 1);
    const sentOverUdp = ports.rtp.length;
    assertEquals((await say(play(7, second!))).status, 200);
    await talker.until(() => talker.frames.filter(({ channel }) => channel === 0).length === LAB_PICTURES.length);
    assertEquals(ports.rtp.length, sentOverUdp);
    const ended = () => talker.frames.some(({ channel, data }) => channel === 1 && isGoodbye(data));
    await talker.until(ended);
    const teardown = `TEARDOWN ${url}/ RTSP/1.0\r\nCSeq: 8\r\n${AGENT}Session: ${second}\r\n\r\n`;
    assertEquals((await say(teardown)).status, 200);
  }, { frameRate: 100 });
});

function isGoodbye(data: Uint8Array<ArrayBuffer>): boolean {
  return parseRtcp(data).some(({ kind }) => kind === "goodbye");
}
