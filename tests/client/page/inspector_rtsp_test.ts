import { assertEquals } from "@std/assert";
import {
  answerTimes,
  explainHeader,
  explainTitle,
  gist,
  readMessage,
} from "../../../lib/client/page/inspector_rtsp.js";

Deno.test("readMessage() takes requests, answers and the assignment's lines apart", () => {
  const request = readMessage(
    "SETUP rtsp://h/a RTSP/1.0\r\nCSeq: 2\r\nTransport: RTP/AVP;client_port=5004-5005\r\n\r\n",
  );
  assertEquals([request.title, request.cseq, request.headers.length, request.body], ["SETUP", "2", 2, ""]);
  const refusal = readMessage("RTSP/1.0 454 Session Not Found\r\nCSeq: 3\r\n\r\nbody");
  assertEquals([refusal.title, refusal.failed, refusal.body], ["454 Session Not Found", true, "body"]);
  const lab = readMessage("SETUP movie.Mjpeg RTSP/1.0\nCSeq: 1\nTransport: RTP/UDP; client_port= 25000");
  assertEquals([lab.title, lab.cseq], ["SETUP", "1"]);
  assertEquals(readMessage("").title, "");
  assertEquals(readMessage("no colon\r\nat all").headers, [["", "at all"]]);
});

Deno.test("gist() tells the fact of a message that is worth a glance", () => {
  const cases = {
    "Transport: RTP/AVP;unicast;client_port=5004-5005": "UDP 5004-5005",
    "Transport: RTP/AVP;client_port=5004-5005;server_port=6970-6971": "UDP 6970-6971",
    "Transport: RTP/AVP/TCP;unicast;interleaved=0-1": "TCP channels 0-1",
    "Range: npt=3.5-": "npt=3.5-",
    "Range: npt=3.5-\r\nScale: 2.000": "npt=3.5-, 2x",
    "CSeq: 1": "",
  };
  for (const [headers, expected] of Object.entries(cases)) {
    assertEquals(gist(readMessage(`PLAY a RTSP/1.0\r\n${headers}\r\n\r\n`)), expected);
  }
  assertEquals(
    gist(readMessage("RTSP/1.0 200 OK\r\nContent-Type: application/sdp\r\n\r\nv=0")),
    "SDP, 3 bytes",
  );
});

Deno.test("explainHeader() and explainTitle() name the section of the RFC, and nothing for unknown names", () => {
  assertEquals(explainHeader("TRANSPORT")?.section, "RFC 2326, 12.39");
  assertEquals(explainTitle("PLAY")?.section, "RFC 2326, 10.5");
  assertEquals(explainTitle("404 Not Found")?.section, "RFC 2326, 11");
  assertEquals([explainHeader("constructor"), explainTitle("toString"), explainHeader("X-Own")], [
    undefined,
    undefined,
    undefined,
  ]);
});

Deno.test("answerTimes() joins answers with the requests of the same connection", () => {
  const message = (serial: number, at: number, sent: boolean, cseq: string, ends = "a") => {
    return { serial, at, sent, cseq, ends };
  };
  const times = answerTimes([
    message(1, 0, true, "1"),
    message(2, 5, true, "1", "b"),
    message(3, 7, false, "1"),
    message(4, 9, false, "1"),
    message(5, 15, false, "1", "b"),
  ]);
  assertEquals([...times], [[3, 7], [5, 10]]);
});
