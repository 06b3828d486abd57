import { assertEquals, assertMatch } from "@std/assert";
import {
  connectProblem,
  faultyServer,
  goneProblem,
  noAnswerProblem,
  portProblem,
  quote,
  statusProblem,
} from "../../../lib/client/control/problems.ts";
import { response } from "../../../lib/rtsp/message.ts";

Deno.test("quote() makes one bounded line of a stranger's text", () => {
  assertEquals(quote("a\r\nb\u0000c\u202ed"), "a b c d");
  assertEquals(quote("x".repeat(500)).length, 123);
});

Deno.test("connectProblem() tells a refused connection from an unknown host", () => {
  const refused = connectProblem(new Error("x", { cause: new Deno.errors.ConnectionRefused("os") }), "h", 554);
  assertMatch(refused.message, /^No server answers on h:554/);
  assertMatch(connectProblem(new Error("no such name"), "h", 554).message, /^Cannot reach h:554: no such name/);
});

Deno.test("portProblem() names the port and the next step", () => {
  const taken = portProblem(new Deno.errors.AddrInUse("os"), 5000);
  assertEquals(taken.code, "port-taken");
  assertMatch(taken.message, /UDP port 5000: another program uses it\. Choose another RTP port/);
  assertMatch(portProblem(new Error("none left"), 0).message, /a free pair of UDP ports: none left\. Try TCP/);
});

Deno.test("statusProblem() has a code and a sentence for each status", () => {
  const codes = [401, 404, 415, 453, 454, 457, 461, 500].map((status) =>
    statusProblem(response(status), "PLAY", "rtsp://host/film/").code
  );
  assertEquals(codes, [
    "unauthorized",
    "not-found",
    "unsupported",
    "refused",
    "server-gone",
    "refused",
    "unsupported",
    "refused",
  ]);
  assertMatch(statusProblem(response(404), "DESCRIBE", "rtsp://host/film/").message, /named film on host\./);
});

Deno.test("every problem says what happened, and then what to do next", () => {
  const statuses = [301, 400, 401, 403, 404, 410, 415, 453, 454, 456, 457, 461, 500];
  const problems = [
    ...statuses.map((status) => statusProblem(response(status), "PLAY", "rtsp://host:8554/film")),
    goneProblem("host:8554"),
    goneProblem("host:8554", "Connection reset by peer"),
    noAnswerProblem("host:8554", "DESCRIBE", 10_000),
    faultyServer("The server answered PLAY for another session than ours."),
    connectProblem(new Error("no such name"), "host", 8554),
    portProblem(new Error("none left"), 0),
  ];
  const next = /(?:\.|\)\.) (?:Ask|Check|Choose|Let|Log in|Press|See|The fault is|Try)/;
  for (const { message } of problems) assertMatch(message, next);
});

Deno.test("goneProblem() keeps what happened apart for those who try again by themselves", () => {
  const { happened, message } = goneProblem("host:8554", "reset");
  assertEquals(happened, "The server at host:8554 closed the connection (reset).");
  assertEquals(message, `${happened} See whether it still runs, then try again.`);
});

Deno.test("statusProblem() tells a login that is missing from one that is wrong", () => {
  const asked = response(401, { "WWW-Authenticate": 'Digest realm="Films", nonce="1"' });
  const missing = statusProblem(asked, "DESCRIBE", "rtsp://host:8554/film");
  assertEquals([missing.realm, missing.loginRefused], ["Films", false]);
  assertMatch(
    missing.message,
    /for "Films"\. Log in, or write them into the address: rtsp:\/\/NAME:PASSWORD@host:8554\/film$/,
  );
  const wrong = statusProblem(asked, "DESCRIBE", "rtsp://host:8554/film", true);
  assertEquals([wrong.realm, wrong.loginRefused], ["Films", true]);
  assertMatch(wrong.message, /does not take this user name and password for "Films"\. Check both/);
});
