import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import type { Bytes } from "../../lib/core/bytes.ts";
import { parseJpeg } from "../../lib/jpeg/parse.ts";
import { fitRfc2435, type RtpJpeg } from "../../lib/jpeg/rfc2435.ts";
import { quantizationForQuality } from "../../lib/jpeg/standard_tables.ts";
import { writeJpeg } from "../../lib/jpeg/write.ts";
import { JpegDepacketizer, type ReceivedJpeg } from "../../lib/rtp/jpeg_depacketizer.ts";
import { type JpegHeader, jpegHeaderSize, readJpegPayload, writeJpegHeader } from "../../lib/rtp/jpeg_header.ts";
import { packetizeJpeg } from "../../lib/rtp/jpeg_packetizer.ts";
import { parseRtpPacket, type RtpPacket } from "../../lib/rtp/packet.ts";
import { djpeg } from "../support/jpeg_programs.ts";
import { framePackets, madeUpPicture, readRecording, rtpPacket } from "../support/rtp.ts";

/** Pushes all packets; returns the frames. */
function feed(depacketizer: JpegDepacketizer, packets: readonly RtpPacket[]): ReceivedJpeg[] {
  return packets.map((packet) => depacketizer.push(packet)).filter((frame) => frame !== undefined);
}

/** The packets of a picture of about `length` bytes of scan. */
function packetsOf(picture: RtpJpeg, timestamp: number, sequence: number): RtpPacket[] {
  return framePackets(packetizeJpeg(picture).payloads, timestamp, sequence);
}

/** A payload with headers of one's own. */
function payload(fields: Partial<JpegHeader>, data: Uint8Array = madeUpPicture(100).scan): Bytes {
  const header = { typeSpecific: 0, fragmentOffset: 0, type: 1, q: 50, width: 64, height: 48, ...fields };
  const bytes = new Uint8Array(jpegHeaderSize(header) + data.length);
  bytes.set(data, writeJpegHeader(bytes, 0, header));
  return bytes;
}

/** The reasons with which one packet alone, and a next frame behind it, is dropped. */
function dropsOf(bytes: Bytes, depacketizer = new JpegDepacketizer()): string[] {
  const next = packetsOf(madeUpPicture(100), 2, 1);
  const frames = feed(depacketizer, [rtpPacket({ payload: bytes, timestamp: 1, marker: true }), ...next]);
  assertEquals(frames.map(({ timestamp }) => timestamp), [2], "the stream goes on");
  return [...depacketizer.drops.keys()];
}

Deno.test("JpegDepacketizer gives back what packetizeJpeg() cut, in one JPEG", () => {
  const pictures = fc.record({
    type: fc.constantFrom(0, 1, 64, 65),
    length: fc.integer({ min: 150, max: 9000 }),
    seed: fc.nat(),
    width: fc.integer({ min: 1, max: 96 }),
    height: fc.integer({ min: 1, max: 64 }),
    max: fc.integer({ min: 150, max: 1500 }),
    sequence: fc.integer({ min: 0, max: 0xffff }),
  });
  fc.assert(fc.property(pictures, ({ type, length, seed, width, height, max, sequence }) => {
    const picture = madeUpPicture(length, { type, seed, width, height, restartInterval: type < 64 ? 0 : 9 });
    const depacketizer = new JpegDepacketizer({ sizeOverride: { width, height } });
    const packets = framePackets(packetizeJpeg(picture, max).payloads, 77, sequence);
    const frames = feed(depacketizer, packets);
    assertEquals(frames, [{ data: writeJpeg(picture), timestamp: 77, width, height, packets: packets.length }]);
    assertEquals([depacketizer.frames, depacketizer.damaged], [1, 0]);
  }));
});

