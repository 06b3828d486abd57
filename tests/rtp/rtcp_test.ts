import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { type Bytes, concatBytes } from "../../lib/core/bytes.ts";
import { InvalidDataError } from "../../lib/core/errors.ts";
import { parseRtcp, type ReportBlock, type RtcpPacket, unixFromNtp, writeRtcp } from "../../lib/rtp/rtcp.ts";
import { readRecording } from "../support/rtp.ts";

function hex(text: string): Bytes {
  return Uint8Array.from(text.match(/[0-9a-f]{2}/g) ?? [], (digits) => parseInt(digits, 16));
}

const EMPTY_RR = "80c90001 00000001";
const emptyReport: RtcpPacket = { kind: "receiver-report", ssrc: 1, reports: [] };
const block: ReportBlock = {
  ssrc: 2,
  fractionLost: 64,
  cumulativeLost: -3,
  highestSequence: 0x0001fffe,
  jitter: 5,
  lastSenderReport: 0xb7052000,
  delaySinceLastSenderReport: 0x00054000,
};
const BLOCK = "00000002 40fffffd 0001fffe 00000005 b7052000 00054000";

const CASES: { name: string; bytes: string; packets: RtcpPacket[] }[] = [
  { name: "an empty receiver report", bytes: EMPTY_RR, packets: [emptyReport] },
  {
    name: "a sender report with a block and a name",
    bytes: `81c8000c 00000001 b44db705 20000000 00015f90 00000007 00000400 ${BLOCK}
      81ca0003 00000001 01026162 00000000`,
    packets: [
      {
        kind: "sender-report",
        ssrc: 1,
        ntp: { seconds: 0xb44db705, fraction: 0x20000000 },
        rtpTimestamp: 90_000,
        packetCount: 7,
        octetCount: 1024,
        reports: [block],
      },
      { kind: "source-description", chunks: [{ ssrc: 1, items: [{ type: 1, text: "ab" }] }] },
    ],
  },
  {
    name: "a receiver report with two blocks",
    bytes: `82c9000d 00000001 ${BLOCK} ${BLOCK}`,
    packets: [{ kind: "receiver-report", ssrc: 1, reports: [block, block] }],
  },
  {
    name: "two chunks with several items and UTF-8",
    bytes: `${EMPTY_RR} 82ca0006 00000001 0102c3a906017800 00000002 0103616263000000`,
    packets: [emptyReport, {
      kind: "source-description",
      chunks: [
        { ssrc: 1, items: [{ type: 1, text: "\xe9" }, { type: 6, text: "x" }] },
        { ssrc: 2, items: [{ type: 1, text: "abc" }] },
      ],
    }],
  },
  {
    name: "BYE without and with a reason",
    bytes: `${EMPTY_RR} 81cb0001 00000001 82cb0004 00000001 00000002 03656e64 80cb0000`.replace("0004", "0003"),
    packets: [
      emptyReport,
      { kind: "goodbye", ssrcs: [1] },
      { kind: "goodbye", ssrcs: [1, 2], reason: "end" },
      { kind: "goodbye", ssrcs: [] },
    ],
  },
  {
    name: "APP and an unknown type",
    bytes: `${EMPTY_RR} 85cc0003 00000001 61626364 01020304 83cd0001 0a0b0c0d`,
    packets: [
      emptyReport,
      { kind: "application", subtype: 5, ssrc: 1, name: "abcd", data: hex("01020304") },
      { kind: "unknown", packetType: 205, count: 3, data: hex("0a0b0c0d") },
    ],
  },
];

for (const { name, bytes, packets } of CASES) {
  Deno.test(`parseRtcp() and writeRtcp() agree on ${name}`, () => {
    assertEquals(parseRtcp(hex(bytes)), packets);
    assertEquals(writeRtcp(packets), hex(bytes));
  });
}

