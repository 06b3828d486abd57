import { assertEquals, assertThrows } from "@std/assert";
import type { Bytes } from "../../lib/core/bytes.ts";
import { parseJpeg } from "../../lib/jpeg/parse.ts";
import { quantizationForQuality } from "../../lib/jpeg/standard_tables.ts";
import { writeJpeg } from "../../lib/jpeg/write.ts";
import { JpegDepacketizer } from "../../lib/rtp/jpeg_depacketizer.ts";
import type { JpegHeader } from "../../lib/rtp/jpeg_header.ts";
import { dropsOf, feed, jpegPayload, packetsOf } from "../support/jpeg_packets.ts";
import { madeUpPicture, rtpPacket } from "../support/rtp.ts";

const REFUSED: { id: string; name: string; bytes: Bytes; reason: string }[] = [
  { id: "R11", name: "7 bytes", bytes: new Uint8Array(7), reason: "shorter than its JPEG headers" },
  { id: "R11", name: "Q 0", bytes: jpegPayload({ q: 0 }), reason: "reserved Q" },
  { id: "R11", name: "Q 100", bytes: jpegPayload({ q: 100 }), reason: "reserved Q" },
  { id: "R11", name: "type 2", bytes: jpegPayload({ type: 2 }), reason: "JPEG type not supported" },
  { id: "R11", name: "type 63", bytes: jpegPayload({ type: 63 }), reason: "JPEG type not supported" },
  {
    id: "R11",
    name: "half a restart header",
    bytes: jpegPayload({ type: 65 }, Uint8Array.of(0, 1)),
    reason: "shorter than its JPEG headers",
  },
  {
    id: "R12",
    name: "Q 128 without tables sent before",
    bytes: jpegPayload({ q: 128, table: { precision: 0, tables: new Uint8Array() } }),
    reason: "quantization tables never sent",
  },
  {
    id: "R12",
    name: "Q 255 without tables",
    bytes: jpegPayload({ q: 255, table: { precision: 0, tables: new Uint8Array() } }),
    reason: "quantization tables never sent",
  },
  {
    id: "R12",
    name: "a table of 1 byte",
    bytes: jpegPayload({ q: 255, table: { precision: 0, tables: new Uint8Array(1) } }),
    reason: "quantization tables of an odd length",
  },
  {
    id: "R12",
    name: "tables of 192 bytes",
    bytes: jpegPayload({ q: 255, table: { precision: 0, tables: new Uint8Array(192) } }),
    reason: "quantization tables of an odd length",
  },
  {
    id: "R12",
    name: "tables of 16 bits",
    bytes: jpegPayload({ q: 255, table: { precision: 1, tables: new Uint8Array(128) } }),
    reason: "quantization tables of 16 bits",
  },
  {
    id: "R12",
    name: "a quantization step of 0",
    bytes: jpegPayload({ q: 200, table: { precision: 0, tables: new Uint8Array(128).fill(9, 1) } }),
    reason: "quantization step of 0",
  },
  { id: "R13", name: "0 x 0", bytes: jpegPayload({ width: 0, height: 0 }), reason: "size of the picture unknown" },
  { id: "R13", name: "0 x 48", bytes: jpegPayload({ width: 0 }), reason: "size of the picture unknown" },
  {
    id: "R09",
    name: "a scan too short to fill the picture",
    bytes: jpegPayload({ width: 640, height: 480 }),
    reason: "scan too short for its size",
  },
  {
    id: "R10",
    name: "restart markers in type 1",
    bytes: jpegPayload({}, Uint8Array.of(...madeUpPicture(100).scan, 0xff, 0xd0, 1)),
    reason: "restart markers not announced",
  },
  {
    id: "R10",
    name: "a marker inside the scan",
    bytes: jpegPayload({}, Uint8Array.of(...madeUpPicture(100).scan, 0xff, 0xc4, 0, 2)),
    reason: "scan broken by a marker",
  },
];

for (const { id, name, bytes, reason } of REFUSED) {
  Deno.test(`${id} JpegAssembly refuses ${name} and counts the reason`, () => assertEquals(dropsOf(bytes), [reason]));
}

