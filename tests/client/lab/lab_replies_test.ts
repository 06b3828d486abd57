import { assertEquals, assertThrows } from "@std/assert";
import { LabReplies } from "../../../lib/client/lab/lab_replies.ts";
import { encodeText } from "../../../lib/core/bytes.ts";

const REPLY = "RTSP/1.0 200 OK\nCSeq: 1\nSession: 123456";

Deno.test("LabReplies.next() takes a reply for whole after 60 ms of silence behind its Session", () => {
  const replies = new LabReplies();
  replies.push(encodeText(REPLY.slice(0, 20)), 0);
  replies.push(encodeText(REPLY.slice(20)), 30);
  assertEquals([replies.nextDeadline, replies.next(89)], [90, undefined]);
  assertEquals(replies.next(90)?.session, "123456");
  assertEquals(replies.nextDeadline, undefined);
});

Deno.test("LabReplies.next() waits longer for a reply without Session", () => {
  const replies = new LabReplies();
  replies.push(encodeText("RTSP/1.0 404 NOT FOUND\nCSeq: "), 0);
  assertEquals(replies.next(200), undefined);
  assertEquals([replies.nextDeadline, replies.next(300)?.status], [300, 404]);
});

Deno.test("LabReplies.next() does not wait for a reply that an empty line or another reply ends", () => {
  const replies = new LabReplies();
  replies.push(encodeText(`${REPLY.replaceAll("\n", "\r\n")}\r\n\r\n`), 0);
  assertEquals(replies.next(0)?.status, 200);
  replies.push(encodeText(`${REPLY}RTSP/1.0 END\nCSeq: -1\nSession: 123456`), 0);
  assertEquals([replies.next(0)?.session, replies.next(0), replies.next(60)?.kind], ["123456", undefined, "end"]);
});

Deno.test("LabReplies.next() throws away what is no reply, and push() refuses what does not end", () => {
  const replies = new LabReplies();
  replies.push(encodeText("hello"), 0);
  assertEquals([replies.next(500), replies.nextDeadline], [undefined, undefined]);
  replies.push(new Uint8Array(16 * 1024), 0);
  assertThrows(() => replies.push(new Uint8Array(1), 0), RangeError);
});
