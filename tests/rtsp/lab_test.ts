import { assert, assertEquals, assertThrows } from "@std/assert";
import { encodeText } from "../../lib/core/bytes.ts";
import {
  isLabRequest,
  isLabTransport,
  type LabRequest,
  MAX_LAB_MESSAGE,
  MAX_LAB_REQUEST,
  parseLabReply,
  parseLabRequest,
  toLabRequest,
  writeLabReply,
  writeLabRequest,
} from "../../lib/rtsp/lab.ts";
import type { RtspRequest } from "../../lib/rtsp/message.ts";
import { RtspParser } from "../../lib/rtsp/parser.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

interface Case {
  readonly variant: string;
  readonly request: string;
  readonly expected: Partial<LabRequest>;
  /** The reply with status 200, session 123456 and one more line. */
  readonly reply: string;
  /** Only understood once the connection is known to be of the dialect. */
  readonly known?: boolean;
}

const LF_REPLY = "RTSP/1.0 200 OK\nCSeq: 1\nSession: 123456\nFrames: 500\n";
const JAVA_REPLY = "RTSP/1.0 200 OK\r\nCSeq: 1\r\nSession: 123456\r\n";
const SETUP = { method: "SETUP", file: "movie.Mjpeg", cseq: "1", rtpPort: 25000, headerless: false };

