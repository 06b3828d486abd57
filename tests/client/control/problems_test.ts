import { assertEquals, assertMatch } from "@std/assert";
import { connectProblem, portProblem, quote, statusProblem } from "../../../lib/client/control/problems.ts";
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
