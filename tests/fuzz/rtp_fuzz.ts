import { assert, assertEquals } from "@std/assert";
import { type Bytes, equalBytes } from "../../lib/core/bytes.ts";
import { InvalidDataError } from "../../lib/core/errors.ts";
import { type Random, seededRandom } from "../../lib/core/random.ts";
import { parseJpeg } from "../../lib/jpeg/parse.ts";
import { writeJpeg } from "../../lib/jpeg/write.ts";
import { JpegDepacketizer } from "../../lib/rtp/jpeg_depacketizer.ts";
import { packetizeJpeg } from "../../lib/rtp/jpeg_packetizer.ts";
import { LabDepacketizer } from "../../lib/rtp/lab_payload.ts";
import { parseRtpPacket, readRtpPacket, type RtpPacket, writeRtpPacket } from "../../lib/rtp/packet.ts";
import { Reception } from "../../lib/rtp/reception.ts";
import { ReorderBuffer } from "../../lib/rtp/reorder.ts";
import { parseRtcp, writeRtcp } from "../../lib/rtp/rtcp.ts";
import { LAB_SERVERS } from "../support/lab_packets.ts";
import { mutate } from "../support/mutate.ts";
import { NOTHING, onvifFrame, onvifParts, words } from "../support/onvif_packets.ts";
import { framePackets, madeUpPicture, readRecording } from "../support/rtp.ts";

const FRAMES = 6;
const PICTURES = Array.from({ length: FRAMES }, (_, seed) => madeUpPicture(700 * seed + 300, { seed }));
const JPEGS = PICTURES.map(writeJpeg);
const STREAM = PICTURES.flatMap((picture, index) => framePackets(packetizeJpeg(picture, 400).payloads, 3600 * index, 0))
  .map((packet, index) => ({ ...packet, sequence: (65530 + index) & 0xffff }));
const EXTENDED = extendedStream();
/** What a receiver makes of them when nothing is lost. */
const EXTENDED_JPEGS = received(EXTENDED);
const RECORDED = ["ffmpeg_420.rtp", "gstreamer_420_restart.rtp"].flatMap(readRecording);
const REPORTS = ["ffmpeg.rtcp", "gstreamer.rtcp"].flatMap(readRecording);

/** Frames whose header extensions are in one packet, spread over many, or say only what is different. */
function extendedStream(): RtpPacket[] {
  const [first, other] = [onvifParts("444"), onvifParts("420_optimized")];
  const bare = other.get("frame", "quantization", "scan");
  const spread = [0, 200, 400].map((at) => ({ extension: first.bytes.slice(at, at + 200) }));
  const frames = [
    [{ extension: first.bytes, data: first.scan.slice(0, 200) }, { data: first.scan.slice(200) }],
    [{ ...spread[0]!, data: NOTHING }, ...spread.slice(1), { extension: first.bytes.slice(600), data: first.scan }],
    [{ extension: other.bytes, data: other.scan }],
    [{ extension: bare, data: other.scan.slice(0, 99) }, { data: other.scan.slice(99) }],
    [{ extension: words([first.bytes, first.scan, Uint8Array.of(0xff, 0xd9)]), data: NOTHING }],
  ];
  let sequence = 65530;
  return [...frames, ...frames].flatMap((plans, index) => {
    const packets = onvifFrame(plans, 3600 * index, sequence & 0xffff);
    sequence += packets.length;
    return packets;
  });
}

function received(packets: readonly RtpPacket[]): Bytes[] {
  const depacketizer = new JpegDepacketizer();
  const jpegs = packets.map((packet) => depacketizer.push(packet)?.data).filter((data) => data !== undefined);
  assertEquals(depacketizer.damaged, 0);
  return jpegs;
}

/** Every reader of lib/rtp against mutated packets and a bad network. */
export function fuzzRtp(runs: number, seed: number): void {
  const random = seededRandom(seed);
  for (let run = 0; run < runs; run++) {
    const where = `seed ${seed}, run ${run}`;
    fuzzPacket(mutate(RECORDED[run % RECORDED.length]!, random), where);
    fuzzReport(mutate(REPORTS[run % REPORTS.length]!, random), where);
    if (run % 10 === 0) fuzzNetwork(random, where);
    if (run % 10 === 0) fuzzStream(random, where);
    if (run % 10 === 0) fuzzLab(random, where);
    if (run % 10 === 0) fuzzExtended(random, where);
  }
}

/** What is read can be written, and reads the same again. */
function fuzzPacket(bytes: Bytes, where: string): void {
  const packet = readRtpPacket(bytes);
  if (typeof packet !== "string") assertEquals(parseRtpPacket(writeRtpPacket(packet)), packet, where);
}

