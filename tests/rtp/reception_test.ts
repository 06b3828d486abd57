import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { writeRtpPacket } from "../../lib/rtp/packet.ts";
import { Reception, type ReceptionVerdict } from "../../lib/rtp/reception.ts";
import { ntpFromUnix, parseRtcp, type SenderReport } from "../../lib/rtp/rtcp.ts";
import { rtpPacket } from "../support/rtp.ts";

const WALL_TIME = Date.UTC(2024, 0, 1);

function reception(changes: { payloadType?: number } = {}): Reception {
  return new Reception({ ssrc: 99, cname: "viewer@host", ...changes });
}

/** Lets packets with these numbers come in, one each millisecond. */
function receive(target: Reception, sequences: number[], ssrc = 1): ReceptionVerdict[] {
  return sequences.map((sequence, index) => target.received(rtpPacket({ sequence, ssrc }), index));
}

function senderReport(changes: Partial<SenderReport> = {}): SenderReport {
  return {
    kind: "sender-report",
    ssrc: 1,
    ntp: ntpFromUnix(WALL_TIME),
    rtpTimestamp: 0,
    packetCount: 0,
    octetCount: 0,
    reports: [],
    ...changes,
  };
}

Deno.test("R02 Reception counts loss, duplicates and reordering apart", () => {
  const target = reception();
  assertEquals(receive(target, [65534, 0, 65535, 65535, 3]), ["ok", "ok", "reordered", "duplicate", "ok"]);
  const { received, lost, duplicates, reordered } = target.stats;
  assertEquals([received, lost, duplicates, reordered], [4, 2, 1, 1]);
});

Deno.test("R02 Reception finds no loss in a jump of the numbers", () => {
  for (const jump of [3000, 0x8000, 40_000]) {
    const target = reception();
    assertEquals(receive(target, [0, 1, jump + 1, jump + 2, jump + 3]), ["ok", "ok", "jump", "ok", "ok"]);
    assertEquals([target.stats.lost, target.stats.received], [0, 4]);
  }
});

Deno.test("R02 Reception remembers the loss of before a jump", () => {
  const target = reception();
  receive(target, [0, 3, 20_000, 20_001, 20_003]);
  assertEquals(target.stats.lost, 3);
});

Deno.test("R03 Reception lets another source take over after two packets in order", () => {
  const target = reception();
  receive(target, [10, 11]);
  assertEquals(receive(target, [500, 700, 701, 702], 2), ["other source", "other source", "ok", "ok"]);
  assertEquals(target.ssrc, 2);
  assertEquals(receive(target, [12], 1), ["other source"]);
  assertEquals([...target.drops], [["other source", 3]]);
});

Deno.test("R03 Reception keeps its source against many others that send one packet each", () => {
  const target = reception();
  receive(target, [10]);
  for (let ssrc = 2; ssrc < 500; ssrc++) receive(target, [0], ssrc);
  assertEquals([target.ssrc, target.stats.lost], [1, 0]);
});

Deno.test("R04 Reception drops other payload types and RTCP on the RTP channel", () => {
  const target = reception({ payloadType: 26 });
  assertEquals(target.received(rtpPacket({ payloadType: 96 }), 0), "other payload type");
  const rtcp = target.writeReceiverReport(0);
  assertEquals(target.read(rtcp, 0), undefined);
  assertEquals(target.drops.get("other payload type"), 2);
  assertEquals(target.ssrc, undefined);
});

Deno.test("R01 Reception.read() counts what is no RTP by its fault and hands on the rest", () => {
  const target = reception();
  const packet = rtpPacket({ sequence: 4, payload: Uint8Array.of(1, 2) });
  assertEquals(target.read(new Uint8Array(3), 0), undefined);
  assertEquals(target.read(writeRtpPacket(packet), 0), packet);
  assertEquals(target.read(writeRtpPacket(packet), 1), undefined);
  assertEquals([...target.drops], [["shorter than an RTP header", 1], ["duplicate", 1]]);
});

Deno.test("Reception measures jitter as RFC 3550 A.8 does", () => {
  const target = reception();
  // Frames 40 ms apart by timestamp; the third comes 8 ms late, the fourth in time again.
  [0, 40, 88, 120].forEach((arrival, index) => {
    target.received(rtpPacket({ sequence: index, timestamp: 0xfffffff0 + 3600 * index }), 5000 + arrival);
  });
  const afterLate = 720 / 16;
  const expected = afterLate + (720 - afterLate) / 16;
  assertAlmostEquals(target.stats.jitterMs, expected / 90, 1e-9);
  assertEquals(target.report(6000)?.jitter, Math.floor(expected));
});

