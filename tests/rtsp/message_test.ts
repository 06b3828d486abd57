import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { encodeText } from "../../lib/core/bytes.ts";
import { errorResponse, request, response, writeInterleaved, writeMessage } from "../../lib/rtsp/message.ts";
import { RtspError } from "../../lib/rtsp/status.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

Deno.test("writeMessage() writes a request with headers in order", () => {
  assertEquals(
    text(writeMessage(request("PLAY", "rtsp://h/a", { CSeq: "3", Session: "x" }))),
    "PLAY rtsp://h/a RTSP/1.0\r\nCSeq: 3\r\nSession: x\r\n\r\n",
  );
});

Deno.test("writeMessage() gives the body its true length, whatever the headers say", () => {
  const message = response(200, { "content-length": "999", CSeq: "1" }, encodeText("ü"));
  assertEquals(text(writeMessage(message)), "RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: 2\r\n\r\nü");
  assertEquals(text(writeMessage(response(200, { "Content-Length": "5" }))), "RTSP/1.0 200 OK\r\n\r\n");
});

Deno.test("P11 writeMessage() escapes line ends and NUL in URL, reason and values", () => {
  const evil = "a\r\nSession: evil\0\n";
  const head = text(writeMessage(response(404, { "Content-Base": evil }, undefined, evil)));
  assertEquals(head, "RTSP/1.0 404 a%0D%0ASession: evil%00%0A\r\nContent-Base: a%0D%0ASession: evil%00%0A\r\n\r\n");
  const line = text(writeMessage(request("PLAY", "rtsp://h/a b\r\nX: y")));
  assertEquals(line, "PLAY rtsp://h/a%20b%0D%0AX:%20y RTSP/1.0\r\n\r\n");
});

Deno.test("writeMessage() refuses a method that is no token and a status of other than three digits", () => {
  assertThrows(() => writeMessage(request("PLAY\r\nX", "*")), TypeError, "method");
  assertThrows(() => writeMessage(response(20)), TypeError, "status 20");
});

Deno.test("errorResponse() tells status, phrase and headers but not the log's message", () => {
  const error = new RtspError(455, "Cannot PLAY in Init", { headers: { Allow: "SETUP" } });
  const written = text(writeMessage(errorResponse(error, "4")));
  assertEquals(written, "RTSP/1.0 455 Method Not Valid in This State\r\nCSeq: 4\r\nAllow: SETUP\r\n\r\n");
  assertStringIncludes(text(writeMessage(errorResponse(error))), "State\r\nAllow");
});

Deno.test("writeInterleaved() puts mark, channel and length before the packet", () => {
  assertEquals([...writeInterleaved(3, new Uint8Array([9, 8]))], [0x24, 3, 0, 2, 9, 8]);
  assertEquals([...writeInterleaved(0, new Uint8Array(0x1234)).subarray(0, 4)], [0x24, 0, 0x12, 0x34]);
  assertEquals(writeInterleaved(255, new Uint8Array(65535)).length, 65539);
  assertThrows(() => writeInterleaved(0, new Uint8Array(65536)), RangeError, "65536");
  assertThrows(() => writeInterleaved(256, new Uint8Array(1)), RangeError, "256");
});
