import { assert, assertEquals } from "@std/assert";
import { type Bytes, encodeText } from "../../lib/core/bytes.ts";
import { InvalidDataError } from "../../lib/core/errors.ts";
import { type Random, seededRandom } from "../../lib/core/random.ts";
import { checkRequest, requestUrl } from "../../lib/rtsp/check.ts";
import { formatRange, parseRange } from "../../lib/rtsp/headers/range.ts";
import { formatRtpInfo, parseRtpInfo } from "../../lib/rtsp/headers/rtp_info.ts";
import { formatSession, parseSession as parseSessionHeader } from "../../lib/rtsp/headers/session.ts";
import { formatTransport, parseTransport } from "../../lib/rtsp/headers/transport.ts";
import { isLabRequest, parseLabReply, parseLabRequest, toLabRequest, writeLabReply } from "../../lib/rtsp/lab.ts";
import { type RtspMessage, writeMessage } from "../../lib/rtsp/message.ts";
import { RtspParser } from "../../lib/rtsp/parser.ts";
import { describeSession, parseSession } from "../../lib/rtsp/sdp.ts";
import { RtspError } from "../../lib/rtsp/status.ts";
import { joinControl, parseRtspUrl, splitTrack } from "../../lib/rtsp/url.ts";
import { mutate } from "../support/mutate.ts";
import { comparable, LAB_CORPUS, RTSP_CORPUS } from "../support/rtsp_corpus.ts";

const WORDS = [
  ...'\r\n|\r\n\r\n|\n|\n\n| |: |;|,|=|-|"|$\0\0\x04|RTSP/1.0|RTSP/1.0 200 OK\r\n|CSeq: 1\r\n|Content-Length: 5\r\n|\0|\r'
    .split("|"),
  ..."OPTIONS * RTSP/1.0\r\n|PLAY f RTSP/1.0\n|npt=|now|0-1|client_port=|interleaved=|rtsp://|%00|%2e|..|/track1|?|[|@"
    .split("|"),
].map(encodeText);

const HEADERS = [
  'RTP/AVP;unicast;client_port=4588-4589,RTP/AVP/TCP;interleaved=0-1;mode="PLAY";ssrc=1A2B',
  "npt=1:02:03.25-7200.5;time=19970123T143720Z",
  "clock=19961108T142300Z-19961108T143520.25Z",
  "smpte-25=0:00:01:05.10-0:01:00",
  "0123456789abcdef;timeout=55",
  "url=rtsp://h/a/track1;seq=45102;rtptime=12345678,url=rtsp://h/a/track2;seq=1;rtptime=2",
].map(encodeText);

const URLS = ["rtsp://user:pass@host.example:8554/films/a%20b.mjpeg/track1?fps=5", "rtsp://[fe80::1]/ü//track1/"].map(
  encodeText,
);

const DESCRIPTIONS = [false, true].map((live) =>
  encodeText(describeSession({ name: "a", address: "::1", duration: 5, frameRate: 25, width: 2560, height: 33, live }))
);

/** Every reader of lib/rtsp against mutated input: it reads, or refuses with the error it documents. */
export function fuzzRtsp(runs: number, seed: number): void {
  const random = seededRandom(seed);
  const pick = (from: readonly Bytes[]) => mutate(from[random.uint32() % from.length]!, random, WORDS);
  for (let run = 0; run < runs; run++) {
    const where = `seed ${seed}, run ${run}`;
    fuzzStream(pick([...RTSP_CORPUS.map(({ bytes }) => bytes), ...LAB_CORPUS.map(encodeText)]), random, where);
    fuzzHeader(new TextDecoder().decode(pick(HEADERS)), where);
    fuzzUrl(new TextDecoder().decode(pick(URLS)), where);
    fuzzLab(pick(LAB_CORPUS.map(encodeText)));
    tolerant(() => parseSession(new TextDecoder().decode(pick(DESCRIPTIONS))), InvalidDataError);
  }
}

