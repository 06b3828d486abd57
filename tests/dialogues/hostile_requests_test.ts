import { assert, assertEquals, assertNotMatch } from "@std/assert";
import { encodeText } from "../../lib/core/bytes.ts";
import { LAB_FILM } from "../support/local_server.ts";
import { RtspTalker } from "../support/rtsp_talker.ts";
import { reactionTo, requestText, underFire } from "../support/under_fire.ts";

const C = "CSeq: 7";

/** Framing errors: refused with 400 or 413, and the connection ends. What is said follows a good request. */
const BROKEN: Record<string, (url: string) => string | Uint8Array> = {
  "P01 a blank before the method": (url) => ` ${requestText("OPTIONS", url, C)}`,
  "P01 a tab before the method": (url) => `\t${requestText("OPTIONS", url, C)}`,
  "P02 NUL in the request line": (url) => requestText("OPTIONS", `${url}\0`, C),
  "P02 NUL in CSeq": (url) => requestText("OPTIONS", url, "CSeq: 7\0"),
  "P02 NUL in another header": (url) => requestText("OPTIONS", url, C, "User-Agent: a\0b"),
  "P03 a lone CR": (url) => `OPTIONS ${url} RTSP/1.0\rCSeq: 7\r\r`,
  "P05 a header name of 8 KB": (url) => requestText("OPTIONS", url, C, `${"N".repeat(8192)}: a`),
  "P05 a header value of 64 KB": (url) => requestText("OPTIONS", url, C, `User-Agent: ${"v".repeat(65_536)}`),
  "P05 300 headers": (url) => requestText("OPTIONS", url, C, ...Array.from({ length: 300 }, (_, n) => `X-${n}: a`)),
  "P05 a head without an end": () => "A".repeat(1_000_000),
  "P08 two lengths": (url) => requestText("SET_PARAMETER", url, C, "Content-Length: 0", "Content-Length: 3"),
  "P24 64 KB of quotes": (url) => requestText("OPTIONS", url, C, `Authorization: Digest ${'"'.repeat(65_536)}`),
  "P24 64 KB of one letter": (url) => requestText("SETUP", url, C, `Transport: ${"a".repeat(65_536)}`),
  "P21 Transport of 64 KB": (url) => requestText("SETUP", url, C, `Transport: ${"RTP/AVP;unicast,".repeat(4096)}`),
  "P22 Authorization of 100 KB": (url) =>
    requestText("DESCRIBE", url, C, `Authorization: Basic ${"A".repeat(102_400)}`),
};
for (const length of ["-1", "0x10", "1e3", "5,5", "9007199254740993", "99999999999999999999", "999999999"]) {
  BROKEN[`P07 Content-Length ${length}`] = (url) => requestText("OPTIONS", url, C, `Content-Length: ${length}`);
}

Deno.test("P01 P02 P03 P05 P07 P08 P21 P22 P24 broken framing is answered once with 400 or 413, then the connection ends", async () => {
  await underFire(async (server, url) => {
    for (const [name, say] of Object.entries(BROKEN)) {
      const { status, lives } = await reactionTo(server.port, say(`${url}/${LAB_FILM}`));
      assert(status === 400 || status === 413, `${name}: ${status}`);
      assert(!lives, name);
    }
  });
});

Deno.test("P05 P07 P08 a first request that is broken gets its 400 too, once its first line was RTSP", async () => {
  await underFire(async (server, url) => {
    for (const line of [`${"N".repeat(8192)}: a`, "Content-Length: -1", "no colon"]) {
      await using talker = await RtspTalker.open(server.port);
      await talker.say(requestText("OPTIONS", url, C, line));
      assertEquals((await talker.answer()).status, 400, line);
      await talker.untilClosed();
    }
  });
});

