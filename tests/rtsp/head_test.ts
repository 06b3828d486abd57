import { assert, assertEquals, assertThrows } from "@std/assert";
import { encodeText } from "../../lib/core/bytes.ts";
import { InvalidDataError } from "../../lib/core/errors.ts";
import {
  contentLength,
  MAX_BODY_SIZE,
  MAX_HEADER_NAME,
  parseHeaderLines,
  parseStartLine,
} from "../../lib/rtsp/head.ts";
import { parseRange } from "../../lib/rtsp/headers/range.ts";
import { parseRtpInfo } from "../../lib/rtsp/headers/rtp_info.ts";
import { parseSession as parseSessionHeader } from "../../lib/rtsp/headers/session.ts";
import { parseTransport } from "../../lib/rtsp/headers/transport.ts";
import { MAX_LAB_MESSAGE, parseLabReply, parseLabRequest } from "../../lib/rtsp/lab.ts";
import { RtspHeaders } from "../../lib/rtsp/rtsp_headers.ts";
import { parseSession } from "../../lib/rtsp/sdp.ts";
import { RtspError } from "../../lib/rtsp/status.ts";
import { joinControl, parseRtspUrl, splitTrack } from "../../lib/rtsp/url.ts";

Deno.test("parseStartLine() tells requests, responses and lines without version apart", () => {
  const request = (method: string, uri: string) => ({ kind: "request", method, uri, version: "RTSP/1.0" });
  for (
    const [line, expected] of [
      ["DESCRIBE rtsp://h/a RTSP/1.0", request("DESCRIBE", "rtsp://h/a")],
      ["SETUP movie.Mjpeg RTSP/1.0 ", request("SETUP", "movie.Mjpeg")],
      ["DESCRIBE  rtsp://h/a b  RTSP/1.0", request("DESCRIBE", "rtsp://h/a b")],
      ["x-own * RTSP/1.0", request("x-own", "*")],
      ["PLAY * RTSP/2.0", { ...request("PLAY", "*"), version: "RTSP/2.0" }],
      ["RTSP/1.0 200 OK", { kind: "response", status: 200, reason: "OK" }],
      ["RTSP/1.0  404  Not Found", { kind: "response", status: 404, reason: "Not Found" }],
      ["SETUP movie.Mjpeg", { kind: "bare" }],
      ["PLAY ", { kind: "bare" }],
    ] as const
  ) assertEquals(parseStartLine(line) as unknown, expected, line);
});

Deno.test("parseStartLine() refuses what is no RTSP, without repeating a URL that may hold a password", () => {
  for (const line of ["", "GET / HTTP/1.1", "get /", "RTSP/1.0 20 OK", "RTSP/1.0 2000", "RTSP/1.0 END", " RTSP/1.0"]) {
    assertThrows(() => parseStartLine(line), RtspError);
  }
  const error = assertThrows(() => parseStartLine("DESCRIBE rtsp://u:secret@h/a RTSP"), RtspError, "no RTSP version");
  assertEquals(error.message.includes("secret"), false);
});

Deno.test("parseHeaderLines() trims names and values and joins continuation lines", () => {
  const headers = parseHeaderLines(["A :  b  ", "C:", "D: e:f", "\tg", " h"]);
  assertEquals(headers.entries(), [["A", "b"], ["C", ""], ["D", "e:f g h"]]);
});

Deno.test("P05 parseHeaderLines() takes a name up to its limit and none above", () => {
  assertEquals(parseHeaderLines([`${"n".repeat(MAX_HEADER_NAME)}: v`]).size, 1);
  assertThrows(() => parseHeaderLines([`${"n".repeat(MAX_HEADER_NAME + 1)}: v`]), RtspError, "name of 129");
});

Deno.test("P07 contentLength() takes a body up to its limit and none above", () => {
  const length = (value: string) => contentLength(RtspHeaders.from({ "Content-Length": value }));
  assertEquals([contentLength(new RtspHeaders()), length("0"), length(String(MAX_BODY_SIZE))], [0, 0, MAX_BODY_SIZE]);
  assertEquals(assertThrows(() => length(String(MAX_BODY_SIZE + 1)), RtspError).status, 413);
});

Deno.test("P24 every reader answers 64 KB of one pattern, in time that grows with its length", () => {
  const readers: ((text: string) => unknown)[] = [
    parseStartLine,
    (text) => parseHeaderLines([text]),
    (text) => parseHeaderLines(text.split("\n")),
    parseTransport,
    parseRange,
    parseRtpInfo,
    parseSessionHeader,
    parseSession,
    parseRtspUrl,
    (text) => joinControl("rtsp://h/a?b", text),
    (text) => splitTrack(text, text),
    (text) => parseLabRequest(encodeText(text.slice(0, MAX_LAB_MESSAGE)), { known: true }),
    (text) => parseLabReply(encodeText(text.slice(0, MAX_LAB_MESSAGE))),
  ];
  const patterns = ["a", '"', " ", "\r", "\n", ": ", "1 ", ";seq=1", "1ABCD ", "%41", "RTSP/1.0 ", "://", "@", "["];
  for (const start of ["", "rtsp://", "npt=", "url=", "SETUP f RTSP/1.0\nCSeq: 1\nTransport: ", "RTSP/1.0 200 "]) {
    for (const pattern of patterns) {
      const text = start + pattern.repeat(65536 / pattern.length);
      for (const read of readers) {
        try {
          read(text);
        } catch (error) {
          assert(error instanceof RtspError || error instanceof InvalidDataError, String(error));
        }
      }
    }
  }
});