const CASES: readonly Case[] = [
  {
    variant: "canonical SETUP",
    request: "SETUP movie.Mjpeg RTSP/1.0\nCSeq: 1\nTransport: RTP/UDP; client_port= 25000",
    expected: { ...SETUP, lineEnd: "\n", blankLine: false, overTcp: false },
    reply: LF_REPLY,
  },
  {
    variant: "canonical PLAY",
    request: "PLAY movie.Mjpeg RTSP/1.0\nCSeq: 1\nSession: 123456",
    expected: { method: "PLAY", file: "movie.Mjpeg", cseq: "1", session: "123456" },
    reply: LF_REPLY,
  },
  {
    variant: "blanks before line ends, port behind a colon (the seed text, Domi3012)",
    request: "SETUP movie.Mjpeg RTSP/1.0 \nCSeq: 1 \nTransport: RTP/UDP; client_port: 25000",
    expected: SETUP,
    reply: LF_REPLY,
  },
  {
    variant: "no blank before the port (tinbeo, TienPhus)",
    request: "SETUP movie.Mjpeg RTSP/1.0\nCSeq: 1\nTransport: RTP/UDP; client_port=25000",
    expected: SETUP,
    reply: LF_REPLY,
  },
  {
    variant: "no blank at all, CRLF and an empty line (Go port)",
    request: "SETUP movie.Mjpeg RTSP/1.0\r\nCSeq: 1\r\nTransport: RTP/UDP;client_port=25000\r\n\r\n",
    expected: { ...SETUP, lineEnd: "\r\n", blankLine: true },
    reply: "RTSP/1.0 200 OK\r\nCSeq: 1\r\nSession: 123456\r\nFrames: 500\r\n\r\n",
  },
  {
    variant: "RTP over a TCP connection to the client (23120357)",
    request: "SETUP movie.Mjpeg RTSP/1.0\nCSeq: 1\nTransport: RTP/TCP; client_port= 25000",
    expected: { ...SETUP, overTcp: true },
    reply: LF_REPLY,
  },
  {
    variant: "header-less SETUP (tibbers)",
    request: "SETUP movie.Mjpeg\n1\n RTSP/1.0 RTP/UDP 25000",
    expected: { ...SETUP, headerless: true },
    reply: LF_REPLY,
  },
  {
    variant: "header-less PLAY (tibbers)",
    request: "PLAY \n1",
    expected: { method: "PLAY", file: "", cseq: "1", headerless: true },
    reply: LF_REPLY,
  },
  {
    variant: "second line called Cseq (Domi3012)",
    request: "SETUP movie.Mjpeg RTSP/1.0\nCseq: 1\nTransport: RTP/UDP; client_port= 25000",
    expected: SETUP,
    reply: LF_REPLY,
  },
  {
    variant: "second line called SEeq (markkim)",
    request: "PAUSE movie.Mjpeg RTSP/1.0\nSEeq: 1\nSession: 123456",
    expected: { method: "PAUSE", cseq: "1", session: "123456" },
    reply: LF_REPLY,
  },
  {
    variant: "Sesssion (ext3)",
    request: "DESCRIBE movie.Mjpeg RTSP/1.0\nCSeq: 1\nSesssion: 123456",
    expected: { method: "DESCRIBE", session: "123456", extra: {} },
    reply: LF_REPLY,
  },
  {
    variant: "three lines ended by CRLF, no empty line (Java)",
    request: "SETUP movie.Mjpeg RTSP/1.0\r\nCSeq: 1\r\nTransport: RTP/UDP; client_port= 25000\r\n",
    expected: { ...SETUP, lineEnd: "\r\n", blankLine: false },
    reply: JAVA_REPLY,
  },
  {
    variant: "Accept instead of Session (Java DESCRIBE)",
    request: "DESCRIBE movie.Mjpeg RTSP/1.0\r\nCSeq: 1\r\nAccept: application/sdp\r\n",
    expected: { method: "DESCRIBE", extra: { Accept: "application/sdp" } },
    reply: JAVA_REPLY,
  },
  {
    variant: "URL instead of the name (Node, Android)",
    request: "SETUP rtsp://h:8554/a/movie.Mjpeg RTSP/1.0\nCSeq: 1\nTransport: RTP/UDP; client_port= 25000",
    expected: SETUP,
    reply: LF_REPLY,
  },
  {
    variant: "URL and Session, on a connection of the dialect (Node, Android)",
    request: "PLAY rtsp://h:8554/movie.Mjpeg RTSP/1.0\nCSeq: 1\nSession:  123456",
    expected: { method: "PLAY", file: "movie.Mjpeg", session: "123456" },
    reply: LF_REPLY,
    known: true,
  },
  {
    variant: "a line after the third (Domi3012)",
    request: "PLAY movie.Mjpeg RTSP/1.0\nCSeq: 1\nSession: 123456\nRange: frame=7",
    expected: { extra: { Range: "frame=7" } },
    reply: LF_REPLY,
  },
  {
    variant: "a line after Transport (tinbeo --hd)",
    request: "SETUP movie.Mjpeg RTSP/1.0\nCSeq: 1\nTransport: RTP/UDP; client_port= 25000\nResolution: 1080p",
    expected: { ...SETUP, extra: { Resolution: "1080p" } },
    reply: LF_REPLY,
  },
  {
    variant: "a standard Transport that the given server takes too, with a bare name",
    request: "SETUP movie.Mjpeg RTSP/1.0\nCSeq: 1\nTransport: RTP/AVP/UDP; unicast;client_port= 25000",
    expected: SETUP,
    reply: LF_REPLY,
  },
  {
    variant: "mixed line ends, the first counts, and blanks in the empty line",
    request: "SETUP movie.Mjpeg RTSP/1.0\nCSeq: 1\r\nTransport: RTP/UDP; Client_Port= 25000\r\n \n",
    expected: { ...SETUP, lineEnd: "\n", blankLine: true },
    reply: `${LF_REPLY}\n`,
  },
  {
    variant: "a name with directories, blanks and letters beyond ASCII",
    request: "SETUP media\\films/mein Fílm.Mjpeg RTSP/1.0\nCSeq: 1\nTransport: RTP/UDP; client_port= 25000",
    expected: { ...SETUP, file: "mein Fílm.Mjpeg" },
    reply: LF_REPLY,
  },
];