/** Requests that are whole and wrong: each status, and the connection lives. */
const WRONG: [name: string, say: (url: string) => string | Uint8Array, statuses: number[]][] = [
  ["P03 mixed line ends", (url) => `OPTIONS ${url} RTSP/1.0\nCSeq: 7\r\nUser-Agent: a\n\r\n`, [200]],
  ["P04 folded headers", (url) => requestText("OPTIONS", url, C, `X: a${`\r\n ${"b".repeat(390)}`.repeat(4)}`), [200]],
  ["P06 a URL of 3000 bytes", (url) => requestText("DESCRIBE", `${url}/${"a".repeat(3000)}`, C), [414]],
  ["P09 ANNOUNCE without a length", (url) => requestText("ANNOUNCE", url, C, "Content-Type: application/sdp"), [411]],
  [
    "P09 ANNOUNCE of HTML",
    (url) => requestText("ANNOUNCE", url, C, "Content-Type: text/html", "Content-Length: 2") + "hi",
    [415],
  ],
  ["P09 SET_PARAMETER without a type", (url) => requestText("SET_PARAMETER", url, C, "Content-Length: 2") + "a:", [
    415,
  ]],
  ["P13 RTSP/2.0", (url) => requestText("OPTIONS", url, C).replace("RTSP/1.0", "RTSP/2.0"), [505]],
  ["P14 Proxy-Require", (url) => requestText("SETUP", url, C, "Proxy-Require: a", "Require: b"), [551]],
  ["P15 a port that is none", () => requestText("DESCRIBE", "rtsp://127.0.0.1:99999/a", C), [400]],
  ["P15 an open bracket", () => requestText("DESCRIBE", "rtsp://[::1/a", C), [400]],
  ["P15 a user in the URL", (url) => requestText("DESCRIBE", url.replace("//", "//user:secret@"), C), [400]],
  ["P15 the asterisk", () => requestText("DESCRIBE", "*", C), [400]],
  ["P15 another scheme", () => requestText("DESCRIBE", "http://127.0.0.1/a", C), [400]],
  ["P20 the end of time", (url) => requestText("DESCRIBE", url, C, "Range: npt=1e308-"), [200]],
  ["P23 Accept without SDP", (url) => requestText("DESCRIBE", url, C, "Accept: text/html"), [406]],
  [
    "P23 a User-Agent that is no UTF-8",
    (url) =>
      Uint8Array.from(requestText("OPTIONS", url, C, "User-Agent: \xff\xfe\xc0"), (letter) => letter.charCodeAt(0)),
    [200],
  ],
];
for (
  const path of [
    "%00",
    "%2e%2e%2f%2e%2e%2fetc/passwd",
    "..%2f",
    "../../etc/passwd",
    "%252e%252e/x",
    "%c0%ae%c0%ae/x",
    "%ed%a0%80",
  ]
) {
  const say = (url: string) => requestText("DESCRIBE", `${url.slice(0, url.lastIndexOf("/"))}/${path}`, C);
  WRONG.push([`P16 ${path}`, say, [400, 404]]);
}
for (const value of ["Digest", 'Digest username="a', "Basic", "", "Basic !!!", "Negotiate \u00fc", ",,,,=="]) {
  const say = (url: string) => requestText("DESCRIBE", url, C, `Authorization: ${value}`, `Authorization: ${value}x`);
  WRONG.push([`P22 Authorization: ${value}`, say, [200, 400, 401]]);
}

Deno.test("P03 P04 P06 P09 P13 P14 P15 P16 P22 P23 wrong requests get their status, and the connection goes on", async () => {
  await underFire(async (server, url) => {
    for (const [name, say, statuses] of WRONG) {
      const { status, cseq, lives } = await reactionTo(server.port, say(`${url}/${LAB_FILM}`));
      assert(status !== undefined && statuses.includes(status), `${name}: ${status}`);
      assertEquals([cseq, lives], ["7", true], name);
    }
  });
});

Deno.test("P10 a CSeq that is none is refused and not reflected", async () => {
  await underFire(async (server, url) => {
    for (const lines of [[], ["CSeq: -1"], ["CSeq: 9223372036854775808"], ["CSeq: seven"], ["CSeq: 1", "CSeq: 2"]]) {
      const { status, cseq, lives } = await reactionTo(server.port, requestText("OPTIONS", url, ...lines));
      assertEquals([status, cseq, lives], [400, undefined, true], lines.join());
    }
  });
});

Deno.test("P11 P12 nothing of a request becomes a header of the answer", async () => {
  await underFire(async (server, url) => {
    await using talker = await RtspTalker.open(server.port);
    const names = async (uri: string) => (await talker.ask("DESCRIBE", uri)).headers.entries().map(([name]) => name);
    const usual = await names(`${url}/none`);
    for (const uri of [`${url}/none%0d%0aEvil: yes`, `${url}/none%0aSession: 1`, `${url}/%e2%80%a8Evil: yes`]) {
      assertEquals(await names(uri), usual, uri);
    }
    const unknown = await talker.ask("JUGGLE%0d%0aX", url);
    assertEquals([unknown.status, unknown.headers.has("Public")], [501, true]);
  });
});