function fuzzReport(bytes: Bytes, where: string): void {
  try {
    const packets = parseRtcp(bytes);
    // A text that is no UTF-8 is read with replacement characters, and may become too long by them.
    if (JSON.stringify(packets).includes("\ufffd")) return;
    assertEquals(parseRtcp(writeRtcp(packets)), packets, where);
  } catch (error) {
    if (!(error instanceof InvalidDataError)) throw error;
  }
}

/** Packets lost, doubled and out of order: each picture that comes out is one that went in, in order. */
function fuzzNetwork(random: Random, where: string): void {
  const depacketizer = new JpegDepacketizer();
  const reorder = new ReorderBuffer();
  const direct = new JpegDepacketizer();
  let newest = -1;
  for (const packet of shake(STREAM, random)) {
    for (const ordered of reorder.push(packet, 0)) {
      const frame = depacketizer.push(ordered);
      if (!frame) continue;
      const index = JPEGS.findIndex((jpeg) => equalBytes(jpeg, frame.data));
      assert(index > newest, `${where}: frame ${index} after ${newest}`);
      newest = index;
    }
    const frame = direct.push(packet);
    if (frame) assert(JPEGS.some((jpeg) => equalBytes(jpeg, frame.data)), where);
  }
}

/** Packets with changed bytes on top: whatever comes out is a JPEG of the size that is said. */
function fuzzStream(random: Random, where: string): void {
  const reception = new Reception({ ssrc: 1, cname: "fuzz@host", payloadType: 26 });
  const reorder = new ReorderBuffer();
  const depacketizer = new JpegDepacketizer({ sizeOverride: { width: 60, height: 47 } });
  for (const packet of shake(STREAM, random)) {
    const bytes = writeRtpPacket(packet);
    const arrived = reception.read(random.uint32() % 4 === 0 ? mutate(bytes, random) : bytes, random.uint32() % 1000);
    for (const ordered of arrived ? reorder.push(arrived, 0) : []) {
      const frame = depacketizer.push(ordered);
      if (!frame) continue;
      const { width, height } = parseJpeg(frame.data);
      assertEquals([width, height], [frame.width, frame.height], where);
    }
  }
  parseRtcp(reception.writeReceiverReport(0));
  const counted = [...depacketizer.drops.values()].reduce((sum, count) => sum + count, 0);
  assertEquals(counted, depacketizer.damaged, where);
}

/** Header extensions on a bad network, some with changed bytes: what is untouched comes out as it went in, or not at all. */
function fuzzExtended(random: Random, where: string): void {
  const honest = new JpegDepacketizer();
  const hostile = new JpegDepacketizer();
  for (const packet of shake(EXTENDED, random)) {
    const frame = honest.push(packet);
    if (frame) assert(EXTENDED_JPEGS.some((data) => equalBytes(data, frame.data)), where);
    const { profile, data } = packet.extension!;
    const isChanged = random.uint32() % 4 === 0;
    const picture = hostile.push({
      ...packet,
      payload: isChanged ? mutate(packet.payload, random) : packet.payload,
      extension: { profile, data: isChanged && data.length > 4 ? mutate(data, random) : data },
    });
    if (picture === undefined) continue;
    const { width, height } = parseJpeg(picture.data);
    assertEquals([width, height], [picture.width, picture.height], where);
  }
}

function fuzzLab(random: Random, where: string): void {
  const { server } = LAB_SERVERS[random.uint32() % LAB_SERVERS.length]!;
  const depacketizer = new LabDepacketizer();
  const packets = server(JPEGS.map((jpeg) => random.uint32() % 8 === 0 ? mutate(jpeg, random) : jpeg));
  for (const packet of shake(packets, random)) {
    const payload = random.uint32() % 8 === 0 ? mutate(packet.payload, random) : packet.payload;
    const frame = depacketizer.push({ ...packet, payload });
    if (!frame) continue;
    const { width, height } = parseJpeg(frame.data);
    assertEquals([width, height], [frame.width, frame.height], where);
  }
}

/** A bad network: packets lost, doubled, and up to 20 places late. */
function shake(packets: readonly RtpPacket[], random: Random): RtpPacket[] {
  return packets.flatMap((packet, index) => {
    const luck = random.uint32() % 16;
    const late = { packet, at: index + (luck === 0 ? random.uint32() % 20 : 0) };
    return luck === 1 ? [] : luck === 2 ? [late, { packet, at: index + 3 }] : [late];
  }).sort((a, b) => a.at - b.at).map(({ packet }) => packet);
}

Deno.test("fuzzRtp() finds no crash and no picture that was not sent", () => {
  fuzzRtp(Number(Deno.env.get("FUZZ_RUNS") ?? 2000), Number(Deno.env.get("FUZZ_SEED") ?? 1));
});
