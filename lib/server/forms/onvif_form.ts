import { mcuGrid } from "../../jpeg/coefficients.ts";
import { SOF1 } from "../../jpeg/markers.ts";
import type { JpegImage, JpegScan } from "../../jpeg/parse.ts";
import { toSequential } from "../../jpeg/sequential.ts";
import { DYNAMIC_TYPE } from "../../rtp/jpeg_header.ts";
import { onvifSegments } from "../../rtp/jpeg_onvif.ts";
import { MAX_RTP_PAYLOAD, type PacketizedFrame, packetizeJpeg } from "../../rtp/jpeg_packetizer.ts";

/** Room that the segments leave in the first packet for headers, tables and some of the scan, bytes. */
const MAX_SEGMENTS = MAX_RTP_PAYLOAD - 256;
const MAX_STEP = 255;

/** Packets, and the size in pixels of the picture in them. */
export type ExactPackets = PacketizedFrame & { readonly width: number; readonly height: number };

/**
 * The packets of a picture with every coefficient as it is, with all that RFC 2435 cannot say in ONVIF's header
 * extension; undefined where that cannot be. A picture in several scans is put into one.
 *
 * Throws `InvalidDataError` for damaged data.
 */
export function exactPackets(jpeg: JpegImage): ExactPackets | undefined {
  const whole = isOneScan(jpeg) ? jpeg : toSequential(jpeg);
  return whole && untouchedPackets(whole);
}

/**
 * The packets of a picture as it is, bit by bit; undefined for more than one scan and for what is not 8-bit baseline or
 * extended sequential.
 *
 * They go out under a type that RFC 2435 leaves open: who does not know the extension has no wrong picture to show.
 */
export function untouchedPackets(jpeg: JpegImage): ExactPackets | undefined {
  if (!isOneScan(jpeg)) return undefined;
  const scan = jpeg.scans[0]!;
  const segments = onvifSegments(jpeg);
  if (segments.length > MAX_SEGMENTS) return undefined;
  const quantization = new Uint8Array(128);
  for (const [at, component] of [[0, 0], [64, 1]] as const) {
    const table = jpeg.quantization[jpeg.components[component]!.quantization];
    if (table) quantization.set(table.values.map((step) => Math.min(step, MAX_STEP)), at);
  }
  const { width, height } = jpeg;
  const image = { type: DYNAMIC_TYPE, width, height, restartInterval: 0, quantization, scan: scan.data };
  return { ...packetizeJpeg(image, MAX_RTP_PAYLOAD, segments), width, height };
}

/** Whether the picture is YCbCr in a single sequential scan, whole as far as its markers tell. */
function isOneScan(jpeg: JpegImage): boolean {
  const [scan, ...others] = jpeg.scans;
  const isSequential = jpeg.process <= SOF1 && jpeg.precision === 8 && jpeg.colorModel === "YCbCr";
  return isSequential && others.length === 0 && scan!.components.length === jpeg.components.length &&
    scan!.strayMarker === undefined && scan!.data.length > 0 && hasItsRestarts(jpeg, scan!);
}

function hasItsRestarts(jpeg: JpegImage, { restartInterval, restartMarkers, restartsInOrder }: JpegScan): boolean {
  const { wide, high } = mcuGrid(jpeg);
  const expected = restartInterval === 0 ? 0 : Math.ceil(wide * high / restartInterval) - 1;
  return restartsInOrder && restartMarkers === expected;
}