for (const name of ["420", "422", "420_restart", "420_odd"]) {
  Deno.test(`JpegDepacketizer rebuilds ${name}.jpg as FFmpeg and GStreamer sent it, pixel for pixel`, async () => {
    const original = await Deno.readFile(new URL(`../vectors/rtp/${name}.jpg`, import.meta.url));
    const image = parseJpeg(original);
    const wanted = await djpeg(original);
    for (const sender of ["ffmpeg", "gstreamer"]) {
      const packets = readRecording(`${sender}_${name}.rtp`).map((bytes) => parseRtpPacket(bytes));
      const depacketizer = new JpegDepacketizer({ sizeOverride: image });
      const frames = feed(depacketizer, packets);
      // FFmpeg 5.1 sends restart markers in type 1, without saying where: no decoder could use that.
      if (sender === "ffmpeg" && name === "420_restart") {
        assertEquals([...depacketizer.drops], [["restart markers not announced", 2]]);
        continue;
      }
      assertEquals(frames.length, 2, `${sender}: ${JSON.stringify([...depacketizer.drops])}`);
      for (const { data, width, height } of frames) {
        assertEquals([width, height], [image.width, image.height]);
        assertEquals(parseJpeg(data).scans[0]!.data, image.scans[0]!.data);
        assertEquals(await djpeg(data), wanted);
      }
    }
  });
}

Deno.test("JpegDepacketizer hands out what a real picture was, through packetizeJpeg()", async () => {
  for (const name of ["420", "422", "420_restart", "420_odd"]) {
    const image = parseJpeg(await Deno.readFile(new URL(`../vectors/rtp/${name}.jpg`, import.meta.url)));
    const fit = fitRfc2435(image);
    assert(fit.fits);
    const [frame] = feed(new JpegDepacketizer({ sizeOverride: image }), packetsOf(fit.image, 0, 0));
    const again = fitRfc2435(parseJpeg(frame!.data));
    assert(again.fits);
    assertEquals(again.image, fit.image);
  }
});

Deno.test("JpegDepacketizer takes the packets of a frame in any order", () => {
  const picture = madeUpPicture(9000);
  const order = fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6], { minLength: 7 });
  fc.assert(fc.property(order, (shuffled) => {
    const packets = packetsOf(picture, 5, 65533);
    const depacketizer = new JpegDepacketizer();
    const frames = feed(depacketizer, shuffled.map((index) => packets[index]!));
    assertEquals(frames.map(({ data }) => data), [writeJpeg(picture)]);
    assertEquals(depacketizer.damaged, 0);
  }));
});

Deno.test("JpegDepacketizer keeps each frame in memory of its own", () => {
  const depacketizer = new JpegDepacketizer();
  const [first] = feed(depacketizer, packetsOf(madeUpPicture(5000), 0, 0));
  const copy = first!.data.slice();
  feed(depacketizer, packetsOf(madeUpPicture(5000, { seed: 5 }), 1, 4));
  assertEquals(first!.data, copy);
});

for (let missing = 0; missing < 4; missing++) {
  Deno.test(`R10 JpegDepacketizer drops a frame whole when packet ${missing} of 4 is missing`, () => {
    const packets = packetsOf(madeUpPicture(5000), 0, 0);
    const depacketizer = new JpegDepacketizer();
    const rest = packets.filter((_, index) => index !== missing);
    const frames = feed(depacketizer, [...rest, ...packetsOf(madeUpPicture(100), 1, 4)]);
    assertEquals(frames.map(({ timestamp }) => timestamp), [1]);
    const reason = ["start of the frame missing", "gap in the frame", "gap in the frame", "end of the frame missing"];
    assertEquals([...depacketizer.drops], [[reason[missing]!, 1]]);
  });
}