Deno.test("P17 known dialogues are answered alike in one piece, cut in two anywhere, and byte by byte", async () => {
  await underFire(async (server, url) => {
    const options = requestText("OPTIONS", url, "CSeq: 1");
    const describe = requestText("DESCRIBE", `${url}/${LAB_FILM}`, "CSeq: 2", "Accept: application/sdp");
    const whole = encodeText(options + describe);
    const answers = async (...parts: Uint8Array<ArrayBuffer>[]) => {
      await using talker = await RtspTalker.open(server.port);
      for (const part of parts) {
        await talker.say(part);
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
      return [await talker.answer(), await talker.answer()].map(({ status, body }) => [status, body]);
    };
    const expected = await answers(whole);
    assertEquals(expected.map(([status]) => status), [200, 200]);
    const cuts = whole.keys().filter((at) => at > 0 && at % 3 === 0);
    for (const at of cuts) assertEquals(await answers(whole.slice(0, at), whole.slice(at)), expected, `cut at ${at}`);
    assertEquals(await answers(...Array.from(whole, (byte) => Uint8Array.of(byte))), expected);
  });
});

Deno.test("P18 200 requests at once, with bodies and frames between them, are answered in their order", async () => {
  await underFire(async (server, url) => {
    await using talker = await RtspTalker.open(server.port);
    const requests = Array.from(
      { length: 200 },
      (_, n) =>
        n % 3 === 0
          ? requestText("SET_PARAMETER", url, `CSeq: ${n}`, "Content-Type: text/parameters", "Content-Length: 2") +
            "\r\n"
          : requestText(n % 3 === 1 ? "OPTIONS" : "DESCRIBE", `${url}/${LAB_FILM}`, `CSeq: ${n}`),
    );
    await talker.say(requests.join(""));
    for (let n = 0; n < 200; n++) {
      const { status, headers } = await talker.answer();
      assertEquals([status, headers.get("CSeq")], [200, String(n)]);
    }
  });
});

Deno.test("R15 a request behind garbage never runs: lost framing ends the connection", async () => {
  await underFire(async (server, url) => {
    await using talker = await RtspTalker.open(server.port);
    const request = requestText("DESCRIBE", `${url}/${LAB_FILM}`, "CSeq: 99");
    await talker.say(`${requestText("OPTIONS", url, C)}$\0\0\u0001x\u0080\u0001\r\n${request}`);
    assertNotMatch(await talker.untilClosed(), /CSeq: 99/);
  });
});

Deno.test("P20 a Range that is none is 457 or 501, and the session goes on", async () => {
  await underFire(async (server, url) => {
    await using talker = await RtspTalker.open(server.port);
    const setup = await talker.ask("SETUP", `${url}/${LAB_FILM}`, { Transport: "RTP/AVP/TCP" });
    const Session = setup.headers.get("Session")!;
    for (
      const Range of [
        "npt=1e308-",
        "npt=-5-2",
        "npt=5-2",
        "npt=",
        "npt=99-",
        "clock=1-2",
        "smpte=x",
        "npt=0-clock=1",
        ";=,",
      ]
    ) {
      assertEquals((await talker.ask("PLAY", url, { Session, Range })).status, 457, Range);
    }
    assertEquals((await talker.ask("PLAY", url, { Session, Range: "fathoms=1-2" })).status, 501);
    assertEquals((await talker.ask("PLAY", url, { Session, Range: "npt=0-" })).status, 200);
  });
});

Deno.test("P21 a Transport that is none is 400 or 461, and the connection goes on", async () => {
  await underFire(async (server, url) => {
    const many = Array.from({ length: 400 }, () => "RTP/AVP;multicast").join(",");
    for (const value of [many, 'RTP/AVP;x="', "", ";;;", ",", "RTP", "RTP/AVP;client_port=x", "=;=", "RAW/RAW/UDP"]) {
      const { status, lives } = await reactionTo(
        server.port,
        requestText("SETUP", `${url}/${LAB_FILM}`, C, `Transport: ${value}`),
      );
      assert(status === 400 || status === 461, `${value.slice(0, 30)}: ${status}`);
      assert(lives, value.slice(0, 30));
    }
  });
});