Deno.test("Reception.report() tells loss since the last report and in all", () => {
  const target = reception();
  receive(target, [0, 1, 2, 4]);
  const first = target.report(0)!;
  assertEquals([first.fractionLost, first.cumulativeLost, first.highestSequence], [Math.floor(256 / 5), 1, 4]);
  receive(target, [5, 6]);
  const second = target.report(0)!;
  assertEquals([second.fractionLost, second.cumulativeLost, second.highestSequence], [0, 1, 6]);
  receive(target, [6, 6, 6]);
  assertEquals([target.report(0)!.fractionLost, target.report(0)!.cumulativeLost], [0, -2]);
});

Deno.test("Reception.report() counts wraps of the numbers", () => {
  const target = reception();
  receive(target, [65535, 0, 1]);
  assertEquals(target.report(0)!.highestSequence, 0x10001);
});

Deno.test("Reception.report() echoes the last sender report and its age", () => {
  const target = reception();
  receive(target, [0]);
  assertEquals(target.report(0)!.lastSenderReport, 0);
  const ntp = { seconds: 0xb44db705, fraction: 0x20000000 };
  assertEquals(target.senderReport(senderReport({ ntp }), 1000), true);
  const block = target.report(1000 + 5250)!;
  assertEquals([block.lastSenderReport, block.delaySinceLastSenderReport], [0xb7052000, 0x00054000]);
});

Deno.test("R06 Reception ignores sender reports of others and those without a time", () => {
  const target = reception();
  assertEquals(target.senderReport(senderReport(), 0), false);
  receive(target, [0]);
  assertEquals(target.senderReport(senderReport({ ssrc: 2 }), 0), false);
  assertEquals(target.senderReport(senderReport({ ntp: { seconds: 0, fraction: 0 } }), 0), false);
  assertEquals(target.report(0)!.lastSenderReport, 0);
});

Deno.test("Reception.senderTime() maps timestamps to the sender's clock", () => {
  const target = reception();
  receive(target, [0]);
  assertEquals(target.senderTime(0, WALL_TIME), undefined);
  target.senderReport(senderReport({ rtpTimestamp: 0xfffffff0 }), 0);
  assertAlmostEquals(target.senderTime(90_000 - 16, WALL_TIME)!, WALL_TIME + 1000, 0.001);
  assertAlmostEquals(target.senderTime(0xfffffff0 - 90_000, WALL_TIME)!, WALL_TIME - 1000, 0.001);
});

Deno.test("R06 Reception.senderTime() does not believe a clock of the year 2200, or one that counts from 0", () => {
  const target = reception();
  receive(target, [0]);
  for (const ntp of [ntpFromUnix(Date.UTC(2200, 0, 1)), { seconds: 3600, fraction: 0 }]) {
    target.senderReport(senderReport({ ntp }), 0);
    assertEquals(target.senderTime(0, WALL_TIME), undefined);
  }
});

Deno.test("R06 Reception.goodbye() believes only the BYE of its own source", () => {
  const target = reception();
  assertEquals(target.goodbye({ kind: "goodbye", ssrcs: [1] }), false);
  receive(target, [0]);
  assertEquals(target.goodbye({ kind: "goodbye", ssrcs: [2, 3] }), false);
  assertEquals(target.goodbye({ kind: "goodbye", ssrcs: [2, 1] }), true);
});

Deno.test("Reception.writeReceiverReport() writes RR and SDES, empty before the first packet", () => {
  const target = reception();
  assert(target.due(0));
  const [empty, description] = parseRtcp(target.writeReceiverReport(0));
  assertEquals(empty, { kind: "receiver-report", ssrc: 99, reports: [] });
  assertEquals(description, {
    kind: "source-description",
    chunks: [{ ssrc: 99, items: [{ type: 1, text: "viewer@host" }] }],
  });
  assertEquals([target.nextDeadline, target.due(4999), target.due(5000)], [5000, false, true]);
  receive(target, [0, 1]);
  const [report] = parseRtcp(target.writeReceiverReport(5000));
  assertEquals(report?.kind === "receiver-report" && report.reports.map(({ ssrc }) => ssrc), [1]);
});