Deno.test("parseRtcp() passes over profile extensions of reports and padding of the last packet", () => {
  assertEquals(parseRtcp(hex("80c90002 00000001 deadbeef")), [emptyReport]);
  assertEquals(parseRtcp(hex(`${EMPTY_RR} a1cb0002 00000001 00000004`)), [
    emptyReport,
    { kind: "goodbye", ssrcs: [1] },
  ]);
});

const INVALID: { name: string; bytes: string; words: string }[] = [
  { name: "nothing", bytes: "", words: "it is empty" },
  { name: "half a header", bytes: "80c9", words: "RTCP compound packet" },
  { name: "a length past the end", bytes: "80c90002 00000001", words: "8 bytes of RTCP compound packet: 4 are left" },
  { name: "version 1", bytes: "40c90001 00000001", words: "not version 2" },
  { name: "a second packet of version 0", bytes: `${EMPTY_RR} 00c90001 00000001`, words: "not version 2" },
  { name: "SDES first", bytes: "81ca0003 00000001 01026162 00000000", words: "starts with packet type 202" },
  { name: "RTP", bytes: "801a0001 00000002 00000003 ", words: "packet type 26" },
  { name: "a report without its SSRC", bytes: "80c90000", words: "4 bytes of RR" },
  { name: "report blocks past the end", bytes: `82c90007 00000001 ${BLOCK}`, words: "bytes of RR" },
  { name: "an SDES text past the end", bytes: `${EMPTY_RR} 81ca0002 00000001 01ff6162`, words: "255 bytes of SDES" },
  { name: "an SDES list without end", bytes: `${EMPTY_RR} 81ca0002 00000001 01026162`, words: "1 bytes of SDES" },
  { name: "more SDES chunks than there are", bytes: `${EMPTY_RR} 9fca0002 00000001 00000000`, words: "of SDES" },
  { name: "a BYE reason past the end", bytes: `${EMPTY_RR} 81cb0002 00000001 04656e64`, words: "4 bytes of BYE" },
  { name: "more BYE sources than there are", bytes: `${EMPTY_RR} 82cb0001 00000001`, words: "4 bytes of BYE" },
  { name: "APP without a name", bytes: `${EMPTY_RR} 80cc0001 00000001`, words: "4 bytes of APP" },
  { name: "padding inside", bytes: `a0c90002 00000001 00000004 ${EMPTY_RR}`, words: "padding before the end" },
  { name: "padding 0", bytes: "a0c90002 00000001 00000000", words: "padding of 0" },
  { name: "padding of odd length", bytes: "a0c90002 00000001 00000003", words: "padding of 3" },
  { name: "padding over the packet", bytes: "a0c90002 00000001 0000000c", words: "padding of 12" },
  { name: "65 packets", bytes: EMPTY_RR.repeat(65), words: "over 64 packets" },
];

for (const { name, bytes, words } of INVALID) {
  Deno.test(`R05 parseRtcp() refuses ${name}`, () => {
    assertThrows(() => parseRtcp(hex(bytes)), InvalidDataError, words);
  });
}

Deno.test("writeRtcp() refuses what begins with no report or does not fit", () => {
  const goodbye = (reason: string): RtcpPacket[] => [emptyReport, { kind: "goodbye", ssrcs: [1], reason }];
  assertThrows(() => writeRtcp([{ kind: "goodbye", ssrcs: [1] }]), TypeError, "starts with goodbye");
  assertThrows(() => writeRtcp([]), TypeError, "starts with nothing");
  assertThrows(() => writeRtcp(goodbye("x".repeat(256))), RangeError, "256 bytes");
  assertThrows(
    () => writeRtcp([{ kind: "receiver-report", ssrc: 1, reports: new Array(32).fill(block) }]),
    RangeError,
    "32 entries",
  );
  assertThrows(
    () => writeRtcp([emptyReport, { kind: "unknown", packetType: 205, count: 0, data: new Uint8Array(3) }]),
    RangeError,
    "3 bytes",
  );
  assertThrows(
    () => writeRtcp([emptyReport, { kind: "application", subtype: 0, ssrc: 1, name: "abc", data: new Uint8Array() }]),
    RangeError,
    'the name "abc"',
  );
});