Deno.test("R10 JpegDepacketizer takes repeated bytes that agree and drops frames that contradict themselves", () => {
  const packets = packetsOf(madeUpPicture(5000), 0, 0);
  const depacketizer = new JpegDepacketizer();
  assertEquals(feed(depacketizer, [packets[0]!, packets[0]!, packets[1]!, packets[0]!, ...packets.slice(2)]).length, 1);
  const second = packetsOf(madeUpPicture(5000), 1, 4);
  const lie = { ...second[1]!, payload: second[1]!.payload.slice() };
  lie.payload[20]! ^= 1;
  assertEquals(feed(depacketizer, [second[0]!, second[1]!, lie, second[2]!, second[3]!]).length, 0);
  assertEquals([...depacketizer.drops], [["fragments disagree", 1]]);
});

Deno.test("R10 JpegDepacketizer drops an offset of 0xFFFFFF", () => {
  assertEquals(dropsOf(payload({ fragmentOffset: 0xffffff })), ["frame over the size limit"]);
});

Deno.test("R10 JpegDepacketizer drops frames over its limit", () => {
  const depacketizer = new JpegDepacketizer({ maxFrameSize: 4000 });
  assertEquals(feed(depacketizer, packetsOf(madeUpPicture(4001), 0, 0)).length, 0);
  assertEquals(feed(depacketizer, packetsOf(madeUpPicture(4000), 1, 9)).length, 1);
  assertEquals([...depacketizer.drops], [["frame over the size limit", 1]]);
});

const REFUSED: { id: string; name: string; bytes: Bytes; reason: string }[] = [
  { id: "R11", name: "7 bytes", bytes: new Uint8Array(7), reason: "shorter than its JPEG headers" },
  { id: "R11", name: "Q 0", bytes: payload({ q: 0 }), reason: "reserved Q" },
  { id: "R11", name: "Q 100", bytes: payload({ q: 100 }), reason: "reserved Q" },
  { id: "R11", name: "type 2", bytes: payload({ type: 2 }), reason: "JPEG type not supported" },
  { id: "R11", name: "type 63", bytes: payload({ type: 63 }), reason: "JPEG type not supported" },
  {
    id: "R11",
    name: "half a restart header",
    bytes: payload({ type: 65 }, Uint8Array.of(0, 1)),
    reason: "shorter than its JPEG headers",
  },
  {
    id: "R12",
    name: "Q 128 without tables sent before",
    bytes: payload({ q: 128, table: { precision: 0, tables: new Uint8Array() } }),
    reason: "quantization tables never sent",
  },
  {
    id: "R12",
    name: "Q 255 without tables",
    bytes: payload({ q: 255, table: { precision: 0, tables: new Uint8Array() } }),
    reason: "quantization tables never sent",
  },
  {
    id: "R12",
    name: "a table of 1 byte",
    bytes: payload({ q: 255, table: { precision: 0, tables: new Uint8Array(1) } }),
    reason: "quantization tables of an odd length",
  },
  {
    id: "R12",
    name: "tables of 192 bytes",
    bytes: payload({ q: 255, table: { precision: 0, tables: new Uint8Array(192) } }),
    reason: "quantization tables of an odd length",
  },
  {
    id: "R12",
    name: "tables of 16 bits",
    bytes: payload({ q: 255, table: { precision: 1, tables: new Uint8Array(128) } }),
    reason: "quantization tables of 16 bits",
  },
  {
    id: "R12",
    name: "a quantization step of 0",
    bytes: payload({ q: 200, table: { precision: 0, tables: new Uint8Array(128).fill(9, 1) } }),
    reason: "quantization step of 0",
  },
  { id: "R13", name: "0 x 0", bytes: payload({ width: 0, height: 0 }), reason: "size of the picture unknown" },
  { id: "R13", name: "0 x 48", bytes: payload({ width: 0 }), reason: "size of the picture unknown" },
  {
    id: "R09",
    name: "a scan too short to fill the picture",
    bytes: payload({ width: 640, height: 480 }),
    reason: "scan too short for its size",
  },
  {
    id: "R10",
    name: "restart markers in type 1",
    bytes: payload({}, Uint8Array.of(...madeUpPicture(100).scan, 0xff, 0xd0, 1)),
    reason: "restart markers not announced",
  },
  {
    id: "R10",
    name: "a marker inside the scan",
    bytes: payload({}, Uint8Array.of(...madeUpPicture(100).scan, 0xff, 0xc4, 0, 2)),
    reason: "scan broken by a marker",
  },
];

