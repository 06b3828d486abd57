import { assert, assertEquals, assertThrows } from "@std/assert";
import { type Bytes, concatBytes, encodeText } from "../../lib/core/bytes.ts";
import { MAX_HEADER_VALUE, MAX_HEADERS } from "../../lib/rtsp/head.ts";
import { type RtspMessage, writeInterleaved } from "../../lib/rtsp/message.ts";
import { MAX_HEAD_SIZE, MAX_UNREAD_SIZE, RtspParser } from "../../lib/rtsp/parser.ts";
import { RtspError } from "../../lib/rtsp/status.ts";
import { comparable, crlf, LAB_CORPUS, RTSP_CORPUS } from "../support/rtsp_corpus.ts";

function readAll(parser: RtspParser, chunks: Iterable<Bytes>): RtspMessage[] {
  const messages: RtspMessage[] = [];
  for (const chunk of chunks) {
    parser.push(chunk);
    for (let message = parser.next(); message; message = parser.next()) messages.push(message);
  }
  return messages;
}

function parse(bytes: Bytes): RtspMessage[] {
  return readAll(new RtspParser(), [bytes]);
}

/** Asserts that the bytes end the parser with that status, at once, whole and byte by byte. */
function assertDies(bytes: Bytes, status: number, words: string): void {
  for (const chunks of [[bytes], singles(bytes)]) {
    const parser = new RtspParser();
    const error = assertThrows(() => readAll(parser, chunks), RtspError, words);
    assertEquals([error.status, error.fatal, parser.dead], [status, true, true]);
    parser.push(crlf("OPTIONS * RTSP/1.0", "CSeq: 1", ""));
    assertEquals([parser.next(), parser.pending.length], [undefined, 0]);
  }
}

function singles(bytes: Bytes): Bytes[] {
  return Array.from(bytes, (_, at) => bytes.slice(at, at + 1));
}

Deno.test("RtspParser reads method, URL, version, headers and body of a request", () => {
  const [message] = parse(concatBytes([
    crlf("SET_PARAMETER rtsp://h/a RTSP/1.0", "CSeq: 9", "content-length:  2 ", ""),
    encodeText("hi"),
  ]));
  assert(message?.kind === "request");
  assertEquals([message.method, message.uri, message.version], ["SET_PARAMETER", "rtsp://h/a", "RTSP/1.0"]);
  assertEquals(message.headers.entries(), [["CSeq", "9"], ["content-length", "2"]]);
  assertEquals([new TextDecoder().decode(message.body), message.lineEnd], ["hi", "\r\n"]);
});

Deno.test("RtspParser reads status and reason of a response, the reason perhaps empty", () => {
  const messages = parse(crlf("RTSP/1.0 461 Unsupported transport", "", "RTSP/1.0 200", ""));
  const found = messages.map((message) => message.kind === "response" ? [message.status, message.reason] : []);
  assertEquals(found, [[461, "Unsupported transport"], [200, ""]]);
});

Deno.test("RtspParser reads every message of the corpus", () => {
  for (const { name, bytes, messages } of RTSP_CORPUS) assertEquals(parse(bytes).length, messages, name);
});

Deno.test("P17 RtspParser gives identical messages wherever the bytes are cut", () => {
  for (const { name, bytes } of RTSP_CORPUS) {
    const expected = parse(bytes).map(comparable);
    assertEquals(readAll(new RtspParser(), singles(bytes)).map(comparable), expected, `${name}, one byte at a time`);
    for (let cut = 1; cut < bytes.length; cut++) {
      const found = readAll(new RtspParser(), [bytes.slice(0, cut), bytes.slice(cut)]).map(comparable);
      assertEquals(found, expected, `${name}, cut at byte ${cut}`);
    }
  }
});

Deno.test("P03 RtspParser accepts CRLF and lone LF, also mixed, and no lone CR", () => {
  const [message] = parse(encodeText("OPTIONS * RTSP/1.0\nCSeq: 1\r\nA: b\n\r\n"));
  assert(message?.kind === "request");
  assertEquals([message.headers.entries(), message.lineEnd], [[["CSeq", "1"], ["A", "b"]], "\n"]);
  assertDies(encodeText("OPTIONS * RTSP/1.0\r\nCSeq: 1\rX: y\r\n\r\n"), 400, "lone CR");
});

