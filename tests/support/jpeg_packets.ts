import { assertEquals } from "@std/assert";
import type { Bytes } from "../../lib/core/bytes.ts";
import type { RtpJpeg } from "../../lib/jpeg/rfc2435.ts";
import { JpegDepacketizer, type ReceivedJpeg } from "../../lib/rtp/jpeg_depacketizer.ts";
import { type JpegHeader, jpegHeaderSize, writeJpegHeader } from "../../lib/rtp/jpeg_header.ts";
import { packetizeJpeg } from "../../lib/rtp/jpeg_packetizer.ts";
import type { RtpPacket } from "../../lib/rtp/packet.ts";
import { framePackets, madeUpPicture, rtpPacket } from "./rtp.ts";

/** Pushes all packets; returns the frames. */
export function feed(depacketizer: JpegDepacketizer, packets: readonly RtpPacket[]): ReceivedJpeg[] {
  return packets.map((packet) => depacketizer.push(packet)).filter((frame) => frame !== undefined);
}

/** The packets of a picture. */
export function packetsOf(picture: RtpJpeg, timestamp: number, sequence: number): RtpPacket[] {
  return framePackets(packetizeJpeg(picture).payloads, timestamp, sequence);
}

/** A payload with headers of one's own. */
export function jpegPayload(fields: Partial<JpegHeader>, data: Uint8Array = madeUpPicture(100).scan): Bytes {
  const header = { typeSpecific: 0, fragmentOffset: 0, type: 1, q: 50, width: 64, height: 48, ...fields };
  const bytes = new Uint8Array(jpegHeaderSize(header) + data.length);
  bytes.set(data, writeJpegHeader(bytes, 0, header));
  return bytes;
}

/** The reasons with which one packet alone, and a next frame behind it, is dropped. */
export function dropsOf(bytes: Bytes, depacketizer = new JpegDepacketizer()): string[] {
  const next = packetsOf(madeUpPicture(100), 2, 1);
  const frames = feed(depacketizer, [rtpPacket({ payload: bytes, timestamp: 1, marker: true }), ...next]);
  assertEquals(frames.map(({ timestamp }) => timestamp), [2], "the stream goes on");
  return [...depacketizer.drops.keys()];
}