for (const { id, name, bytes, reason } of REFUSED) {
  Deno.test(`${id} JpegDepacketizer drops ${name} and counts the reason`, () => assertEquals(dropsOf(bytes), [reason]));
}

Deno.test("R13 JpegDepacketizer drops a frame whose header changes inside it", () => {
  const changes: Partial<JpegHeader>[] = [{ width: 72 }, { height: 56 }, { type: 0 }, { q: 51 }, { typeSpecific: 1 }];
  for (const change of changes) {
    const depacketizer = new JpegDepacketizer();
    const first = rtpPacket({ payload: payload({}) });
    const second = rtpPacket({ sequence: 1, payload: payload({ fragmentOffset: 100, ...change }), marker: true });
    assertEquals(feed(depacketizer, [first, second]), []);
    assertEquals([...depacketizer.drops], [["header changes inside the frame", 1]]);
  }
});

Deno.test("JpegDepacketizer counts a broken first packet and the rest of its frame once", () => {
  const packets = packetsOf(madeUpPicture(5000), 0, 0);
  packets[0]!.payload[5] = 0;
  const depacketizer = new JpegDepacketizer();
  feed(depacketizer, [...packets, ...packetsOf(madeUpPicture(100), 1, 4)]);
  assertEquals([[...depacketizer.drops], depacketizer.damaged], [[["reserved Q", 1]], 1]);
});

Deno.test("JpegDepacketizer scales the standard tables for Q 1 to 99", () => {
  for (const q of [1, 50, 99]) {
    const [frame] = feed(new JpegDepacketizer(), [rtpPacket({ payload: payload({ q }), marker: true })]);
    assertEquals(frame!.data, writeJpeg(madeUpPicture(100, { quantization: quantizationForQuality(q) })));
  }
});

Deno.test("R12 JpegDepacketizer remembers tables of Q 128 to 254 until the source changes", () => {
  const tables = quantizationForQuality(33);
  const depacketizer = new JpegDepacketizer();
  const send = (q: number, sent: Bytes, timestamp: number, ssrc = 1) => {
    const bytes = payload({ q, table: { precision: 0, tables: sent } });
    return depacketizer.push(rtpPacket({ payload: bytes, marker: true, timestamp, sequence: timestamp, ssrc }));
  };
  const wanted = writeJpeg(madeUpPicture(100, { quantization: tables }));
  assertEquals(send(200, tables, 1)?.data, wanted);
  assertEquals(send(200, new Uint8Array(), 2)?.data, wanted);
  assertEquals(send(201, new Uint8Array(), 3), undefined);
  assertEquals(send(200, new Uint8Array(), 4, 2), undefined);
  assertEquals([...depacketizer.drops], [["quantization tables never sent", 2]]);
});

Deno.test("JpegDepacketizer uses a single table of 64 bytes for luma and chroma", () => {
  const table = quantizationForQuality(50).slice(0, 64);
  const bytes = payload({ q: 255, table: { precision: 0, tables: table } });
  const [frame] = feed(new JpegDepacketizer(), [rtpPacket({ payload: bytes, marker: true })]);
  assertEquals(frame!.data, writeJpeg(madeUpPicture(100, { quantization: Uint8Array.of(...table, ...table) })));
});