Deno.test("parseRtcp() gives back whatever writeRtcp() wrote", () => {
  const uint32 = fc.integer({ min: 0, max: 0xffffffff });
  const text = fc.string({ maxLength: 40, unit: "grapheme-composite" });
  const words = fc.uint8Array({ maxLength: 8 }).map((bytes) => concatBytes([bytes, bytes, bytes, bytes]));
  const reports = fc.array(
    fc.record({
      ssrc: uint32,
      fractionLost: fc.integer({ min: 0, max: 255 }),
      cumulativeLost: fc.integer({ min: -0x800000, max: 0x7fffff }),
      highestSequence: uint32,
      jitter: uint32,
      lastSenderReport: uint32,
      delaySinceLastSenderReport: uint32,
    }),
    { maxLength: 31 },
  );
  const item = fc.record({ type: fc.integer({ min: 1, max: 255 }), text });
  const chunks = fc.array(fc.record({ ssrc: uint32, items: fc.array(item, { maxLength: 5 }) }), { maxLength: 31 });
  const ssrcs = fc.array(uint32, { maxLength: 31 });
  const count = fc.integer({ min: 0, max: 31 });
  const any: fc.Arbitrary<RtcpPacket> = fc.oneof(
    fc.record({ kind: fc.constant("receiver-report" as const), ssrc: uint32, reports }),
    fc.record({ kind: fc.constant("source-description" as const), chunks }),
    fc.record({ kind: fc.constant("goodbye" as const), ssrcs, reason: text }),
    fc.record({ kind: fc.constant("goodbye" as const), ssrcs }),
    fc.record({
      kind: fc.constant("application" as const),
      subtype: count,
      ssrc: uint32,
      name: fc.uint8Array({ minLength: 4, maxLength: 4 }).map((bytes) => String.fromCharCode(...bytes)),
      data: words,
    }),
    fc.record({
      kind: fc.constant("unknown" as const),
      packetType: fc.integer({ min: 205, max: 255 }),
      count,
      data: words,
    }),
  );
  fc.assert(fc.property(fc.array(any, { maxLength: 6 }), (packets) => {
    assertEquals(parseRtcp(writeRtcp([emptyReport, ...packets])), [emptyReport, ...packets]);
  }));
});

Deno.test("parseRtcp() and writeRtcp() carry texts of 255 bytes and keep a byte order mark", () => {
  for (const reason of ["x".repeat(255), "\ufeffx", "\u20ac".repeat(85)]) {
    const packets: RtcpPacket[] = [emptyReport, { kind: "goodbye", ssrcs: [], reason }];
    assertEquals(parseRtcp(writeRtcp(packets)), packets);
  }
});

Deno.test("R05 parseRtcp() throws nothing but InvalidDataError for any cut", () => {
  const whole = hex(`${EMPTY_RR} 82ca0006 00000001 0101e90602787900 00000002 0103616263000000 81cb0001 00000001`);
  for (let length = 1; length < whole.length; length++) {
    if (length === 8 || length === 36) continue;
    assertThrows(() => parseRtcp(whole.subarray(0, length)), InvalidDataError);
  }
});

Deno.test("parseRtcp() reads the reports of FFmpeg and GStreamer", () => {
  const [ffmpeg] = parseRtcp(readRecording("ffmpeg.rtcp")[0]!);
  assertEquals(ffmpeg?.kind, "sender-report");
  const compound = parseRtcp(readRecording("gstreamer.rtcp")[0]!);
  assertEquals(compound.map(({ kind }) => kind), ["sender-report", "source-description", "goodbye"]);
  const [report, description] = compound;
  if (report?.kind !== "sender-report" || description?.kind !== "source-description") return;
  assertEquals([report.packetCount, new Date(unixFromNtp(report.ntp)).getUTCFullYear()], [90, 2026]);
  assertEquals(description.chunks[0]!.items.map(({ type }) => type), [1, 6]);
});