function tolerant(body: () => void, refusal: new (...args: never[]) => Error = RtspError): void {
  try {
    body();
  } catch (error) {
    if (!(error instanceof refusal)) throw error;
  }
}

/** Messages and the status of the error that ended them, if one did, when the bytes come in parts of `next()` bytes. */
function readStream(bytes: Bytes, next: () => number): { messages: RtspMessage[]; status?: number } {
  const parser = new RtspParser();
  const messages: RtspMessage[] = [];
  try {
    for (let at = 0; at < bytes.length;) {
      const end = at + next();
      parser.push(bytes.subarray(at, end));
      at = end;
      for (let message = parser.next(); message; message = parser.next()) messages.push(message);
    }
  } catch (error) {
    assert(error instanceof RtspError && error.fatal);
    return { messages, status: error.status };
  }
  return { messages };
}

function fuzzStream(bytes: Bytes, random: Random, where: string): void {
  const whole = readStream(bytes, () => bytes.length);
  const parts = readStream(bytes, () => 1 + random.uint32() % 7);
  assertEquals(parts.messages.map(comparable), whole.messages.map(comparable), where);
  assertEquals(parts.status, whole.status, where);
  for (const message of whole.messages) {
    if (message.kind === "interleaved") continue;
    if (message.kind === "request") {
      tolerant(() => checkRequest(message));
      tolerant(() => requestUrl(message));
      if (isLabRequest(message, true)) toLabRequest(message);
    }
    if (message.kind === "response" && message.status < 100) continue;
    const written = writeMessage(message);
    const { messages: [again, ...more], status } = readStream(written, () => written.length);
    assertEquals([status, more.length], [undefined, 0], where);
    assert(again && again.kind === message.kind, where);
    assertEquals(writeMessage(again), written, where);
  }
}

function fuzzHeader(text: string, where: string): void {
  tolerant(() => {
    const canonical = parseTransport(text).map(formatTransport).join(",");
    assertEquals(parseTransport(canonical).map(formatTransport).join(","), canonical, where);
  });
  tolerant(() => {
    const canonical = formatRange(parseRange(text));
    assertEquals(formatRange(parseRange(canonical)), canonical, where);
  });
  tolerant(() => {
    const value = parseSessionHeader(text);
    assertEquals(parseSessionHeader(formatSession(value)), value, where);
  });
  const entries = parseRtpInfo(formatRtpInfo(parseRtpInfo(text)));
  assertEquals(parseRtpInfo(formatRtpInfo(entries)), entries, where);
}

function fuzzUrl(text: string, where: string): void {
  tolerant(() => {
    const { href, path, query, host, port } = parseRtspUrl(text);
    const again = parseRtspUrl(href);
    assertEquals([again.href, again.path, again.host, again.port], [href, path, host, port], where);
    assert(!/[\0-\x20"<>\x7f-\uffff]/.test(href), where);
    assert(!/\p{Cc}/u.test(path) && !path.split("/").includes(".."), where);
    splitTrack(path, query);
    parseRtspUrl(joinControl(href, text));
  });
}

function fuzzLab(bytes: Bytes): void {
  for (const known of [false, true]) {
    const request = parseLabRequest(bytes, { known });
    if (typeof request === "string") continue;
    assert(request.length > 0 && request.length <= bytes.length);
    const reply = parseLabReply(writeLabReply(request, 200, "123456", request.extra));
    assert(typeof reply === "object" && reply.session === "123456");
  }
  const reply = parseLabReply(bytes);
  assert(typeof reply === "string" || reply.length <= bytes.length);
}

Deno.test("fuzzRtsp() finds no crash and no reading that its writer refuses", () => {
  fuzzRtsp(Number(Deno.env.get("FUZZ_RUNS") ?? 2000), Number(Deno.env.get("FUZZ_SEED") ?? 1));
});
