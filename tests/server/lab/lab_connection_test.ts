import { assertEquals, assertMatch } from "@std/assert";
import { type Bytes, decodeLatin1, encodeText } from "../../../lib/core/bytes.ts";
import { LabConnection } from "../../../lib/server/lab/lab_connection.ts";
import type { Control, Services } from "../../../lib/server/sessions/services.ts";
import { ManualClock, settle } from "../../support/manual_clock.ts";
import { notedEvents } from "../../support/noted_events.ts";

function makeLab() {
  const clock = new ManualClock();
  const replies: string[] = [];
  const control = {
    remote: { hostname: "192.0.2.7", port: 1 },
    writer: { message: (bytes: Bytes) => replies.push(decodeLatin1(bytes)) },
    session: undefined,
  } as unknown as Control;
  const { events } = notedEvents(clock);
  const counters = { connections: 0, sessions: 0, requests: 0, refusals: 0, failures: 0 };
  const lab = new LabConnection(control, { clock, events, counters } as unknown as Services);
  const say = async (text: string) => {
    lab.push(encodeText(text));
    await settle();
  };
  const wait = async (milliseconds: number) => {
    clock.advance(milliseconds);
    await settle(50);
  };
  return { lab, replies, say, wait };
}

Deno.test("LabConnection takes a request without an empty line as whole after 50 ms of silence", async () => {
  const { replies, say, wait } = makeLab();
  await say("TEARDOWN movie.Mjpeg RTSP/1.0\nCSeq: 4\nSes");
  await wait(40);
  await say("sion: 123456");
  await wait(49);
  assertEquals(replies, []);
  await wait(1);
  assertEquals(replies, ["RTSP/1.0 200 OK\nCSeq: 4\nSession: 0\n"]);
});

Deno.test("LabConnection answers not before 30 ms: quicker replies are lost on clients that note late what they asked", async () => {
  const { replies, say, wait } = makeLab();
  await say("TEARDOWN movie.Mjpeg RTSP/1.0\r\nCSeq: 4\r\nSession: 1\r\n\r\n");
  await wait(29);
  assertEquals(replies, []);
  await wait(1);
  assertEquals(replies, ["RTSP/1.0 200 OK\r\nCSeq: 4\r\nSession: 0\r\n\r\n"]);
});

Deno.test("LabConnection answers in the order of the requests", async () => {
  const { replies, say, wait } = makeLab();
  for (let cseq = 1; cseq <= 3; cseq++) await say(`TEARDOWN x RTSP/1.0\nCSeq: ${cseq}\nSession: 1\n\n`);
  await wait(30);
  assertEquals(replies.map((reply) => /CSeq: (\d)/.exec(reply)![1]), ["1", "2", "3"]);
});

Deno.test("LabConnection answers an unknown method with a session line, so that no client hangs", async () => {
  const { replies, say, wait } = makeLab();
  await say("SWITCH other.Mjpeg RTSP/1.0\nCSeq: 9\nSession: 1");
  await wait(50);
  assertMatch(replies[0]!, /^RTSP\/1\.0 501 .*\nCSeq: 9\nSession: 0\n$/);
});

Deno.test("LabConnection bounds what it keeps, and forgets noise", async () => {
  const { replies, say, wait } = makeLab();
  for (let i = 0; i < 40; i++) await say("x".repeat(1000));
  await wait(50);
  await say("TEARDOWN x RTSP/1.0\nCSeq: 2\nSession: 1");
  await wait(50);
  assertEquals(replies, ["RTSP/1.0 200 OK\nCSeq: 2\nSession: 0\n"]);
});

Deno.test("LabConnection.close() lets no reply follow", async () => {
  const { lab, replies, say, wait } = makeLab();
  await say("TEARDOWN x RTSP/1.0\nCSeq: 2\nSession: 1\n\n");
  lab.close();
  await wait(1000);
  assertEquals(replies, []);
});
