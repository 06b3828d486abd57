import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Bytes, concatBytes, equalBytes } from "../../lib/core/bytes.ts";
import { decodeSequential } from "../../lib/jpeg/coefficients.ts";
import { DRI } from "../../lib/jpeg/markers.ts";
import { parseJpeg } from "../../lib/jpeg/parse.ts";
import { decodeProgressive } from "../../lib/jpeg/progressive.ts";
import { toRtpJpeg } from "../../lib/jpeg/transcode.ts";
import { JpegDepacketizer } from "../../lib/rtp/jpeg_depacketizer.ts";
import type { JpegHeader } from "../../lib/rtp/jpeg_header.ts";
import { ONVIF_FIRST, ONVIF_FURTHER, onvifSegments } from "../../lib/rtp/jpeg_onvif.ts";
import { feed, packetsOf } from "../support/jpeg_packets.ts";
import { sampleJpeg, segment } from "../support/jpeg_samples.ts";
import { NOTHING, ONVIF_HEADER, onvifFrame, onvifParts, type PacketPlan, words } from "../support/onvif_packets.ts";
import { madeUpPicture } from "../support/rtp.ts";

function assertSamePicture(data: Bytes | undefined, name: string): void {
  assert(data !== undefined, name);
  const [before, after] = [parseJpeg(sampleJpeg(name)), parseJpeg(data)];
  assertEquals([after.width, after.height, after.components], [before.width, before.height, before.components]);
  for (const { quantization } of before.components) {
    assertEquals(after.quantization[quantization]!.values, before.quantization[quantization]!.values, name);
  }
  const decode = before.process === 0xc2 ? decodeProgressive : decodeSequential;
  assertEquals(decode(after), decode(before), name);
}

Deno.test("OnvifPictures puts extensions together that are spread over packets without scan, whatever order they come in", () => {
  const { bytes, scan } = onvifParts("444");
  const middle = Math.floor(scan.length / 2);
  const cuts = fc.uniqueArray(fc.integer({ min: 0, max: bytes.length / 4 }), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(cuts, fc.boolean(), fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 }), (at, bare, order) => {
      const [a, b, c] = at.sort((x, y) => x - y).map((word) => word * 4) as [number, number, number];
      const packets = onvifFrame(
        [
          { extension: bytes.slice(0, a), data: NOTHING },
          { extension: bytes.slice(a, b), ...(bare ? {} : { data: NOTHING }) },
          { extension: bytes.slice(b, c), data: NOTHING },
          { extension: bytes.slice(c), data: scan.slice(0, middle) },
          { data: scan.slice(middle) },
        ],
        7,
        65533,
      );
      const depacketizer = new JpegDepacketizer();
      const frames = feed(depacketizer, order.map((index) => packets[index]!));
      assertEquals(depacketizer.damaged, 0, `${[...depacketizer.drops.keys()]}`);
      assertEquals(frames.length, 1);
      assertSamePicture(frames[0]?.data, "444");
    }),
    { numRuns: 30 },
  );
});

Deno.test("R10 OnvifPictures gives no picture when any packet of the frame is missing, with scan or without", () => {
  const { bytes, scan } = onvifParts("444");
  const reasons = ["start of the frame missing", "gap in the frame", "gap in the frame", "end of the frame missing"];
  for (const [missing, reason] of reasons.entries()) {
    const packets = onvifFrame(
      [
        { extension: bytes.slice(0, 8), data: NOTHING },
        { extension: bytes.slice(8) },
        { data: scan.slice(0, 50) },
        { data: scan.slice(50) },
      ],
      1,
      0,
    );
    const depacketizer = new JpegDepacketizer();
    const rest = packets.filter((_, index) => index !== missing);
    const frames = feed(depacketizer, [...rest, ...packetsOf(madeUpPicture(100), 2, 4)]);
    assertEquals(frames.map(({ timestamp }) => timestamp), [2]);
    assertEquals([...depacketizer.drops.keys()], [reason], `packet ${missing}`);
  }
});

Deno.test("OnvifPictures takes from RFC 2435 what the extension leaves out", () => {
  const { scan } = onvifParts("420");
  const depacketizer = new JpegDepacketizer();
  const tables = parseJpeg(sampleJpeg("420")).quantization;
  const table = { precision: 0, tables: Uint8Array.from([...tables[0]!.values, ...tables[1]!.values]) };
  const [frame] = feed(depacketizer, onvifFrame([{ data: scan }], 1, 0, { ...ONVIF_HEADER, type: 1, table }));
  const [sent, wanted] = [parseJpeg(frame!.data), parseJpeg(sampleJpeg("420"))];
  assertEquals([sent.width, sent.height, sent.scans[0]!.data], [48, 40, scan]);
  assertEquals(
    sent.quantization.slice(0, 2).map((one) => one!.values),
    wanted.quantization.slice(0, 2).map((one) => one!.values),
  );
});

