import { ByteReader, type Bytes } from "../../lib/core/bytes.ts";
import type { RtpJpeg } from "../../lib/jpeg/rfc2435.ts";
import { quantizationForQuality } from "../../lib/jpeg/standard_tables.ts";
import type { RtpPacket } from "../../lib/rtp/packet.ts";

/** The packets of a recording: each stands behind its length in 16 bits (RFC 4571). */
export function readRecording(name: string): Bytes[] {
  const reader = new ByteReader(Deno.readFileSync(new URL(`../vectors/rtp/${name}`, import.meta.url)), name);
  const packets: Bytes[] = [];
  while (reader.remaining > 0) packets.push(reader.take(reader.u16()));
  return packets;
}

/** A packet of JPEG with what a test does not care about filled in. */
export function rtpPacket(fields: Partial<RtpPacket> = {}): RtpPacket {
  return {
    marker: false,
    payloadType: 26,
    sequence: 0,
    timestamp: 0,
    ssrc: 1,
    csrcs: [],
    payload: new Uint8Array(),
    ...fields,
  };
}

/** The packets of one frame: numbered on from `sequence`, the marker on the last. */
export function framePackets(payloads: readonly Bytes[], timestamp: number, sequence: number): RtpPacket[] {
  return payloads.map((payload, index) =>
    rtpPacket({
      marker: index === payloads.length - 1,
      sequence: (sequence + index) & 0xffff,
      timestamp,
      payload,
    })
  );
}

/** A picture whose scan is `length` bytes without meaning and without 0xFF; different for every `seed`. */
export function madeUpPicture(length: number, changes: Partial<RtpJpeg> & { seed?: number } = {}): RtpJpeg {
  const { seed = 0, ...fields } = changes;
  return {
    type: 1,
    width: 64,
    height: 48,
    restartInterval: 0,
    quantization: quantizationForQuality(50),
    scan: Uint8Array.from({ length }, (_, index) => (index * 7 + (index >> 8) + seed) % 0xff),
    ...fields,
  };
}
