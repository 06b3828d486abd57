import { assertEquals } from "@std/assert";
import { type Bytes, concatBytes } from "../../lib/core/bytes.ts";
import { quantizationForQuality } from "../../lib/jpeg/standard_tables.ts";
import { parseJpeg } from "../../lib/jpeg/parse.ts";
import { JpegDepacketizer, type ReceivedJpeg } from "../../lib/rtp/jpeg_depacketizer.ts";
import { packetizeJpeg } from "../../lib/rtp/jpeg_packetizer.ts";
import { type StripFrame, StripRepair } from "../../lib/rtp/strip_repair.ts";
import { framePackets } from "../support/rtp.ts";

const STRIPS = 12;
const TABLES = quantizationForQuality(50);

/** A scan of 12 strips, each filled with one number; `length` is that of strip n. */
function scanOf(fills: readonly number[], length: (strip: number) => number = () => 400): Bytes {
  return concatBytes(fills.flatMap((fill, strip) => {
    const bytes = new Uint8Array(length(strip)).fill(fill);
    return strip === 0 ? [bytes] : [Uint8Array.of(0xff, 0xd0 + (strip - 1) % 8), bytes];
  }));
}

/** 4 by 12 coded units of 16x16 pixels, a strip for each row. */
function frame(scan: Bytes, changes: Partial<StripFrame> = {}): StripFrame {
  return { type: 65, width: 64, height: 192, interval: 4, tables: TABLES, scan, ...changes };
}

function all(fill: number): number[] {
  return Array(STRIPS).fill(fill);
}

function repairer(): StripRepair {
  const repair = new StripRepair();
  repair.remember(frame(scanOf(all(1))));
  return repair;
}

/** What each strip of a repaired scan is filled with; 0 where it is not one number. */
function fillsOf(scan: Bytes | undefined): number[] | undefined {
  if (scan === undefined) return undefined;
  const fills: number[] = [];
  let start = 0;
  for (let at = 0; at <= scan.length; at++) {
    if (at < scan.length && scan[at] !== 0xff) continue;
    const strip = scan.subarray(start, at);
    fills.push(strip.every((byte) => byte === strip[0]) ? strip[0]! : 0);
    start = at + 2;
  }
  return fills;
}

Deno.test("StripRepair puts the strips before and behind a hole over the last picture", () => {
  const scan = scanOf(all(2), (strip) => 390 + strip);
  const pieces = [{ start: 0, end: 1388 }, { start: 2776, end: scan.length }];
  assertEquals(fillsOf(repairer().repair(frame(scan), pieces, true)), [2, 2, 2, 1, 1, 1, 1, 1, 2, 2, 2, 2]);
});

Deno.test("StripRepair takes what lies between two holes, or before an unknown end, for lost", () => {
  const scan = scanOf(all(2));
  const between = [{ start: 0, end: 900 }, { start: 1600, end: 3000 }, { start: 4000, end: scan.length }];
  assertEquals(fillsOf(repairer().repair(frame(scan), between, true)), [2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2]);
  const cut = [{ start: 0, end: 3000 }];
  assertEquals(fillsOf(repairer().repair(frame(scan), cut, false)), [2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1]);
  assertEquals(fillsOf(repairer().repair(frame(scan), between, false))?.lastIndexOf(2), 1);
});

Deno.test("StripRepair lays the next damaged picture over the repaired one", () => {
  const repair = repairer();
  repair.repair(frame(scanOf(all(2))), [{ start: 0, end: 2500 }], false);
  const fills = fillsOf(repair.repair(frame(scanOf(all(3))), [{ start: 0, end: 1000 }], false));
  assertEquals(fills, [3, 3, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1]);
});

