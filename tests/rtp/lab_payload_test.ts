import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Bytes, ByteWriter, concatBytes } from "../../lib/core/bytes.ts";
import { writeJpeg } from "../../lib/jpeg/write.ts";
import type { ReceivedJpeg } from "../../lib/rtp/jpeg_depacketizer.ts";
import { packetizeJpeg } from "../../lib/rtp/jpeg_packetizer.ts";
import { LabDepacketizer } from "../../lib/rtp/lab_payload.ts";
import type { RtpPacket } from "../../lib/rtp/packet.ts";
import { addressed, cut, LAB_SERVERS, numberedOn, UNIX_SECONDS, whole } from "../support/lab_packets.ts";
import { framePackets, madeUpPicture, rtpPacket } from "../support/rtp.ts";

/** A whole JPEG with `length` bytes of scan, different for every `seed`. */
function jpeg(length: number, seed = 0): Bytes {
  return writeJpeg(madeUpPicture(length, { seed }));
}

function feed(depacketizer: LabDepacketizer, packets: readonly RtpPacket[]): ReceivedJpeg[] {
  return packets.map((packet) => depacketizer.push(packet)).filter((frame) => frame !== undefined);
}

for (const { form, server } of LAB_SERVERS) {
  Deno.test(`LabDepacketizer finds frames of any size in the form "${form}"`, () => {
    const lengths = fc.array(fc.integer({ min: 150, max: 9000 }), { minLength: 1, maxLength: 8 });
    fc.assert(fc.property(lengths, (list) => {
      const frames = [...list, 5000].map((length, index) => jpeg(length, index));
      const depacketizer = new LabDepacketizer();
      const received = feed(depacketizer, server(frames));
      assertEquals(received.map(({ data }) => data), frames);
      assertEquals([depacketizer.form, depacketizer.frames, depacketizer.damaged], [form, frames.length, 0]);
      assertEquals(depacketizer.lost, 0);
      assertEquals([received[0]!.width, received[0]!.height, received[0]!.timestamp], [64, 48, UNIX_SECONDS]);
    }));
  });

  if (form === "whole") continue;
  for (let missing = 0; missing < 3; missing++) {
    // Pieces that all look alike: nothing on the wire tells that one in the middle is missing.
    if (form === "same number" && missing === 1) continue;
    Deno.test(`LabDepacketizer drops a frame without piece ${missing} and goes on in the form "${form}"`, () => {
      const depacketizer = new LabDepacketizer();
      feed(depacketizer, server([jpeg(3000)]));
      const frames = [1, 2, 3].map((seed) => jpeg(3000, seed));
      const packets = server(frames).map((packet) => ({ ...packet, sequence: packet.sequence + 20 }));
      const received = feed(depacketizer, packets.filter((_, index) => index !== packets.length / 3 + missing));
      assertEquals(received.map(({ data }) => data), [frames[0], frames[2]]);
      assertEquals(depacketizer.damaged, 1);
    });
  }
}

Deno.test("LabDepacketizer hands RFC 2435 on", () => {
  const pictures = [0, 1, 2].map((seed) => madeUpPicture(5000, { seed }));
  const packets = pictures.flatMap((picture, i) => framePackets(packetizeJpeg(picture).payloads, i * 3600, 4 * i));
  const depacketizer = new LabDepacketizer();
  assertEquals(feed(depacketizer, packets).map(({ data }) => data), pictures.map(writeJpeg));
  assertEquals([depacketizer.form, depacketizer.frames, depacketizer.lost], ["RFC 2435", 3, 0]);
  feed(depacketizer, [packets[0]!, packets[2]!].map((packet) => ({ ...packet, timestamp: 1, sequence: 40 })));
  feed(depacketizer, [packets[4]!].map((packet) => ({ ...packet, timestamp: 2, sequence: 50 })));
  assertEquals([...depacketizer.drops], [["gap in the frame", 1]]);
});

Deno.test("LabDepacketizer tells RFC 2435 of a picture whose size reads like SOI from a counted piece", () => {
  const picture = madeUpPicture(100_000, { width: 2040, height: 1728 });
  const packets = framePackets(packetizeJpeg(picture).payloads, 0, 0);
  assertEquals([...packets[0]!.payload.subarray(6, 8)], [0xff, 0xd8]);
  assertEquals(feed(new LabDepacketizer(), packets).map(({ data }) => data), [writeJpeg(picture)]);
});

