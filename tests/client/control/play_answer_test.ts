import { assertEquals } from "@std/assert";
import { readPlayAnswer } from "../../../lib/client/control/play_answer.ts";
import { response } from "../../../lib/rtsp/message.ts";

Deno.test("readPlayAnswer() reads where the media starts, at which RTP time and how fast", () => {
  const answer = response(200, { Range: "npt=4.500-10", "RTP-Info": "url=rtsp://h/f;seq=9;rtptime=77", Scale: "-2" });
  assertEquals(readPlayAnswer(answer), { start: 4.5, timestamp: 77, scale: -2 });
});

Deno.test("readPlayAnswer() goes without what is missing or senseless", () => {
  assertEquals(readPlayAnswer(response(200)), { start: undefined, timestamp: undefined, scale: 1 });
  const senseless = response(200, { Range: "npt=now-", "RTP-Info": "rtptime=x", Scale: "0" });
  assertEquals(readPlayAnswer(senseless), { start: undefined, timestamp: undefined, scale: 1 });
  assertEquals(readPlayAnswer(response(200, { Range: "parsec=3-" })).start, undefined);
});
