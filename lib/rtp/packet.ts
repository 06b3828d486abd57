import { type Bytes, readUint32, writeUint32 } from "../core/bytes.ts";
import { InvalidDataError } from "../core/errors.ts";

/** Bytes of an RTP header without CSRC list and extension (RFC 3550 section 5.1). */
export const RTP_HEADER_SIZE = 12;

const VERSION_2 = 0x80;
const VERSION_MASK = 0xc0;
const PADDING_MASK = 0x20;
const EXTENSION_MASK = 0x10;
const CSRC_COUNT_MASK = 0x0f;
const MARKER_MASK = 0x80;
const PAYLOAD_TYPE_MASK = 0x7f;
const MAX_CSRCS = 15;
const MAX_EXTENSION_WORDS = 0xffff;

/** The fields of the fixed RTP header that a sender chooses. */
export interface RtpHeader {
  /** Set on the last packet of a frame (RFC 2435 section 3). */
  readonly marker: boolean;
  /** 0 to 127. */
  readonly payloadType: number;
  /** 16 bits; wraps. */
  readonly sequence: number;
  /** 32 bits in units of the payload's clock; wraps. */
  readonly timestamp: number;
  /** Synchronization source, 32 bits. */
  readonly ssrc: number;
}

/** One RTP packet (RFC 3550 section 5). Padding is already taken off `payload`. */
export interface RtpPacket extends RtpHeader {
  /** Contributing sources, at most 15. */
  readonly csrcs: readonly number[];
  /** The header extension: 16 bits that its profile defines, then whole 32-bit words. */
  readonly extension?: { readonly profile: number; readonly data: Bytes };
  /** A view into the bytes that were read. */
  readonly payload: Bytes;
}

/** Why bytes are no RTP packet; few and fixed, so that drops can be counted by them. */
export type RtpFault =
  | "shorter than an RTP header"
  | "not RTP version 2"
  | "CSRC list past the end"
  | "header extension past the end"
  | "padding past the end";

/**
 * Reads a packet, or says what is wrong with it: the form for receivers, where bad packets are counted and no exception
 * is worth its price.
 *
 *      0                   1                   2                   3
 *     |V=2|P|X|  CC   |M|     PT      |       sequence number         |
 *     |                           timestamp                           |
 *     |           synchronization source (SSRC) identifier            |
 *     |            contributing source (CSRC) identifiers ...         |
 *     |  extension profile            |  extension length in words    |
 */
export function readRtpPacket(bytes: Bytes): RtpPacket | RtpFault {
  if (bytes.length < RTP_HEADER_SIZE) return "shorter than an RTP header";
  const flags = bytes[0]!;
  if ((flags & VERSION_MASK) !== VERSION_2) return "not RTP version 2";
  let start = RTP_HEADER_SIZE + 4 * (flags & CSRC_COUNT_MASK);
  if (start > bytes.length) return "CSRC list past the end";
  const csrcs: number[] = [];
  for (let at = RTP_HEADER_SIZE; at < start; at += 4) csrcs.push(readUint32(bytes, at));

  let extension: RtpPacket["extension"];
  if (flags & EXTENSION_MASK) {
    if (start + 4 > bytes.length) return "header extension past the end";
    const profile = readUint16(bytes, start);
    const end = start + 4 + 4 * readUint16(bytes, start + 2);
    if (end > bytes.length) return "header extension past the end";
    extension = { profile, data: bytes.subarray(start + 4, end) };
    start = end;
  }

  let end = bytes.length;
  if (flags & PADDING_MASK) {
    const padding = bytes[end - 1]!;
    if (padding === 0 || padding > end - start) return "padding past the end";
    end -= padding;
  }
  return {
    marker: (bytes[1]! & MARKER_MASK) !== 0,
    payloadType: bytes[1]! & PAYLOAD_TYPE_MASK,
    sequence: readUint16(bytes, 2),
    timestamp: readUint32(bytes, 4),
    ssrc: readUint32(bytes, 8),
    csrcs,
    ...(extension && { extension }),
    payload: bytes.subarray(start, end),
  };
}

/**
 * Reads a packet.
 *
 * @throws {InvalidDataError} naming the fault
 */
export function parseRtpPacket(bytes: Bytes): RtpPacket {
  const packet = readRtpPacket(bytes);
  if (typeof packet === "string") {
    throw new InvalidDataError(`Cannot read RTP packet: ${packet} (${bytes.length} bytes)`);
  }
  return packet;
}

/**
 * Writes a packet, without padding.
 *
 * @throws {RangeError} when the CSRC list or the extension does not fit its length field
 */
export function writeRtpPacket(packet: RtpPacket): Bytes {
  const { csrcs, extension, payload } = packet;
  if (csrcs.length > MAX_CSRCS) throw new RangeError(`Cannot write RTP packet: ${csrcs.length} CSRCs`);
  const words = (extension?.data.length ?? 0) / 4;
  if (!Number.isInteger(words) || words > MAX_EXTENSION_WORDS) {
    throw new RangeError(`Cannot write RTP packet: header extension of ${4 * words} bytes`);
  }
  const extensionStart = RTP_HEADER_SIZE + 4 * csrcs.length;
  const payloadStart = extensionStart + (extension ? 4 + 4 * words : 0);
  const bytes = new Uint8Array(payloadStart + payload.length);
  writeRtpHeader(bytes, 0, packet);
  bytes[0] = VERSION_2 | (extension ? EXTENSION_MASK : 0) | csrcs.length;
  csrcs.forEach((csrc, index) => writeUint32(bytes, RTP_HEADER_SIZE + 4 * index, csrc));
  if (extension) {
    writeUint32(bytes, extensionStart, (extension.profile << 16) | words);
    bytes.set(extension.data, extensionStart + 4);
  }
  bytes.set(payload, payloadStart);
  return bytes;
}

/** Writes the 12 bytes of a header without CSRCs, extension and padding at `offset`; the caller has made the room. */
export function writeRtpHeader(target: Uint8Array, offset: number, header: RtpHeader): void {
  target[offset] = VERSION_2;
  target[offset + 1] = (header.marker ? MARKER_MASK : 0) | (header.payloadType & PAYLOAD_TYPE_MASK);
  target[offset + 2] = header.sequence >>> 8;
  target[offset + 3] = header.sequence;
  writeUint32(target, offset + 4, header.timestamp);
  writeUint32(target, offset + 8, header.ssrc);
}

/** The first 32-bit word of such a header with sequence number 0: for those who write many headers of one stream. */
export function rtpHeaderStart(payloadType: number, marker: boolean, extended = false): number {
  return ((VERSION_2 | (extended ? EXTENSION_MASK : 0)) << 24) | (marker ? MARKER_MASK << 16 : 0) |
    ((payloadType & PAYLOAD_TYPE_MASK) << 16);
}

function readUint16(bytes: Uint8Array, offset: number): number {
  return (bytes[offset]! << 8) | bytes[offset + 1]!;
}