Deno.test("LabDepacketizer shows frames whose timestamps and numbers stand still or go back", () => {
  const depacketizer = new LabDepacketizer();
  const packets = whole([0, 1, 2].map((seed) => jpeg(200, seed)));
  const turned = [packets[2]!, packets[0]!, packets[1]!, packets[1]!];
  assertEquals(feed(depacketizer, turned).length, 4);
  assertEquals(depacketizer.lost, 0);
});

Deno.test("LabDepacketizer counts numbers that never came, but not after a jump that was asked for", () => {
  const depacketizer = new LabDepacketizer();
  const packets = whole(Array.from({ length: 40 }, (_, seed) => jpeg(200, seed)));
  feed(depacketizer, [packets[0]!, packets[3]!]);
  assertEquals(depacketizer.lost, 2);
  depacketizer.expectJump();
  feed(depacketizer, [packets[30]!, packets[31]!]);
  assertEquals(depacketizer.lost, 2);
});

Deno.test("LabDepacketizer cuts padding off and shows no picture that lost its end", () => {
  const depacketizer = new LabDepacketizer();
  const frame = jpeg(300);
  const padded = concatBytes([frame, new Uint8Array(50)]);
  const packets = whole([padded, frame.slice(0, -20), frame]);
  assertEquals(feed(depacketizer, packets).map(({ data }) => data), [frame, frame]);
  assertEquals([...depacketizer.drops], [["frame incomplete", 1]]);
});

Deno.test("LabDepacketizer takes no thumbnail's end for the end of a frame", () => {
  const thumbnail = jpeg(900, 9);
  const app1 = concatBytes([new ByteWriter(4).u16(0xffe1).u16(2 + thumbnail.length).bytes, thumbnail]);
  const plain = jpeg(5000);
  const frame = concatBytes([plain.subarray(0, 2), app1, plain.subarray(2)]);
  // The first piece ends just where the thumbnail does.
  const pieces = [frame.slice(0, 6 + thumbnail.length), ...cut(frame.slice(6 + thumbnail.length), 1400)];
  const received = feed(
    new LabDepacketizer(),
    pieces.map((payload, index) => rtpPacket({ sequence: index, payload, marker: index === pieces.length - 1 })),
  );
  assertEquals(received.map(({ data }) => data), [frame]);
});

Deno.test("LabDepacketizer joins pieces without any marker up to the end of the JPEG", () => {
  const packets = numberedOn([jpeg(5000), jpeg(5000, 1)]).map((packet) => ({ ...packet, marker: false }));
  assertEquals(feed(new LabDepacketizer(), packets).length, 2);
});

Deno.test("LabDepacketizer takes addressed pieces in any order", () => {
  const [first, second] = [jpeg(5000), jpeg(5000, 1)];
  const packets = addressed([first, second]);
  const half = packets.length / 2;
  const turned = [...packets.slice(0, half), ...packets.slice(half).reverse()];
  assertEquals(feed(new LabDepacketizer(), turned).map(({ data }) => data), [first, second]);
});

Deno.test("R10 LabDepacketizer counts bytes that are no form at all once, and goes on", () => {
  const depacketizer = new LabDepacketizer();
  const junk = [1, 2, 3].map((sequence) => rtpPacket({ sequence, payload: new Uint8Array(40).fill(0x55) }));
  assertEquals(feed(depacketizer, junk), []);
  assertEquals([...depacketizer.drops], [["start of the frame missing", 1]]);
  assertEquals(feed(depacketizer, [rtpPacket({ payload: Uint8Array.of(0xff, 0xd8, 0xff, 0xd9) })]), []);
  assertEquals(feed(depacketizer, whole([jpeg(300)])).length, 1);
});

Deno.test("R10 LabDepacketizer gives frames up that pass the memory limit", () => {
  const depacketizer = new LabDepacketizer();
  depacketizer.push(rtpPacket({ payload: jpeg(300).slice(0, -2) }));
  for (let sequence = 1; sequence < 200; sequence++) {
    depacketizer.push(rtpPacket({ sequence, payload: new Uint8Array(60_000) }));
  }
  assertEquals([...depacketizer.drops], [["frame over the size limit", 1]]);
});