Deno.test("parseLabRequest() and writeLabReply() serve every variant of the dialect", () => {
  for (const { variant, request, expected, reply, known = false } of CASES) {
    const found = parseLabRequest(encodeText(request), { known });
    assert(typeof found === "object", `${variant}: ${found}`);
    const compared = Object.fromEntries(Object.keys(expected).map((key) => [key, found[key as keyof LabRequest]]));
    assertEquals(compared, expected, variant);
    assertEquals(found.length, encodeText(request).length, variant);
    assertEquals(text(writeLabReply(found, 200, "123456", { Frames: "500" })), reply, variant);
  }
});

Deno.test("parseLabRequest() waits for an empty line until the peer is silent", () => {
  for (const { variant, request, known = false } of CASES) {
    const bytes = encodeText(request);
    const found = parseLabRequest(bytes, { silent: false, known });
    assertEquals(typeof found, /\n\s*\n$/.test(request) ? "object" : "string", variant);
  }
});

Deno.test("parseLabRequest() says incomplete, at whatever byte a SETUP is cut before its port", () => {
  for (const { variant, request } of CASES.filter(({ expected }) => expected.rtpPort !== undefined)) {
    const bytes = encodeText(request);
    const portAt = encodeText(request.slice(0, request.indexOf("25000"))).length;
    for (let cut = 0; cut <= portAt; cut++) {
      const found = parseLabRequest(bytes.slice(0, cut));
      assert(
        found === "incomplete" || (found === "not-lab" && request.includes("rtsp://")),
        `${variant} cut at ${cut}`,
      );
    }
  }
});

Deno.test("parseLabRequest() takes one request of two that stick together", () => {
  const play = "PLAY f RTSP/1.0\nCSeq: 2\nSession: 123456";
  for (const between of ["", "\n", "\r\n"]) {
    const both = `${play}${between}PAUSE f RTSP/1.0\nCSeq: 3\nSession: 123456`;
    const first = parseLabRequest(encodeText(both), { silent: false });
    assert(typeof first === "object");
    assertEquals([first.method, first.session, first.extra], ["PLAY", "123456", {}]);
    const second = parseLabRequest(encodeText(both).slice(first.length));
    assertEquals(typeof second === "object" && [second.method, second.cseq], ["PAUSE", "3"]);
  }
});

Deno.test("parseLabRequest() skips the line end that a client sends later", () => {
  const found = parseLabRequest(encodeText("\r\n\nPLAY f RTSP/1.0\nCSeq: 2\nSession: 1\n"));
  assertEquals(typeof found === "object" && [found.method, found.length], ["PLAY", 38]);
});

Deno.test("P17 parseLabRequest() takes no slow standard request for the dialect", () => {
  const standard = [
    "OPTIONS rtsp://h/a RTSP/1.0\r\nCSeq: 1\r\nUser-Agent: x\r\n",
    "OPTIONS * RTSP/1.0\r\nCSeq: 1\r\nUser-Agent: x\r\n",
    "SETUP rtsp://h/a/track1 RTSP/1.0\r\nCSeq: 3\r\nTransport: RTP/AVP;unicast;client_port=5000-5001\r\nUser-Agent: x\r\n",
    "GET / HTTP/1.1\r\nHost: h\r\nAccept: 1\r\n",
  ];
  for (const request of standard) {
    for (let cut = 0; cut <= request.length; cut++) {
      const found = parseLabRequest(encodeText(request.slice(0, cut)));
      assertEquals(typeof found, "string", request.slice(0, cut));
    }
  }
});

Deno.test("parseLabRequest() gives no port that is none", () => {
  for (const port of [1, 65535]) {
    const found = parseLabRequest(encodeText(`SETUP f RTSP/1.0\nCSeq: 1\nTransport: RTP/UDP; client_port= ${port}`));
    assertEquals(typeof found === "object" && found.rtpPort, port);
  }
  for (const port of ["0", "65536", "99999999999999999999"]) {
    const found = parseLabRequest(encodeText(`SETUP f RTSP/1.0\nCSeq: 1\nTransport: RTP/UDP; client_port= ${port}`));
    assertEquals(typeof found === "object" && found.rtpPort, undefined);
  }
});

