import { assertEquals, assertMatch } from "@std/assert";
import { LAB_FILM, LAB_PICTURES, withServer } from "../support/local_server.ts";
import { MediaPorts, RtspTalker } from "../support/rtsp_talker.ts";

const COMMON = "User-Agent: GStreamer/1.22.0\r\nDate: Sun, 22 Nov 2026 16:23:15 GMT\r\n";

// Recorded from rtspsrc of GStreamer 1.22: it takes the range from the description and ends with PAUSE and TEARDOWN.
Deno.test("GStreamer plays a film to the end of its range, then PAUSE meets a session that is Ready", async () => {
  await withServer(async (server, base) => {
    const url = `${base}/${LAB_FILM}`;
    await using talker = await RtspTalker.open(server.port);
    await using ports = new MediaPorts();
    let cseq = 0;
    const say = async (method: string, uri: string, headers = "") => {
      await talker.say(`${method} ${uri} RTSP/1.0\r\nCSeq: ${++cseq}\r\n${headers}${COMMON}\r\n`);
      return await talker.answer();
    };
    await say("OPTIONS", url);
    assertEquals((await say("DESCRIBE", url, "Accept: application/sdp\r\n")).status, 200);
    const transport = `Transport: RTP/AVP;unicast;client_port=${ports.clientPort}\r\n`;
    const setup = await say("SETUP", `${url}/track1`, transport);
    const [id] = setup.headers.get("Session")!.split(";");
    const play = await say("PLAY", `${url}/`, `Range: npt=0-0.4\r\nSession: ${id}\r\n`);
    assertEquals(play.headers.get("Range"), "npt=0.000-0.400");
    await ports.until(() => ports.rtcp.some(({ kind }) => kind === "goodbye"));
    assertEquals(ports.rtp.length, LAB_PICTURES.length);
    assertEquals((await say("PAUSE", `${url}/`, `Session: ${id}\r\n`)).status, 200);
    assertEquals((await say("TEARDOWN", `${url}/`, `Session: ${id}\r\n`)).status, 200);
  }, { frameRate: 100 });
});

Deno.test("GStreamer offers several transports at once and gets the first that there is", async () => {
  await withServer(async (server, base) => {
    await using talker = await RtspTalker.open(server.port);
    const setup = await talker.ask("SETUP", `${base}/${LAB_FILM}/track1`, {
      Transport: "RTP/AVP/UDP;multicast,RTP/AVP/TCP;unicast;interleaved=0-1",
    });
    assertMatch(setup.headers.get("Transport")!, /^RTP\/AVP\/TCP;unicast;interleaved=0-1;ssrc=/);
  });
});