Deno.test("R13 JpegAssembly refuses a frame whose header changes inside it", () => {
  const changes: Partial<JpegHeader>[] = [{ width: 72 }, { height: 56 }, { type: 0 }, { q: 51 }, { typeSpecific: 1 }];
  for (const change of changes) {
    const depacketizer = new JpegDepacketizer();
    const first = rtpPacket({ payload: jpegPayload({}) });
    const second = rtpPacket({ sequence: 1, payload: jpegPayload({ fragmentOffset: 100, ...change }), marker: true });
    assertEquals(feed(depacketizer, [first, second]), []);
    assertEquals([...depacketizer.drops], [["header changes inside the frame", 1]]);
  }
});

Deno.test("JpegAssembly scales the standard tables for Q 1 to 99", () => {
  for (const q of [1, 50, 99]) {
    const [frame] = feed(new JpegDepacketizer(), [rtpPacket({ payload: jpegPayload({ q }), marker: true })]);
    assertEquals(frame!.data, writeJpeg(madeUpPicture(100, { quantization: quantizationForQuality(q) })));
  }
});

Deno.test("R12 JpegAssembly remembers tables of Q 128 to 254 until the source changes", () => {
  const tables = quantizationForQuality(33);
  const depacketizer = new JpegDepacketizer();
  const send = (q: number, sent: Bytes, timestamp: number, ssrc = 1) => {
    const bytes = jpegPayload({ q, table: { precision: 0, tables: sent } });
    return depacketizer.push(rtpPacket({ payload: bytes, marker: true, timestamp, sequence: timestamp, ssrc }));
  };
  const wanted = writeJpeg(madeUpPicture(100, { quantization: tables }));
  assertEquals(send(200, tables, 1)?.data, wanted);
  assertEquals(send(200, new Uint8Array(), 2)?.data, wanted);
  assertEquals(send(201, new Uint8Array(), 3), undefined);
  assertEquals(send(200, new Uint8Array(), 4, 2), undefined);
  assertEquals([...depacketizer.drops], [["quantization tables never sent", 2]]);
});

Deno.test("JpegAssembly uses a single table of 64 bytes for luma and chroma", () => {
  const table = quantizationForQuality(50).slice(0, 64);
  const bytes = jpegPayload({ q: 255, table: { precision: 0, tables: table } });
  const [frame] = feed(new JpegDepacketizer(), [rtpPacket({ payload: bytes, marker: true })]);
  assertEquals(frame!.data, writeJpeg(madeUpPicture(100, { quantization: Uint8Array.of(...table, ...table) })));
});

Deno.test("JpegAssembly strips EOI, fill bytes before and padding behind it", () => {
  const { scan } = madeUpPicture(100);
  for (const tail of [[], [0xff, 0xd9], [0xff, 0xd9, 0, 0, 0], [0xff, 0xff, 0xd9], [0xff, 0xd9, 0xff, 0xd9, 0xff]]) {
    const data = Uint8Array.of(...scan, ...tail);
    const [frame] = feed(new JpegDepacketizer(), [rtpPacket({ payload: jpegPayload({}, data), marker: true })]);
    assertEquals(frame?.data, writeJpeg(madeUpPicture(100)), `tail ${tail}`);
  }
});

Deno.test("JpegAssembly takes the true size where it agrees with the header, and for 0 x 0", () => {
  const size = (header: Partial<JpegHeader>, width: number, height: number) => {
    const depacketizer = new JpegDepacketizer({ sizeOverride: { width, height } });
    const frame = depacketizer.push(rtpPacket({ payload: jpegPayload(header), marker: true }));
    return frame && [frame.width, frame.height, parseJpeg(frame.data).width, parseJpeg(frame.data).height];
  };
  assertEquals(size({ width: 64, height: 48 }, 57, 41), [57, 41, 57, 41]);
  assertEquals(size({ width: 64, height: 48 }, 56, 48), [64, 48, 64, 48]);
  assertEquals(size({ width: 0, height: 0 }, 61, 47), [61, 47, 61, 47]);
  assertEquals(size({ width: 0, height: 48 }, 61, 47), undefined);
  assertThrows(() => new JpegDepacketizer({ sizeOverride: { width: 0, height: 1 } }), RangeError, "0x1");
  assertThrows(() => new JpegDepacketizer({ sizeOverride: { width: 1, height: 65536 } }), RangeError);
});

Deno.test("JpegAssembly carries pictures over 2040 with the size from outside", () => {
  const picture = madeUpPicture(200_000, { width: 2560, height: 1440 });
  const [frame] = feed(new JpegDepacketizer({ sizeOverride: picture }), packetsOf(picture, 0, 0));
  assertEquals(frame!.data, writeJpeg(picture));
});