Deno.test("JpegDepacketizer strips EOI, fill bytes before and padding behind it", () => {
  const { scan } = madeUpPicture(100);
  for (const tail of [[], [0xff, 0xd9], [0xff, 0xd9, 0, 0, 0], [0xff, 0xff, 0xd9], [0xff, 0xd9, 0xff, 0xd9, 0xff]]) {
    const data = Uint8Array.of(...scan, ...tail);
    const [frame] = feed(new JpegDepacketizer(), [rtpPacket({ payload: payload({}, data), marker: true })]);
    assertEquals(frame?.data, writeJpeg(madeUpPicture(100)), `tail ${tail}`);
  }
});

Deno.test("JpegDepacketizer takes the true size where it agrees with the header, and for 0 x 0", () => {
  const size = (header: Partial<JpegHeader>, width: number, height: number) => {
    const depacketizer = new JpegDepacketizer({ sizeOverride: { width, height } });
    const frame = depacketizer.push(rtpPacket({ payload: payload(header), marker: true }));
    return frame && [frame.width, frame.height, parseJpeg(frame.data).width, parseJpeg(frame.data).height];
  };
  assertEquals(size({ width: 64, height: 48 }, 57, 41), [57, 41, 57, 41]);
  assertEquals(size({ width: 64, height: 48 }, 56, 48), [64, 48, 64, 48]);
  assertEquals(size({ width: 0, height: 0 }, 61, 47), [61, 47, 61, 47]);
  assertEquals(size({ width: 0, height: 48 }, 61, 47), undefined);
  assertThrows(() => new JpegDepacketizer({ sizeOverride: { width: 0, height: 1 } }), RangeError, "0x1");
  assertThrows(() => new JpegDepacketizer({ sizeOverride: { width: 1, height: 65536 } }), RangeError);
});

Deno.test("JpegDepacketizer carries pictures over 2040 with the size from outside", () => {
  const picture = madeUpPicture(200_000, { width: 2560, height: 1440 });
  const [frame] = feed(new JpegDepacketizer({ sizeOverride: picture }), packetsOf(picture, 0, 0));
  assertEquals(frame!.data, writeJpeg(picture));
});

/** Frames of a sender whose markers are as `marker` says. */
function sendWithMarkers(marker: (index: number, count: number) => boolean, frames: number): RtpPacket[] {
  return Array.from(
    { length: frames },
    (_, frame) =>
      packetsOf(madeUpPicture(5000, { seed: frame }), frame, 4 * frame).map((packet, index, all) => ({
        ...packet,
        marker: marker(index, all.length),
      })),
  ).flat();
}

Deno.test("R09 JpegDepacketizer ends frames by the timestamp when no marker ever comes", () => {
  const depacketizer = new JpegDepacketizer();
  const frames = feed(depacketizer, sendWithMarkers(() => false, 4));
  assertEquals(frames.map(({ data }) => data), [0, 1, 2].map((seed) => writeJpeg(madeUpPicture(5000, { seed }))));
  assertEquals(depacketizer.flush()?.timestamp, undefined, "nothing proves that the last frame is whole");
  assertEquals(depacketizer.frames, 3);
});

for (const [name, marker] of [["always", () => true], ["in the middle", (index: number) => index === 1]] as const) {
  Deno.test(`R09 JpegDepacketizer ends frames by the timestamp when the marker comes ${name}`, () => {
    const depacketizer = new JpegDepacketizer();
    const large = { width: 640, height: 480 };
    const packets = sendWithMarkers(marker, 4);
    for (const packet of packets) packet.payload.set([large.width / 8, large.height / 8], 6);
    const frames = feed(depacketizer, packets);
    assertEquals(frames.map(({ timestamp }) => timestamp), [1, 2]);
    assertEquals(frames[0]!.data, writeJpeg(madeUpPicture(5000, { seed: 1, ...large })));
    assertEquals(depacketizer.damaged, 1);
  });
}

