import type { Bytes } from "../core/bytes.ts";
import { MAX_RTP_JPEG_SCAN, type RtpJpeg } from "../jpeg/rfc2435.ts";
import {
  EVERY_FRAME_Q,
  hasRestartHeader,
  type JpegHeader,
  jpegHeaderSize,
  UNALIGNED_RESTART_COUNT,
  writeJpegHeader,
} from "./jpeg_header.ts";
import { EXTENSION_HEADER_SIZE, ONVIF_FIRST, ONVIF_FURTHER, writeOnvifExtension } from "./jpeg_onvif.ts";

/** Largest RTP payload in bytes: with its header a packet of 1400, which fits every usual link and tunnel. */
export const MAX_RTP_PAYLOAD = 1388;

/**
 * Bytes of room in front of every payload: for an RTP header, and over TCP for the four bytes before it (RFC 2326 section
 * 10.12), so that a frame can be sent as the one piece of memory that it is.
 */
export const PACKET_HEADROOM = 16;

/** One frame as RTP payloads. The payloads of a frame are the same for all viewers: only RTP headers differ. */
export interface PacketizedFrame {
  /**
   * In order, views into `framed`; all of the same length but the last, which may be shorter: so a kernel can cut one
   * large buffer into datagrams by itself.
   */
  readonly payloads: readonly Bytes[];
  /** The payloads one behind the other, each behind PACKET_HEADROOM bytes of room. */
  readonly framed: Bytes;
  /** Sum of the lengths. */
  readonly size: number;
  /** Every payload begins with a header extension: the X bit belongs into the RTP header (RFC 3550 section 5.3.1). */
  readonly extended?: boolean;
}

const NOTHING = new Uint8Array(0);

/**
 * Cuts a picture into RTP payloads (RFC 2435). Q is 255 with both tables in the first packet only, the one form that all
 * receivers accept; types 64 and 65 have the restart header in every packet. With `segments` (whole 32-bit words, see
 * `onvifSegments()`) every packet has ONVIF's header extension, which those who do not know it pass over.
 *
 * @throws {RangeError} when the scan is empty or too long for the 24-bit offset, or `maxPayload` has no room for data
 */
export function packetizeJpeg(
  image: RtpJpeg,
  maxPayload: number = MAX_RTP_PAYLOAD,
  segments?: Bytes,
): PacketizedFrame {
  const { scan } = image;
  if (scan.length === 0 || scan.length >= MAX_RTP_JPEG_SCAN) {
    throw new RangeError(`Cannot packetize a JPEG with ${scan.length} bytes of scan`);
  }
  const first = firstHeader(image);
  const { table: _table, ...other } = first;
  const extension = segments === undefined ? 0 : EXTENSION_HEADER_SIZE;
  const firstHead = extension + (segments?.length ?? 0) + jpegHeaderSize(first);
  const otherHead = extension + jpegHeaderSize(other);
  const firstRoom = maxPayload - firstHead;
  const otherRoom = maxPayload - otherHead;
  if (!(firstRoom > 0)) throw new RangeError(`Cannot packetize a JPEG into payloads of ${maxPayload} bytes`);

  const count = 1 + Math.ceil(Math.max(0, scan.length - firstRoom) / otherRoom);
  const size = scan.length + firstHead + (count - 1) * otherHead;
  const framed = new Uint8Array(size + count * PACKET_HEADROOM);
  const payloads: Bytes[] = [];
  // The whole scan behind all room for headers, from where it moves to the front part by part: that costs less than a view
  // of each part. What is yet to move lies behind what is written, for there are headers before all of it.
  let unmoved = framed.length - scan.length;
  framed.set(scan, unmoved);
  const further = { ...other };
  let header: JpegHeader = first;
  for (let start = PACKET_HEADROOM; start < framed.length; start += maxPayload + PACKET_HEADROOM) {
    // The room may hold a part that has moved on.
    framed.fill(0, start - PACKET_HEADROOM, start);
    let at = start;
    if (segments !== undefined) {
      const isFirst = header === first;
      at += writeOnvifExtension(framed, at, isFirst ? ONVIF_FIRST : ONVIF_FURTHER, isFirst ? segments : NOTHING);
    }
    at += writeJpegHeader(framed, at, header);
    const end = Math.min(start + maxPayload, framed.length);
    framed.copyWithin(at, unmoved, unmoved + end - at);
    payloads.push(framed.subarray(start, end));
    unmoved += end - at;
    further.fragmentOffset += end - at;
    header = further;
  }
  return { payloads, framed, size, ...(segments && { extended: true }) };
}

/** A copy of payloads that lie elsewhere, each behind its room. */
export function withHeadroom(payloads: readonly Bytes[]): Bytes {
  const framed = new Uint8Array(payloads.reduce((sum, { length }) => sum + PACKET_HEADROOM + length, 0));
  let at = 0;
  for (const payload of payloads) {
    framed.set(payload, at + PACKET_HEADROOM);
    at += PACKET_HEADROOM + payload.length;
  }
  return framed;
}

/** The payloads in such memory, where all but the last have `payloadSize` bytes. */
export function payloadsIn(framed: Bytes, payloadSize: number): Bytes[] {
  const payloads: Bytes[] = [];
  for (let at = PACKET_HEADROOM; at < framed.length; at += payloadSize + PACKET_HEADROOM) {
    payloads.push(framed.subarray(at, at + payloadSize));
  }
  return payloads;
}

function firstHeader(image: RtpJpeg): JpegHeader {
  const interval = image.restartInterval;
  return {
    typeSpecific: 0,
    fragmentOffset: 0,
    type: image.type,
    q: EVERY_FRAME_Q,
    width: image.width,
    height: image.height,
    ...(hasRestartHeader(image.type) &&
      { restart: { interval, first: true, last: true, count: UNALIGNED_RESTART_COUNT } }),
    table: { precision: 0, tables: image.quantization },
  };
}