Deno.test("P01 RtspParser refuses a blank before the method at its first byte", () => {
  assertDies(encodeText(" "), 400, "begins with byte 32");
  assertDies(encodeText("\tOPTIONS * RTSP/1.0\r\n\r\n"), 400, "begins with byte 9");
});

Deno.test("P02 RtspParser refuses NUL and other control characters where they stand", () => {
  for (const at of ["OPTIONS *\0", "OPTIONS * RTSP/1.0\r\nCSeq: 1\0", "OPTIONS * RTSP/1.0\r\nA: \x1b", "A\x7f"]) {
    assertDies(encodeText(at), 400, "control character");
  }
});

Deno.test("P04 RtspParser unfolds continued headers inside the head's limit", () => {
  const line = "x".repeat(390);
  const [message] = parse(crlf("OPTIONS * RTSP/1.0", "A: 1", ` ${line}`, `\t${line}`, ` ${line}`, ` ${line}`, ""));
  assert(message?.kind === "request");
  assertEquals(message.headers.get("A"), ["1", line, line, line, line].join(" "));
  assertDies(crlf("OPTIONS * RTSP/1.0", " folded: first", ""), 400, "header line 1");
});

Deno.test("P05 RtspParser refuses long names, long values, many headers and endless heads", () => {
  const start = "OPTIONS * RTSP/1.0";
  assertDies(crlf(start, `${"n".repeat(8192)}: v`, ""), 400, "name of 8192");
  assertDies(crlf(start, `A: ${"v".repeat(MAX_HEADER_VALUE + 1)}`, ""), 400, "8193 characters");
  assertDies(crlf(start, ...Array(MAX_HEADERS + 1).fill("A: b"), ""), 400, "more than 128 headers");
  assertDies(encodeText("O".repeat(MAX_HEAD_SIZE + 1)), 400, "head of more than");
  assertDies(encodeText(`${start}\r\nA: ${"v".repeat(64 * 1024)}`), 400, "head of more than");
});

Deno.test("P07 RtspParser refuses an unreadable or huge Content-Length without waiting", () => {
  const head = (length: string) => crlf("ANNOUNCE rtsp://h/a RTSP/1.0", `Content-Length: ${length}`, "");
  for (const length of ["-1", "0x10", "1e3", "5,5", "", "+5", "5 5"]) assertDies(head(length), 400, "Content-Length");
  for (const length of ["9007199254740993", "99999999999999999999", "999999999", "131073"]) {
    assertDies(head(length), 413, "Content-Length");
  }
});

Deno.test("P08 RtspParser refuses two Content-Length headers, equal or not", () => {
  for (const second of ["5", "6"]) {
    const head = crlf("ANNOUNCE * RTSP/1.0", "Content-Length: 5", `content-length: ${second}`, "");
    assertDies(head, 400, "given twice");
  }
});

Deno.test("P08 RtspParser never runs a request hidden behind a longer body", () => {
  const hidden = crlf("TEARDOWN rtsp://h/a RTSP/1.0", "CSeq: 2", "");
  for (const surplus of ["\r\n", " more\r\n", "v=0\r\n"]) {
    const parser = new RtspParser();
    parser.push(crlf("ANNOUNCE * RTSP/1.0", "Content-Length: 5", ""));
    parser.push(concatBytes([encodeText(`hello${surplus}`), hidden]));
    assertEquals(parser.next()?.kind, "request");
    assertThrows(() => parser.next(), RtspError);
    assertEquals(parser.next(), undefined);
  }
});

Deno.test("P13 RtspParser ends at the first line of HTTP, SSH and at the first byte of TLS", () => {
  assertDies(encodeText("GET / HTTP/1.1\r\n"), 400, "no RTSP version");
  assertDies(encodeText("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"), 400, "no RTSP version");
  assertDies(new Uint8Array([0x16]), 400, "byte 22");
});

