import type { Bytes } from "../../core/bytes.ts";
import { RTP_HEADER_SIZE, rtpHeaderStart } from "../../rtp/packet.ts";

/** JPEG's static RTP payload type (RFC 3551 section 6). */
export const JPEG_PAYLOAD_TYPE = 26;

/** The first half of the header's first word, the sequence number behind it; what a marker and an extension add to it. */
const WITHIN_FRAME = rtpHeaderStart(JPEG_PAYLOAD_TYPE, false);
const LAST = rtpHeaderStart(JPEG_PAYLOAD_TYPE, true) & ~WITHIN_FRAME;
const EXTENDED = rtpHeaderStart(JPEG_PAYLOAD_TYPE, false, true) & ~WITHIN_FRAME;

/** A frame as RTP payloads: made once, sent to all viewers. */
export interface MediaPackets {
  /** All of the same length but the last, which may be shorter. */
  readonly payloads: readonly Bytes[];
  /** Every payload begins with a header extension. */
  readonly extended?: boolean;
  /** The memory the payloads lie in, one behind the other, each behind PACKET_HEADROOM bytes of room. */
  readonly framed?: Bytes;
  /** What viewers over TCP share. */
  interleaved?: FrameMemory;
}

/**
 * The memory of a frame with channel and lengths in the room before its payloads. All viewers share it and write RTP
 * headers of their own there, once it has left for those before. Viewers of a live line have the same headers, which are
 * then written once, and get the frame together.
 */
export interface FrameMemory {
  readonly bytes: Bytes;
  readonly view: DataView;
  /** Bytes from one packet to the next. */
  readonly step: number;
  channel: number;
  /** What the headers in it say; no source before they are written. */
  ssrc: number;
  sequence: number;
  timestamp: number;
}

/** What the RTP headers of one viewer's packets say. */
export interface RtpNumbers {
  readonly ssrc: number;
  /** Of the first of these packets, 16 bits. */
  readonly sequence: number;
  /** Of the frame. */
  readonly timestamp: number;
}

/**
 * Writes the RTP headers of packets `from` to `to` (excluded) of a frame, the first at `start`, each `step` bytes behind
 * the one before. The frame's last packet carries the marker.
 */
export function writeHeaders(
  target: DataView,
  start: number,
  step: number,
  { payloads, extended }: MediaPackets,
  from: number,
  to: number,
  { ssrc, sequence, timestamp }: RtpNumbers,
): void {
  const word = WITHIN_FRAME | (extended === true ? EXTENDED : 0);
  let at = start;
  for (let i = 0; i < to - from; i++, at += step) {
    target.setUint32(at, word | ((sequence + i) & 0xffff));
    target.setUint32(at + 4, timestamp);
    target.setUint32(at + 8, ssrc);
  }
  if (to === payloads.length) target.setUint32(at - step, (word | LAST) | ((sequence + to - from - 1) & 0xffff));
}

/** Bytes of packets `from` to `to` (excluded) without their RTP headers. */
export function payloadBytes({ payloads }: MediaPackets, from: number, to: number): number {
  return to === from ? 0 : (to - from - 1) * payloads[from]!.length + payloads[to - 1]!.length;
}

/** Headers that are copied by whom they are handed to: all senders of a kind use the same room. */
export class HeaderRoom {
  bytes: Bytes = new Uint8Array(64 * RTP_HEADER_SIZE);
  #view = new DataView(this.bytes.buffer);

  /** Writes the headers of packets `from` to `to` (excluded), one behind the other. */
  write(frame: MediaPackets, from: number, to: number, numbers: RtpNumbers): void {
    const size = (to - from) * RTP_HEADER_SIZE;
    if (size > this.bytes.length) {
      this.bytes = new Uint8Array(2 * size);
      this.#view = new DataView(this.bytes.buffer);
    }
    writeHeaders(this.#view, 0, RTP_HEADER_SIZE, frame, from, to, numbers);
  }
}