Deno.test("R09 JpegDepacketizer believes the marker again when it tells the truth again", () => {
  const depacketizer = new JpegDepacketizer();
  const packets = [...sendWithMarkers(() => false, 2), ...packetsOf(madeUpPicture(100), 5, 8)];
  assertEquals(feed(depacketizer, packets).map(({ timestamp }) => timestamp), [0, 1]);
  assertEquals(feed(depacketizer, packetsOf(madeUpPicture(100), 6, 9)).map(({ timestamp }) => timestamp), [5]);
  assertEquals(feed(depacketizer, packetsOf(madeUpPicture(100), 7, 10)).map(({ timestamp }) => timestamp), [6]);
  assertEquals(feed(depacketizer, packetsOf(madeUpPicture(100), 8, 11)).map(({ timestamp }) => timestamp), [8]);
});

Deno.test("R08 JpegDepacketizer tells frames apart when the timestamp stands still or goes back", () => {
  for (const timestamps of [[7, 7, 7, 7], [9, 7, 5, 0xffffffff]]) {
    const depacketizer = new JpegDepacketizer();
    const packets = timestamps.map((timestamp, frame) =>
      packetsOf(madeUpPicture(5000, { seed: frame }), timestamp, frame * 4)
    );
    const frames = feed(depacketizer, packets.flat());
    assertEquals(frames.map(({ data }) => data), [0, 1, 2, 3].map((seed) => writeJpeg(madeUpPicture(5000, { seed }))));
    assertEquals(depacketizer.damaged, 0);
  }
});

Deno.test("JpegDepacketizer passes over packets that come after their frame was closed", () => {
  const first = packetsOf(madeUpPicture(5000), 0, 0);
  const second = packetsOf(madeUpPicture(5000, { seed: 1 }), 1, 4);
  const depacketizer = new JpegDepacketizer();
  const mixed = [
    first[0]!,
    first[2]!,
    first[3]!,
    second[0]!,
    first[1]!,
    second[1]!,
    second[2]!,
    second[3]!,
    second[1]!,
  ];
  assertEquals(feed(depacketizer, mixed).map(({ timestamp }) => timestamp), [1]);
  assertEquals(depacketizer.damaged, 1);
});

Deno.test("JpegDepacketizer begins anew with another source", () => {
  const packets = packetsOf(madeUpPicture(5000), 0, 0);
  const other = packetsOf(madeUpPicture(5000), 0, 0).map((packet) => ({ ...packet, ssrc: 9 }));
  const depacketizer = new JpegDepacketizer();
  assertEquals(feed(depacketizer, [packets[0]!, packets[1]!, ...other]).length, 1);
  assertEquals([...depacketizer.drops], [["cut off by another source", 1]]);
});

Deno.test("JpegDepacketizer.flush() hands out the last frame when its EOI proves it whole", () => {
  const data = Uint8Array.of(...madeUpPicture(100).scan, 0xff, 0xd9);
  const depacketizer = new JpegDepacketizer();
  assertEquals(depacketizer.push(rtpPacket({ payload: payload({}, data) })), undefined);
  assertEquals(depacketizer.flush()?.data, writeJpeg(madeUpPicture(100)));
  assertEquals(depacketizer.flush(), undefined);
});

Deno.test("JpegDepacketizer is not disturbed by the ONVIF header extension", () => {
  const packets = packetsOf(madeUpPicture(5000), 0, 0).map((packet, index) => ({
    ...packet,
    extension: { profile: index === 0 ? 0xffd8 : 0xffff, data: new Uint8Array(8) },
  }));
  assertEquals(feed(new JpegDepacketizer(), packets).length, 1);
});

Deno.test("readJpegPayload() finds in FFmpeg's and GStreamer's packets what RFC 2435 says", () => {
  for (const name of ["ffmpeg_422.rtp", "gstreamer_422.rtp"]) {
    const first = readJpegPayload(parseRtpPacket(readRecording(name)[0]!).payload);
    assert(typeof first !== "string");
    const { type, q, width, height, table } = first.header;
    assertEquals([type, q, width, height, table?.tables.length], [0, 255, 96, 64, 128]);
  }
});