Deno.test("StripRepair does nothing without a picture that is alike, or with numbers that do not fit", () => {
  const scan = scanOf(all(2));
  const pieces = [{ start: 0, end: 2000 }];
  assertEquals(new StripRepair().repair(frame(scan), pieces, false), undefined);
  for (const changes of [{ width: 48 }, { interval: 8 }, { type: 64 }, { tables: quantizationForQuality(51) }]) {
    assertEquals(repairer().repair(frame(scan, changes), pieces, false), undefined);
  }
  assertEquals(repairer().repair(frame(scan), [{ start: 100, end: 2000 }], false), undefined);
  assertEquals(repairer().repair(frame(scan), [{ start: 0, end: 100 }], false), undefined);
  const disordered = scan.slice();
  disordered[401] = 0xd3;
  assertEquals(repairer().repair(frame(disordered), pieces, false), undefined);
  const short = [{ start: 0, end: 450 }, { start: 4000, end: scan.length - 402 }];
  assertEquals(repairer().repair(frame(scan), short, true), undefined);
  const repair = repairer();
  repair.forget();
  assertEquals(repair.repair(frame(scan), pieces, false), undefined);
});

Deno.test("StripRepair remembers no frame whose strips are not those of its size", () => {
  for (const bad of [frame(scanOf(all(1).slice(1))), frame(scanOf(all(1)), { interval: 0 })]) {
    const repair = repairer();
    repair.remember(bad);
    assertEquals(repair.repair(frame(scanOf(all(2))), [{ start: 0, end: 2000 }], false), undefined);
  }
});

/** Receives a whole picture, and one of whose packets some are lost, and the beginning of a third. */
function receive(repair: boolean, lost: (packet: number) => boolean): { jpegs: ReceivedJpeg[]; end: JpegDepacketizer } {
  return receiveWith(new JpegDepacketizer({ repair }), lost);
}

/** The same by a receiver that `before` may change before each picture. */
function receiveWith(
  end: JpegDepacketizer,
  lost: (packet: number) => boolean,
  before: (picture: number) => void = () => {},
): { jpegs: ReceivedJpeg[]; end: JpegDepacketizer } {
  const jpegs: ReceivedJpeg[] = [];
  let sequence = 0;
  for (let picture = 1; picture <= 3; picture++) {
    before(picture);
    const { payloads } = packetizeJpeg({
      type: 65,
      width: 64,
      height: 192,
      restartInterval: 4,
      quantization: TABLES,
      scan: scanOf(all(picture)),
    });
    const packets = framePackets(payloads, picture * 3600, sequence);
    sequence += packets.length;
    packets.filter((_, at) => picture !== 2 || !lost(at)).forEach((packet) => {
      const jpeg = end.push(packet);
      if (jpeg) jpegs.push(jpeg);
    });
  }
  return { jpegs, end };
}

Deno.test("JpegDepacketizer shows the strips of a damaged frame, marked and counted, only where it is asked to", () => {
  const { jpegs, end } = receive(true, (packet) => packet === 1);
  assertEquals(jpegs.map(({ repaired = false }) => repaired), [false, true, false]);
  assertEquals(fillsOf(parseJpeg(jpegs[1]!.data).scans[0]!.data), [2, 2, 2, 1, 1, 1, 1, 2, 2, 2, 2, 2]);
  assertEquals([end.frames, end.repaired, end.damaged], [2, 1, 1]);
  const plain = receive(false, (packet) => packet === 1);
  assertEquals([plain.jpegs.length, plain.end.repaired, plain.end.damaged], [2, 0, 1]);
  assertEquals(receive(true, (packet) => packet === 0).jpegs.length, 2);
});

Deno.test("JpegDepacketizer.repair changes while frames come, and lays nothing over a picture of before", () => {
  const switched = (steps: Readonly<Record<number, boolean>>) => {
    const end = new JpegDepacketizer({ repair: steps[0] ?? false });
    const { jpegs } = receiveWith(end, (packet) => packet === 1, (picture) => end.repair = steps[picture] ?? false);
    return jpegs.map(({ repaired = false }) => repaired);
  };
  assertEquals(switched({ 1: true, 2: true, 3: true }), [false, true, false]);
  assertEquals(switched({ 0: true, 1: true, 2: false, 3: false }), [false, false]);
  assertEquals(switched({ 1: false, 2: true, 3: true }), [false, false]);
});