Deno.test("R12 OnvifPictures finds tables by Q: those sent before, named ones in place of none, and those of the last frame for 0", () => {
  const { get, bytes, scan } = onvifParts("444");
  const withTables = get("frame", "quantization", "huffman", "scan");
  const without = get("frame", "huffman", "scan");
  const none = { precision: 0, tables: NOTHING };
  const send = (plans: PacketPlan[], fields: Partial<JpegHeader>, number: number, depacketizer: JpegDepacketizer) =>
    feed(depacketizer, onvifFrame(plans, number, number, { ...ONVIF_HEADER, ...fields }))[0]?.data;

  const never = new JpegDepacketizer();
  assertEquals(send([{ extension: without, data: scan }], { q: 0 }, 1, never), undefined);
  assertEquals(send([{ extension: without, data: scan }], { q: 255, table: none }, 2, never), undefined);
  assertEquals([...never.drops], [["quantization tables never sent", 2]]);

  const depacketizer = new JpegDepacketizer();
  assertSamePicture(send([{ extension: withTables, data: scan }], { q: 255, table: none }, 1, depacketizer), "444");
  assertSamePicture(send([{ extension: without, data: scan }], { q: 0 }, 2, depacketizer), "444");
  assertSamePicture(send([{ extension: bytes, data: scan }], { q: 0 }, 3, depacketizer), "444");

  const quantization = parseJpeg(sampleJpeg("444")).quantization;
  const tables = Uint8Array.from([...quantization[0]!.values, ...quantization[1]!.values]);
  const reused = new JpegDepacketizer();
  const first = send([{ extension: without, data: scan }], { q: 200, table: { precision: 0, tables } }, 1, reused);
  assertSamePicture(first, "444");
  assertSamePicture(send([{ extension: without, data: scan }], { q: 200, table: none }, 2, reused), "444");
});

Deno.test("OnvifPictures takes Huffman tables and size from the frame before, and never its restart interval", () => {
  const { get, scan } = onvifParts("420_optimized");
  const whole = get("frame", "quantization", "huffman", "scan");
  const depacketizer = new JpegDepacketizer();
  const restarts = words([segment(DRI, 0, 3), whole]);
  const sized = { ...ONVIF_HEADER, width: 0, height: 0 };
  const first = feed(depacketizer, onvifFrame([{ extension: restarts, data: scan }], 1, 0, sized))[0]!;
  assertEquals(parseJpeg(first.data).scans[0]!.restartInterval, 3);
  const second = feed(
    depacketizer,
    onvifFrame([{ extension: get("quantization", "scan"), data: scan }], 2, 1, sized),
  )[0]!;
  assertEquals(parseJpeg(second.data).scans[0]!.restartInterval, 0);
  assertSamePicture(second.data, "420_optimized");
});

Deno.test("OnvifPictures trusts nothing of the frame before that a lost frame may have changed", () => {
  const [own, standard] = [onvifParts("420_optimized"), onvifParts("420")];
  const depacketizer = new JpegDepacketizer();
  const send = (extension: Bytes, scan: Bytes, number: number) =>
    feed(depacketizer, onvifFrame([{ extension, data: scan }], number, number))[0]?.data;
  const bare = standard.get("frame", "quantization", "scan");
  const full = (sample: ReturnType<typeof onvifParts>) => sample.get("frame", "quantization", "huffman", "scan");
  assert(send(full(standard), standard.scan, 1));
  // Nothing has ever changed: a frame that is lost is no reason to doubt.
  assert(send(bare, standard.scan, 3));
  assert(send(full(own), own.scan, 4));
  assert(send(own.get("frame", "quantization", "scan"), own.scan, 5));
  assertEquals(send(bare, standard.scan, 7), undefined);
  assertEquals(send(bare, standard.scan, 8), undefined);
  assert(send(full(standard), standard.scan, 9));
  assert(send(bare, standard.scan, 10));
  assertEquals([...depacketizer.drops], [["tables of a lost frame", 2]]);
});

