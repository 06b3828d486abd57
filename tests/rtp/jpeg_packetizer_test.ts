import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { concatBytes } from "../../lib/core/bytes.ts";
import { readJpegPayload } from "../../lib/rtp/jpeg_header.ts";
import {
  MAX_RTP_PAYLOAD,
  PACKET_HEADROOM,
  packetizeJpeg,
  payloadsIn,
  withHeadroom,
} from "../../lib/rtp/jpeg_packetizer.ts";
import { RTP_HEADER_SIZE } from "../../lib/rtp/packet.ts";
import { madeUpPicture } from "../support/rtp.ts";

/** The payloads taken apart; fails when one cannot be read. */
function takeApart(payloads: readonly Uint8Array<ArrayBuffer>[]) {
  return payloads.map((bytes) => {
    const payload = readJpegPayload(bytes);
    assert(typeof payload !== "string", String(payload));
    return payload;
  });
}

Deno.test("packetizeJpeg() keeps packets within 1400 bytes", () => {
  const { payloads } = packetizeJpeg(madeUpPicture(50_000));
  assertEquals(RTP_HEADER_SIZE + payloads[0]!.length, 1400);
  assert(payloads.every(({ length }) => length <= MAX_RTP_PAYLOAD));
});

Deno.test("packetizeJpeg() sends both tables in the first packet only, with Q 255", () => {
  const picture = madeUpPicture(5000);
  const [first, ...others] = takeApart(packetizeJpeg(picture).payloads);
  assertEquals(first!.header.table, { precision: 0, tables: picture.quantization });
  assert(others.length === 3 && others.every(({ header }) => header.table === undefined && header.q === 255));
});

Deno.test("packetizeJpeg() writes the restart header into every packet of types 64 and 65", () => {
  for (const type of [64, 65]) {
    const packets = takeApart(packetizeJpeg(madeUpPicture(5000, { type, restartInterval: 300 })).payloads);
    assertEquals(packets.length, 4);
    for (const { header } of packets) {
      assertEquals(header.restart, { interval: 300, first: true, last: true, count: 0x3fff });
    }
  }
});

Deno.test("packetizeJpeg() says 0 x 0 for pictures over 2040, else the size in whole blocks", () => {
  const size = (width: number, height: number) => {
    const { header } = takeApart(packetizeJpeg(madeUpPicture(10, { width, height })).payloads)[0]!;
    return [header.width, header.height];
  };
  assertEquals([size(2560, 1440), size(1440, 2560), size(2040, 1), size(43, 37)], [[0, 0], [0, 0], [2040, 8], [
    48,
    40,
  ]]);
});

Deno.test("packetizeJpeg() refuses a scan that the 24-bit offset cannot count, and an empty one", () => {
  assertThrows(() => packetizeJpeg(madeUpPicture(0)), RangeError, "0 bytes of scan");
  const scan = new Uint8Array(2 ** 24);
  assertThrows(() => packetizeJpeg(madeUpPicture(1, { scan })), RangeError, "16777216 bytes");
  const { payloads } = packetizeJpeg(madeUpPicture(1, { scan: scan.subarray(1) }), 60_000);
  assertEquals(takeApart(payloads.slice(-1))[0]!.data.at(-1), 0);
});

Deno.test("packetizeJpeg() refuses payloads without room for data", () => {
  const picture = madeUpPicture(10, { type: 65, restartInterval: 1 });
  assertThrows(() => packetizeJpeg(picture, 8 + 4 + 4 + 128), RangeError, "144 bytes");
  assertEquals(packetizeJpeg(picture, 8 + 4 + 4 + 128 + 1).payloads.length, 2);
});

Deno.test("packetizeJpeg() makes equal lengths but the last, one buffer, equal headers, and loses no byte", () => {
  const lengths = fc.oneof(
    fc.integer({ min: 1, max: 9000 }),
    fc.integer({ min: 0, max: 4 }).map((n) => 1248 + 1380 * n),
  );
  fc.assert(
    fc.property(lengths, fc.constantFrom(0, 1, 64, 65), fc.integer({ min: 145, max: 1500 }), (length, type, max) => {
      const picture = madeUpPicture(length, { type, restartInterval: type < 64 ? 0 : 7 });
      const { payloads, framed, size } = packetizeJpeg(picture, max);
      assertEquals(framed.length, size + payloads.length * PACKET_HEADROOM);
      assertEquals(size, payloads.reduce((sum, payload) => sum + payload.length, 0));
      payloads.forEach((payload, index) => {
        assertEquals(payload.buffer, framed.buffer);
        assertEquals(payload.byteOffset, framed.byteOffset + index * (PACKET_HEADROOM + max) + PACKET_HEADROOM);
        assert(index === payloads.length - 1 ? payload.length <= max : payload.length === max);
      });
      assertEquals(payloadsIn(framed, max), payloads);
      assertEquals(withHeadroom(payloads), framed);
      const parts = takeApart(payloads);
      assertEquals(concatBytes(parts.map(({ data }) => data)), picture.scan);
      let offset = 0;
      for (const { header, data } of parts) {
        const { table: _table, ...common } = parts[0]!.header;
        assertEquals({ ...header, fragmentOffset: 0, table: undefined }, { ...common, table: undefined });
        assertEquals(header.fragmentOffset, offset);
        assert(data.length > 0);
        offset += data.length;
      }
    }),
  );
});
