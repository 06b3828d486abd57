import { assertEquals, assertThrows } from "@std/assert";
import { encodeText } from "../../lib/core/bytes.ts";
import { acceptedTypes, checkAccept, checkRequest, readCSeq, requestUrl } from "../../lib/rtsp/check.ts";
import { request, type RtspRequest } from "../../lib/rtsp/message.ts";
import { RtspError } from "../../lib/rtsp/status.ts";

const URL = "rtsp://h/a";

function statusOf(checked: RtspRequest, supported?: readonly string[]): number {
  return assertThrows(() => checkRequest(checked, supported), RtspError).status;
}

Deno.test("checkRequest() lets plain requests of every kind through", () => {
  for (const method of ["OPTIONS", "DESCRIBE", "SETUP", "PLAY", "GET_PARAMETER", "SET_PARAMETER", "UNHEARD"]) {
    checkRequest(request(method, URL, { CSeq: "4294967295" }));
  }
});

Deno.test("P10 checkRequest() refuses a CSeq that is missing, no number, too large or doubled, and none is echoed", () => {
  const doubled = request("PLAY", URL, { CSeq: "1" });
  doubled.headers.append("cseq", "1");
  const others = ["", "-1", "1a", "0x1", "1.5", "9223372036854775808", "4294967296"];
  for (const checked of [request("PLAY", URL), doubled, ...others.map((CSeq) => request("PLAY", URL, { CSeq }))]) {
    assertEquals([statusOf(checked), readCSeq(checked)], [400, undefined]);
  }
  assertEquals(readCSeq(request("PLAY", URL, { CSeq: "007" })), "007");
});

Deno.test("P06 checkRequest() answers 414 for a long URL", () => {
  assertEquals(statusOf(request("PLAY", `rtsp://h/${"a".repeat(2048)}`, { CSeq: "1" })), 414);
});

Deno.test("P13 checkRequest() answers 505 for another version", () => {
  assertEquals(statusOf({ ...request("PLAY", URL, { CSeq: "1" }), version: "RTSP/2.0" }), 505);
});

Deno.test("P14 checkRequest() answers 551 and names every feature that is not supported", () => {
  const required = request("SETUP", URL, { CSeq: "1", Require: "play.basic, a", "Proxy-Require": "b" });
  const error = assertThrows(() => checkRequest(required, ["play.basic"]), RtspError);
  assertEquals([error.status, error.headers], [551, { Unsupported: "a, b" }]);
  checkRequest(required, ["a", "b", "play.basic"]);
});

Deno.test("P09 checkRequest() wants length and type of bodies", () => {
  const body = encodeText("v=0");
  const announce = (headers: Record<string, string>) => request("ANNOUNCE", URL, { CSeq: "1", ...headers }, body);
  assertEquals(statusOf(announce({})), 411);
  assertEquals(statusOf(announce({ "Content-Length": "3" })), 415);
  assertEquals(statusOf(announce({ "Content-Length": "3", "Content-Type": "text/html" })), 415);
  checkRequest(announce({ "Content-Length": "3", "Content-Type": "Application/SDP; charset=utf-8" }));
  assertEquals(statusOf(request("SET_PARAMETER", URL, { CSeq: "1" }, body)), 415);
  checkRequest(request("SET_PARAMETER", URL, { CSeq: "1", "Content-Type": "text/parameters" }, body));
});

Deno.test("P23 checkAccept() answers 406 if the one type that there is is not accepted", () => {
  const check = (Accept: string, type = "application/sdp") =>
    checkAccept(request("DESCRIBE", URL, { CSeq: "1", Accept }), type);
  for (const accept of ["text/html, application/rtsl", "text/uri-list", "text/*"]) {
    assertEquals(assertThrows(() => check(accept), RtspError).status, 406);
  }
  for (const accept of ["application/sdp", "text/html, Application/SDP;q=0.5", "*/*", "application/*", " "]) {
    check(accept);
  }
  check("text/*", "text/uri-list");
});

Deno.test("acceptedTypes() names the types of all Accept headers", () => {
  const asked = request("DESCRIBE", URL, { Accept: "Text/URI-List;q=1, , application/sdp" });
  assertEquals(acceptedTypes(asked), ["text/uri-list", "application/sdp"]);
  assertEquals(acceptedTypes(request("DESCRIBE", URL, {})), []);
});

Deno.test("P15 requestUrl() refuses user information and the asterisk", () => {
  assertEquals(requestUrl(request("DESCRIBE", "rtsp://h:8554/a")).path, "a");
  for (const uri of ["rtsp://u:secret@h/a", "rtsp://u@h/a", "*"]) {
    const error = assertThrows(() => requestUrl(request("DESCRIBE", uri)), RtspError);
    assertEquals([error.status, error.message.includes("secret")], [400, false]);
  }
});