Deno.test("parseLabRequest() says not-lab to what can never become a request", () => {
  const texts = [
    "SSH-2.0-x y\n1\n2",
    "get f\n1\n",
    "GET / HTTP/1.1",
    "SETUP f RTSP/1.0\nCSeq: x\n\n",
    "PLAY f RTSP/1.0\n\n",
  ];
  for (const found of texts) assertEquals(parseLabRequest(encodeText(found)), "not-lab", found);
  assertEquals(parseLabRequest(new Uint8Array(MAX_LAB_MESSAGE + 1).fill(65)), "not-lab");
});

function standardParsed(request: string): RtspRequest {
  const parser = new RtspParser();
  parser.push(encodeText(request));
  const message = parser.next();
  assert(message?.kind === "request");
  return message;
}

Deno.test("toLabRequest() makes the same of a request that the standard parser has read", () => {
  for (const { variant, request } of CASES.filter(({ expected }) => !expected.headerless)) {
    const closed = request.trimEnd() + (request.includes("\r\n") ? "\r\n\r\n" : "\n\n");
    const direct = parseLabRequest(encodeText(closed), { known: true });
    assert(typeof direct === "object");
    assertEquals(toLabRequest(standardParsed(closed)), { ...direct, length: 0 }, variant);
  }
  assertEquals(toLabRequest(standardParsed("PLAY f RTSP/1.0\nCSeq: x\n\n")), undefined);
});

Deno.test("isLabRequest() tells the dialect by Transport, else by a bare name", () => {
  const of = (uri: string, lines = "") => isLabRequest(standardParsed(`SETUP ${uri} RTSP/1.0\nCSeq: 1\n${lines}\n`));
  assertEquals([of("movie.Mjpeg"), of("rtsp://h/f"), of("*")], [true, false, false]);
  assertEquals(of("rtsp://h/f", "Transport: RTP/UDP;client_port=5\n"), true);
  assertEquals(of("f", "Transport: RTP/AVP;client_port=5\n"), false);
  assertEquals(isLabRequest(standardParsed("PLAY rtsp://h/f RTSP/1.0\n\n"), true), true);
});

Deno.test("isLabTransport() knows the assignment's profiles and no others", () => {
  for (const value of ["RTP/UDP; client_port= 1", "rtp/udp", " RTP/TCP;client_port=1", "RTP/UDP client_port=1"]) {
    assert(isLabTransport(value), value);
  }
  for (const value of [undefined, "", "RTP/AVP;unicast", "RTP/AVP/UDP", "RTP/UDPX", "RAW/RAW/UDP", "x RTP/UDP"]) {
    assert(!isLabTransport(value), value);
  }
});

Deno.test("writeLabReply() always has a Session line of digits, and lets nothing add lines", () => {
  const request = { cseq: "7", lineEnd: "\n", blankLine: false } as const;
  assertEquals(text(writeLabReply(request, 404, "0")), "RTSP/1.0 404 Not Found\nCSeq: 7\nSession: 0\n");
  assertEquals(text(writeLabReply(request, 200, "1", { Media: "a\nb" })).split("\n").length, 5);
  for (const session of ["", "12ab", "1;timeout=60"]) {
    assertThrows(() => writeLabReply(request, 200, session), TypeError, "no number");
  }
});