Deno.test("RtspParser refuses start lines that are none, header lines without colon, and names that are no tokens", () => {
  assertDies(encodeText("RTSP/1.0 OK\r\n"), 400, "status line");
  assertDies(encodeText("OPTIONS RTSP/1.0\r\n"), 400, "has no URL");
  assertDies(encodeText("OPT(ONS * RTSP/1.0\r\n"), 400, "method");
  assertDies(crlf("OPTIONS * RTSP/1.0", "CSeq 1", ""), 400, "header line 1");
  assertDies(crlf("OPTIONS * RTSP/1.0", "A: b", "C Seq: 1", ""), 400, "header line 2");
});

Deno.test("R15 RtspParser dies at garbage after an interleaved frame and finds no request in it", () => {
  const parser = new RtspParser();
  parser.push(concatBytes([
    writeInterleaved(0, new Uint8Array(3)),
    new Uint8Array([0x80]),
    crlf("TEARDOWN rtsp://h/a RTSP/1.0", "CSeq: 1", ""),
  ]));
  assertEquals(parser.next()?.kind, "interleaved");
  assertThrows(() => {
    while (parser.next());
  }, RtspError);
  assertEquals(parser.next(), undefined);
});

Deno.test("RtspParser refuses more unread bytes than any message needs", () => {
  const parser = new RtspParser();
  parser.push(new Uint8Array(MAX_UNREAD_SIZE));
  assertEquals(assertThrows(() => parser.push(new Uint8Array(1)), RtspError).status, 413);
  assert(parser.dead);
});

Deno.test("RtspParser.pending holds the requests of the assignment, which have no end", () => {
  for (const text of LAB_CORPUS.filter((text) => !text.endsWith("\r\n\r\n"))) {
    const parser = new RtspParser();
    assertEquals(readAll(parser, singles(encodeText(text))), [], text);
    assertEquals(new TextDecoder().decode(parser.pending), text);
  }
});

Deno.test("RtspParser.takePending() removes as much as asked and parses what follows", () => {
  const parser = new RtspParser();
  const lab = "PLAY f RTSP/1.0\nCSeq: 2\nSession: 1\n";
  assertEquals(readAll(parser, [encodeText(`${lab}OPTIONS * `)]), []);
  assertEquals(new TextDecoder().decode(parser.takePending(lab.length)), lab);
  const [message] = readAll(parser, [crlf("RTSP/1.0", "CSeq: 3", "")]);
  assertEquals(message?.kind === "request" && message.headers.get("CSeq"), "3");
  assertEquals(parser.takePending().length, 0);
});

Deno.test("RtspParser.takePending() gives what stands behind the message read last", () => {
  const parser = new RtspParser();
  parser.push(encodeText("SETUP f RTSP/1.0\nCSeq: 1\n\nPLAY f RTSP/1.0\nCSeq: 2\n"));
  assertEquals(parser.next()?.kind, "request");
  assertEquals(new TextDecoder().decode(parser.takePending()), "PLAY f RTSP/1.0\nCSeq: 2\n");
  assertEquals([parser.next(), parser.pending.length], [undefined, 0]);
});

Deno.test("RtspParser.pending is empty while a body or an interleaved frame comes in", () => {
  const parser = new RtspParser();
  assertEquals(readAll(parser, [crlf("ANNOUNCE * RTSP/1.0", "Content-Length: 5", ""), encodeText("he")]), []);
  assertEquals(parser.pending.length, 0);
  assertEquals(readAll(parser, [encodeText("llo"), new Uint8Array([0x24, 0, 0])]).length, 1);
  assertEquals(parser.pending.length, 0);
});

Deno.test("RtspParser keeps bytes that are no UTF-8 out of harm", () => {
  const [message] = parse(concatBytes([
    encodeText("OPTIONS * RTSP/1.0\r\nUser-Agent: "),
    new Uint8Array([0xff, 0xc0, 0xaf]),
    encodeText("\r\n\r\n"),
  ]));
  assertEquals(message?.kind === "request" && message.headers.get("User-Agent"), "\uFFFD\uFFFD\uFFFD");
});
