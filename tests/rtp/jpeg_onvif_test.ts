import { assert, assertEquals, assertThrows } from "@std/assert";
import { type Bytes, concatBytes, equalBytes } from "../../lib/core/bytes.ts";
import { InvalidDataError } from "../../lib/core/errors.ts";
import { parseJpeg } from "../../lib/jpeg/parse.ts";
import type { RtpJpeg } from "../../lib/jpeg/rfc2435.ts";
import { toRtpJpeg } from "../../lib/jpeg/transcode.ts";
import { JpegDepacketizer } from "../../lib/rtp/jpeg_depacketizer.ts";
import { joinOnvif, onvifSegments, segmentsFor } from "../../lib/rtp/jpeg_onvif.ts";
import { packetizeJpeg } from "../../lib/rtp/jpeg_packetizer.ts";
import { parseRtpPacket } from "../../lib/rtp/packet.ts";
import { rtpHeaderStart } from "../../lib/rtp/packet.ts";
import { makeJpeg } from "../support/make_film.ts";

const jpeg = makeJpeg(3, { width: 2048, height: 32 });
const { image } = toRtpJpeg(jpeg);

/** The frame as it arrives: RTP headers with the X bit in front of payloads. */
function received(picture: RtpJpeg, segments: Bytes, mangle = (packet: Bytes, _index: number) => packet) {
  const { payloads, extended } = packetizeJpeg(picture, 1388, segments);
  const depacketizer = new JpegDepacketizer();
  const frames = payloads.map((payload, index) => {
    const header = new Uint8Array(12);
    const view = new DataView(header.buffer);
    view.setUint32(0, rtpHeaderStart(26, index === payloads.length - 1, extended) | index);
    view.setUint32(8, 1);
    return depacketizer.push(parseRtpPacket(mangle(concatBytes([header, payload]), index)));
  });
  return { frame: frames.find((frame) => frame !== undefined), depacketizer, payloads };
}

Deno.test("onvifSegments() takes what tells how the scan is to be read, in whole words that end with SOS", () => {
  const segments = onvifSegments(jpeg);
  assertEquals(segments.length % 4, 0);
  const rejoined = concatBytes([Uint8Array.of(0xff, 0xd8), segments, image.scan, Uint8Array.of(0xff, 0xd9)]);
  const before = parseJpeg(jpeg);
  const after = parseJpeg(rejoined);
  assertEquals([after.width, after.height, after.components], [before.width, before.height, before.components]);
  assert(equalBytes(after.scans[0]!.data, before.scans[0]!.data));
  const withComment = concatBytes([jpeg.subarray(0, 2), Uint8Array.of(0xff, 0xfe, 0, 6, 1, 2, 3, 4), jpeg.subarray(2)]);
  assertEquals(onvifSegments(withComment), segments);
  assertEquals(segmentsFor(image), segments);
});

Deno.test("onvifSegments() refuses a JPEG without a scan", () => {
  for (const length of [0, 2, 4, 20, 300]) {
    assertThrows(() => onvifSegments(jpeg.subarray(0, length)), InvalidDataError);
  }
});

Deno.test("R13 a picture wider than 2040 pixels tells its size in the header extension, though its headers say 0 x 0", () => {
  const { frame, payloads } = received(image, segmentsFor(image));
  assertEquals([frame!.width, frame!.height], [2048, 32]);
  assert(equalBytes(parseJpeg(frame!.data).scans[0]!.data, image.scan));
  assertEquals([payloads[0]![0], payloads[0]![1]], [0xff, 0xd8]);
  for (const payload of payloads.slice(1)) assertEquals([...payload.subarray(0, 4)], [0xff, 0xff, 0, 0]);
  assert(payloads.slice(0, -1).every(({ length }) => length === 1388));
});

Deno.test("the header extension brings sampling and tables that RFC 2435 has no place for", () => {
  const grey = { ...image, width: 64, height: 48 };
  const sof = Uint8Array.of(0xff, 0xc0, 0, 11, 8, 0, 48, 0, 64, 1, 1, 0x11, 0);
  const sos = Uint8Array.of(0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0);
  const { frame } = received(grey, concatBytes([sof, Uint8Array.of(0xff), sos]));
  const parsed = parseJpeg(frame!.data);
  assertEquals([parsed.components.length, parsed.width, parsed.height], [1, 64, 48]);
  assert(equalBytes(parsed.scans[0]!.data, image.scan));
});

Deno.test("joinOnvif() takes from RFC 2435 what the extension leaves out, and the restart interval it names itself", () => {
  const plain = { ...image, width: 64, height: 48, type: 65, restartInterval: 5 };
  const joined = joinOnvif(new Uint8Array(0), plain);
  assert(typeof joined !== "string");
  const parsed = parseJpeg(joined.data);
  assertEquals([parsed.width, parsed.height, parsed.scans[0]!.restartInterval], [64, 48, 5]);
  const own = joinOnvif(Uint8Array.of(0xff, 0xdd, 0, 4, 0, 7, 0xff, 0xff), plain);
  assert(typeof own !== "string");
  assertEquals(parseJpeg(own.data).scans[0]!.restartInterval, 7);
});

Deno.test("R13 a frame whose extension tells no size, or nothing that can be read, is dropped with its reason", () => {
  const dri = Uint8Array.of(0xff, 0xdd, 0, 4, 0, 0, 0xff, 0xff);
  assertEquals([...received(image, dri).depacketizer.drops.keys()], ["size of the picture unknown"]);
  for (const bad of [[0xff, 0xc0, 0, 1], [0xff, 0xc0, 0, 4, 8, 0, 0xff, 0xff]]) {
    const { frame, depacketizer } = received(image, Uint8Array.from(bad));
    assertEquals([frame, ...depacketizer.drops.keys()], [undefined, "header extension unreadable"]);
  }
  const broken = { ...image, scan: concatBytes([image.scan, Uint8Array.of(0xff, 0xc4, 0, 3, 1)]) };
  assertEquals([...received(broken, segmentsFor(image)).depacketizer.drops.keys()], ["scan broken by a marker"]);
});

Deno.test("R13 joinOnvif() ends with a picture or a reason, whatever bytes the extension has", () => {
  const segments = segmentsFor(image);
  for (let at = 0; at < segments.length; at++) {
    for (const value of [0, 1, 0x7f, 0xff]) {
      const mangled = segments.slice();
      mangled[at] = value;
      const joined = joinOnvif(mangled, image);
      assert(typeof joined === "string" || joined.data.length < 4 * image.scan.length + 10_000);
    }
  }
});

Deno.test("packetizeJpeg() without segments makes the packets of RFC 2435 alone", () => {
  const { payloads, extended } = packetizeJpeg({ ...image, width: 64, height: 48 });
  assertEquals(extended, undefined);
  assertEquals(payloads[0]![4], image.type);
});