Deno.test("writeLabRequest() writes the one form that every server of the assignment reads", () => {
  assertEquals(
    text(writeLabRequest("SETUP", "movie.Mjpeg", 1, { rtpPort: 25000 })),
    "SETUP movie.Mjpeg RTSP/1.0\nCSeq: 1\nTransport: RTP/UDP; client_port= 25000",
  );
  assertEquals(
    text(writeLabRequest("PLAY", "movie.Mjpeg", 2, { session: "123456", lineEnd: "\r\n" })),
    "PLAY movie.Mjpeg RTSP/1.0\r\nCSeq: 2\r\nSession: 123456\r\n",
  );
  assertThrows(() => writeLabRequest("PLAY", "a\nb", 2), TypeError, "line end");
  assertThrows(() => writeLabRequest("PLAY", "a".repeat(MAX_LAB_REQUEST), 2), RangeError, "bytes");
});

Deno.test("parseLabRequest() reads what writeLabRequest() writes", () => {
  for (const lineEnd of ["\n", "\r\n"] as const) {
    const found = parseLabRequest(writeLabRequest("SETUP", "a b.Mjpeg", 3, { rtpPort: 5004, lineEnd }));
    assert(typeof found === "object");
    assertEquals([found.file, found.cseq, found.rtpPort, found.lineEnd], ["a b.Mjpeg", "3", 5004, lineEnd]);
  }
});

Deno.test("parseLabReply() reads the replies of the assignment's servers", () => {
  const ok = { kind: "reply", status: 200, reason: "OK", cseq: 1, session: "123456", body: "" };
  for (
    const [reply, expected] of [
      ["RTSP/1.0 200 OK\nCSeq: 1\nSession: 123456", ok],
      ["RTSP/1.0 200 OK\nCSeq: 1\r\nSession: 123456", ok],
      ["RTSP/1.0 200 OK\r\nCSeq: 1\r\nSession: 123456\r\n\r\n", ok],
      ["RTSP/1.0 200 OK\nSession: 123456\nCSeq: 1\nFrames: 500", ok],
      ["RTSP/1.0 200 OK\nCSeq: CSeq:\nSession: 123456", { ...ok, cseq: undefined }],
      ["RTSP/1.0 404 NOT FOUND\nCSeq: ", { kind: "reply", status: 404, reason: "NOT FOUND", session: undefined }],
      ["RTSP/1.0 END\nCSeq: -1\nSession: 123456", { kind: "end", status: 0 }],
      ["RTSP/1.0 200 OK\nCSeq: 1\nContent-Length: 3\n\nv=0", { status: 200, body: "v=0" }],
      ["RTSP/1.0 200 OK\nCSeq: 1\nContent-Length: 9\nv=0\nm=video", { status: 200, body: "v=0\nm=video" }],
    ] as const
  ) {
    const found = parseLabReply(encodeText(reply));
    assert(typeof found === "object", reply);
    const compared = Object.fromEntries(Object.keys(expected).map((key) => [key, found[key as keyof typeof found]]));
    assertEquals(compared, expected as typeof compared, reply);
  }
});

Deno.test("parseLabReply() ends a reply at its empty line, at the next reply, or in silence", () => {
  const reply = "RTSP/1.0 200 OK\nCSeq: 1\nSession: 123456";
  const atOnce = (bytes: string) => {
    const found = parseLabReply(encodeText(bytes), { silent: false });
    return typeof found === "object" ? found.length : found;
  };
  assertEquals(atOnce(reply), "incomplete");
  assertEquals(atOnce(`${reply}\n\n`), reply.length + 2);
  assertEquals(atOnce(`${reply}RTSP/1.0 END`), reply.length);
  assertEquals(atOnce(`${reply}\nRTSP/1.0 200 OK\nCSeq: 2`), reply.length + 1);
  assertEquals(atOnce("RTSP/1.0 200 OK\nContent-Length: 3\n\nv="), "incomplete");
  assertEquals(atOnce("RTSP/1.0 200 OK\nContent-Length: 3\n\nv=0\n"), 38);
  assertEquals([atOnce(""), atOnce("RT"), atOnce("HTTP/1.1 400 Bad\n\n")], ["incomplete", "incomplete", "not-lab"]);
});
