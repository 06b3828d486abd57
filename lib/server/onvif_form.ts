import { SOF1 } from "../jpeg/markers.ts";
import type { JpegImage } from "../jpeg/parse.ts";
import { RESTART_TYPES } from "../jpeg/rfc2435.ts";
import { onvifSegments } from "../rtp/jpeg_onvif.ts";
import { MAX_RTP_PAYLOAD, packetizeJpeg } from "../rtp/jpeg_packetizer.ts";
import type { MediaPackets } from "./media_packets.ts";

/** Room that the segments leave in the first packet for headers, tables and some of the scan, bytes. */
const MAX_SEGMENTS = MAX_RTP_PAYLOAD - 256;
const MAX_STEP = 255;

/**
 * The packets of a picture as it is, with all that RFC 2435 cannot say in ONVIF's header extension; undefined for more
 * than one scan and for what is not 8-bit baseline or extended sequential.
 */
export function untouchedPackets(jpeg: JpegImage): MediaPackets | undefined {
  const [scan, ...others] = jpeg.scans;
  const sequential = jpeg.process <= SOF1 && jpeg.precision === 8;
  const whole = scan !== undefined && others.length === 0 && scan.components.length === jpeg.components.length;
  if (!sequential || !whole || scan.strayMarker !== undefined || scan.data.length === 0) return undefined;
  if (jpeg.colorModel !== "YCbCr" && jpeg.colorModel !== "grey") return undefined;
  const segments = onvifSegments(jpeg.bytes);
  if (segments.length > MAX_SEGMENTS) return undefined;
  const quantization = new Uint8Array(128);
  for (const [at, component] of [[0, 0], [64, 1]] as const) {
    const table = jpeg.quantization[(jpeg.components[component] ?? jpeg.components[0]!).quantization];
    if (table) quantization.set(table.values.map((step) => Math.min(step, MAX_STEP)), at);
  }
  const restartInterval = scan.restartMarkers > 0 ? scan.restartInterval : 0;
  const type = (jpeg.components[0]!.vertical === 1 ? 0 : 1) + (restartInterval > 0 ? RESTART_TYPES : 0);
  const { width, height } = jpeg;
  return packetizeJpeg(
    { type, width, height, restartInterval, quantization, scan: scan.data },
    MAX_RTP_PAYLOAD,
    segments,
  );
}
