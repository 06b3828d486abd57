import { type Bytes, concatBytes } from "../../lib/core/bytes.ts";
import { DHT, DQT, isStartOfFrame } from "../../lib/jpeg/markers.ts";
import { parseJpeg } from "../../lib/jpeg/parse.ts";
import type { JpegHeader } from "../../lib/rtp/jpeg_header.ts";
import { ONVIF_FIRST, ONVIF_FURTHER, onvifSegments } from "../../lib/rtp/jpeg_onvif.ts";
import type { RtpPacket } from "../../lib/rtp/packet.ts";
import { jpegPayload } from "./jpeg_packets.ts";
import { sampleJpeg } from "./jpeg_samples.ts";
import { rtpPacket } from "./rtp.ts";

/** No bytes. */
export const NOTHING = new Uint8Array(0);
/** The RTP/JPEG header of a 43x37 sample that only the extension describes. */
export const ONVIF_HEADER: Partial<JpegHeader> = { type: 128, q: 255, width: 48, height: 40 };
const TABLES = { precision: 0, tables: new Uint8Array(128).fill(9) };

/** What one packet of a frame carries; without `data` it has no RTP/JPEG header either. */
export interface PacketPlan {
  readonly extension?: Bytes;
  readonly data?: Bytes;
}

/** The packets of a frame: the first with profile 0xFFD8, all of its fragments at their offsets. */
export function onvifFrame(
  plans: readonly PacketPlan[],
  timestamp: number,
  sequence: number,
  fields = ONVIF_HEADER,
): RtpPacket[] {
  let fragmentOffset = 0;
  return plans.map(({ extension = NOTHING, data }, index) => {
    const table = fragmentOffset === 0 && (fields.q ?? 0) > 127 ? { table: fields.table ?? TABLES } : {};
    const payload = data === undefined ? NOTHING : jpegPayload({ ...fields, ...table, fragmentOffset }, data);
    fragmentOffset += data?.length ?? 0;
    return rtpPacket({
      sequence: (sequence + index) & 0xffff,
      timestamp,
      marker: index === plans.length - 1,
      payload,
      extension: { profile: index === 0 ? ONVIF_FIRST : ONVIF_FURTHER, data: extension },
    });
  });
}

/** The segments of a sample, by their codes, and its scan. */
export function onvifParts(name: string) {
  const image = parseJpeg(sampleJpeg(name));
  const bytes = onvifSegments(image);
  const segments = new Map<string, Bytes>();
  for (let at = 0; at < bytes.length;) {
    if (bytes[at + 1] === 0xff) {
      at++;
      continue;
    }
    const end = at + 2 + (bytes[at + 2]! << 8 | bytes[at + 3]!);
    const code = bytes[at + 1]!;
    const key = isStartOfFrame(code) ? "frame" : code === DQT ? "quantization" : code === DHT ? "huffman" : "scan";
    segments.set(key, concatBytes([segments.get(key) ?? NOTHING, bytes.subarray(at, end)]));
    at = end;
  }
  return {
    image,
    bytes,
    scan: image.scans[0]!.data,
    get: (...keys: string[]) => words(keys.map((key) => segments.get(key)!)),
  };
}

/** Whole 32-bit words: fill bytes stand before the last segment, which may be SOS. */
export function words(parts: readonly Bytes[]): Bytes {
  const size = parts.reduce((sum, { length }) => sum + length, 0);
  return concatBytes([new Uint8Array((4 - size % 4) % 4).fill(0xff), ...parts]);
}
