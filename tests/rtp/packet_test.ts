import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import type { Bytes } from "../../lib/core/bytes.ts";
import { InvalidDataError } from "../../lib/core/errors.ts";
import {
  parseRtpPacket,
  readRtpPacket,
  RTP_HEADER_SIZE,
  type RtpFault,
  type RtpPacket,
  writeRtpHeader,
  writeRtpPacket,
} from "../../lib/rtp/packet.ts";
import { readRecording, rtpPacket } from "../support/rtp.ts";

function hex(text: string): Bytes {
  return Uint8Array.from(text.match(/[0-9a-f]{2}/g) ?? [], (digits) => parseInt(digits, 16));
}

const CASES: { name: string; bytes: string; packet: RtpPacket }[] = [
  {
    name: "a bare header",
    bytes: "80 1a 0001 00000002 00000003",
    packet: rtpPacket({ sequence: 1, timestamp: 2, ssrc: 3 }),
  },
  {
    name: "marker and largest numbers",
    bytes: "80 ff ffff ffffffff ffffffff 01",
    packet: rtpPacket({
      marker: true,
      payloadType: 127,
      sequence: 0xffff,
      timestamp: 0xffffffff,
      ssrc: 0xffffffff,
      payload: hex("01"),
    }),
  },
  {
    name: "two CSRCs",
    bytes: "82 1a 0000 00000000 00000001 80000000 00000002 ab",
    packet: rtpPacket({ csrcs: [0x80000000, 2], payload: hex("ab") }),
  },
  {
    name: "the ONVIF header extension on a frame's first packet",
    bytes: "90 1a 0000 00000000 00000001 ffd8 0001 01020304 ab",
    packet: rtpPacket({ extension: { profile: 0xffd8, data: hex("01020304") }, payload: hex("ab") }),
  },
  {
    name: "an empty extension",
    bytes: "90 1a 0000 00000000 00000001 ffff 0000 ab",
    packet: rtpPacket({ extension: { profile: 0xffff, data: hex("") }, payload: hex("ab") }),
  },
];

for (const { name, bytes, packet } of CASES) {
  Deno.test(`parseRtpPacket() and writeRtpPacket() agree on ${name}`, () => {
    assertEquals(parseRtpPacket(hex(bytes)), packet);
    assertEquals(writeRtpPacket(packet), hex(bytes));
  });
}

Deno.test("parseRtpPacket() takes padding off", () => {
  const packet = parseRtpPacket(hex("a0 1a 0000 00000000 00000001 abcd 000003"));
  assertEquals(packet.payload, hex("abcd"));
  assertEquals(parseRtpPacket(hex("a0 1a 0000 00000000 00000001 01")).payload.length, 0);
});

const FAULTS: { name: string; bytes: string; fault: RtpFault }[] = [
  { name: "11 bytes", bytes: "80 1a 0001 00000002 000000", fault: "shorter than an RTP header" },
  { name: "nothing", bytes: "", fault: "shorter than an RTP header" },
  { name: "version 1", bytes: "40 1a 0001 00000002 00000003", fault: "not RTP version 2" },
  { name: "version 3", bytes: "c0 1a 0001 00000002 00000003", fault: "not RTP version 2" },
  {
    name: "a CSRC count beyond the end",
    bytes: "81 1a 0001 00000002 00000003 000000",
    fault: "CSRC list past the end",
  },
  {
    name: "an extension header beyond the end",
    bytes: "90 1a 0001 00000002 00000003 ffd800",
    fault: "header extension past the end",
  },
  {
    name: "an extension beyond the end",
    bytes: "90 1a 0001 00000002 00000003 ffd80002 00000000",
    fault: "header extension past the end",
  },
  { name: "padding 0", bytes: "a0 1a 0001 00000002 00000003 00", fault: "padding past the end" },
  { name: "padding over the payload", bytes: "a0 1a 0001 00000002 00000003 02", fault: "padding past the end" },
  { name: "padding of nothing", bytes: "a0 1a 0001 00000002 00000003", fault: "padding past the end" },
];

for (const { name, bytes, fault } of FAULTS) {
  Deno.test(`R01 readRtpPacket() names the fault of ${name}`, () => {
    assertEquals(readRtpPacket(hex(bytes)), fault);
    assertThrows(() => parseRtpPacket(hex(bytes)), InvalidDataError, fault);
  });
}

Deno.test("writeRtpPacket() refuses what its length fields cannot say", () => {
  assertThrows(() => writeRtpPacket(rtpPacket({ csrcs: new Array(16).fill(0) })), RangeError, "16 CSRCs");
  const halfWord = { profile: 0, data: new Uint8Array(6) };
  assertThrows(() => writeRtpPacket(rtpPacket({ extension: halfWord })), RangeError, "6 bytes");
});

Deno.test("writeRtpHeader() writes in place and nothing beside", () => {
  const target = new Uint8Array(RTP_HEADER_SIZE + 2).fill(0xee);
  writeRtpHeader(target, 1, { marker: true, payloadType: 26, sequence: 0x10203, timestamp: 4, ssrc: 5 });
  assertEquals(target, hex("ee 80 9a 0203 00000004 00000005 ee"));
});

Deno.test("parseRtpPacket() gives back whatever writeRtpPacket() wrote", () => {
  const bytes = (maxLength: number) => fc.uint8Array({ maxLength }).map((array) => Uint8Array.from(array));
  const uint32 = fc.integer({ min: 0, max: 0xffffffff });
  const packets = fc.record({
    marker: fc.boolean(),
    payloadType: fc.integer({ min: 0, max: 127 }),
    sequence: fc.integer({ min: 0, max: 0xffff }),
    timestamp: uint32,
    ssrc: uint32,
    csrcs: fc.array(uint32, { maxLength: 15 }),
    extension: fc.record({
      profile: fc.integer({ min: 0, max: 0xffff }),
      data: fc.integer({ min: 0, max: 9 }).map((words) => new Uint8Array(4 * words).fill(words)),
    }),
    payload: bytes(100),
  }, { requiredKeys: ["marker", "payloadType", "sequence", "timestamp", "ssrc", "csrcs", "payload"] });
  fc.assert(
    fc.property(packets, (packet) => assertEquals(parseRtpPacket(writeRtpPacket(packet as RtpPacket)), packet)),
  );
});

Deno.test("R01 readRtpPacket() answers every cut of a packet", () => {
  const whole = hex("b2 1a 0000 00000000 00000001 00000001 00000002 ffd8 0001 01020304 ab 01");
  for (let length = 0; length < whole.length; length++) readRtpPacket(whole.subarray(0, length));
  assertEquals(parseRtpPacket(whole).payload, hex("ab"));
});

Deno.test("parseRtpPacket() reads the packets of FFmpeg and GStreamer", () => {
  // GStreamer's source gave no times: both frames have the same.
  for (const [name, step] of [["ffmpeg_420.rtp", 18000], ["gstreamer_420.rtp", 0]] as const) {
    const packets = readRecording(name).map((bytes) => parseRtpPacket(bytes));
    assertEquals(packets.map(({ marker }) => marker), [false, false, true, false, false, true]);
    assert(packets.every(({ payloadType, ssrc }) => payloadType === 26 && ssrc === packets[0]!.ssrc));
    assertEquals(packets.map(({ sequence }) => (sequence - packets[0]!.sequence) & 0xffff), [0, 1, 2, 3, 4, 5]);
    assertEquals((packets[3]!.timestamp - packets[0]!.timestamp) | 0, step);
  }
});