Deno.test("OnvifPictures takes plain frames between others into account", () => {
  const { get, scan } = onvifParts("420_optimized");
  const depacketizer = new JpegDepacketizer();
  const whole = get("frame", "quantization", "huffman", "scan");
  feed(depacketizer, onvifFrame([{ extension: whole, data: scan }], 1, 0));
  feed(depacketizer, packetsOf(madeUpPicture(100), 2, 1));
  const standard = onvifParts("420");
  const bare = standard.get("frame", "quantization", "scan");
  assertSamePicture(feed(depacketizer, onvifFrame([{ extension: bare, data: standard.scan }], 3, 2))[0]?.data, "420");
});

Deno.test("OnvifPictures takes scan data out of extensions, all of it or between the packets' own, up to the first EOI", () => {
  const { bytes, scan } = onvifParts("444");
  const inside = concatBytes([bytes, scan, Uint8Array.of(0xff, 0xd9), new Uint8Array((6 - scan.length % 4) % 4)]);
  const depacketizer = new JpegDepacketizer();
  const plans: PacketPlan[] = [{ extension: inside.slice(0, 400), data: NOTHING }, { extension: inside.slice(400) }];
  assertSamePicture(feed(depacketizer, onvifFrame(plans, 1, 0))[0]?.data, "444");
  const another = { data: madeUpPicture(300).scan };
  assertSamePicture(feed(depacketizer, onvifFrame([...plans, another], 2, 2))[0]?.data, "444");

  const image = parseJpeg(sampleJpeg("420_progressive"));
  const packets = image.scans.map((one, index): PacketPlan => {
    const end = index === 0 ? one.offset : image.scans[index - 1]!.offset + image.scans[index - 1]!.data.length;
    const own = index === 0 ? onvifSegments({ ...image, scans: [one] }) : words([image.bytes.slice(end, one.offset)]);
    return { extension: own, data: one.data };
  });
  assertSamePicture(feed(depacketizer, onvifFrame(packets, 3, 5))[0]?.data, "420_progressive");
  assertEquals(depacketizer.damaged, 0);
});

Deno.test("R13 OnvifPictures names what is wrong with a frame", () => {
  const { bytes, scan, get } = onvifParts("444");
  const dri = segment(DRI, 0, 0);
  const cases: [extension: Bytes, data: Bytes, fields: Partial<JpegHeader>, reason: string][] = [
    [words([dri]), scan, { width: 0, height: 0, type: 1 }, "size of the picture unknown"],
    [words([dri]), scan, {}, "JPEG type not supported"],
    [Uint8Array.of(0xff, 0xc0, 0, 1), scan, {}, "header extension unreadable"],
    [Uint8Array.of(0xff, 0xc0, 0, 4, 8, 0, 0xff, 0xff), scan, {}, "header extension unreadable"],
    [Uint8Array.of(0xff, 0xdb, 0, 4, 0, 0, 0xff, 0xff), scan, {}, "header extension unreadable"],
    [bytes.slice(0, 40), scan, {}, "header extension unreadable"],
    [get("frame", "scan"), concatBytes([scan, Uint8Array.of(0xff, 0xc4, 0, 3, 1)]), {}, "scan broken by a marker"],
  ];
  for (const [extension, data, fields, reason] of cases) {
    const depacketizer = new JpegDepacketizer();
    assertEquals(
      feed(depacketizer, onvifFrame([{ extension, data }], 1, 0, { ...ONVIF_HEADER, ...fields })),
      [],
      reason,
    );
    assertEquals([...depacketizer.drops.keys()], [reason]);
  }
});

Deno.test("R13 OnvifPictures ends with a picture or a reason, whatever bytes the extension has", () => {
  const { bytes, scan } = onvifParts("444");
  for (let at = 0; at < bytes.length; at += 3) {
    for (const value of [0, 0x7f, 0xff]) {
      const mangled = bytes.slice();
      mangled[at] = value;
      const depacketizer = new JpegDepacketizer();
      const frames = feed(depacketizer, onvifFrame([{ extension: mangled, data: scan }], 1, 0));
      assertEquals(frames.length + depacketizer.damaged, 1);
      assert(frames.every(({ data }) => data.length < 4 * scan.length + 10_000));
    }
  }
});

Deno.test("OnvifPictures is not disturbed by an extension that says nothing", () => {
  const { image: picture } = toRtpJpeg(sampleJpeg("420"));
  const packets = packetsOf(picture, 0, 0).map((packet, index) => ({
    ...packet,
    extension: index === 0
      ? { profile: ONVIF_FIRST, data: new Uint8Array(8) }
      : { profile: ONVIF_FURTHER, data: NOTHING },
  }));
  const [frame] = feed(new JpegDepacketizer(), packets);
  assert(equalBytes(parseJpeg(frame!.data).scans[0]!.data, picture.scan));
});
