import type { Bytes } from "../core/bytes.ts";
import { RTP_HEADER_SIZE, rtpHeaderStart } from "../rtp/packet.ts";

/** JPEG's static RTP payload type (RFC 3551 section 6). */
export const JPEG_PAYLOAD_TYPE = 26;

/** The first halves of the header's first word, without the sequence number behind them. */
const WITHIN_FRAME = rtpHeaderStart(JPEG_PAYLOAD_TYPE, false);
const LAST_OF_FRAME = rtpHeaderStart(JPEG_PAYLOAD_TYPE, true);
/** What an extension behind the header adds to either. */
const EXTENDED = rtpHeaderStart(JPEG_PAYLOAD_TYPE, false, true) & ~WITHIN_FRAME;

/** A frame as RTP payloads: made once, sent to all viewers. */
export interface MediaPackets {
  readonly payloads: readonly Bytes[];
  /** Every payload begins with a header extension. */
  readonly extended?: boolean;
  /** The memory the payloads lie in, one behind the other, each behind PACKET_HEADROOM bytes of room. */
  readonly framed?: Bytes;
}

/** What the RTP headers of one viewer's packets say. */
export interface RtpNumbers {
  readonly ssrc: number;
  /** Of the first of these packets, 16 bits. */
  readonly sequence: number;
  /** Of the frame. */
  readonly timestamp: number;
}

/** Writes the header of packet `index` of a frame, whose number is `sequence`. The frame's last packet carries the marker. */
export function writeHeader(
  target: DataView,
  at: number,
  { payloads, extended }: MediaPackets,
  index: number,
  { ssrc, timestamp }: RtpNumbers,
  sequence: number,
): void {
  const word = (index === payloads.length - 1 ? LAST_OF_FRAME : WITHIN_FRAME) | (extended === true ? EXTENDED : 0);
  target.setUint32(at, word | (sequence & 0xffff));
  target.setUint32(at + 4, timestamp);
  target.setUint32(at + 8, ssrc);
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
    for (let i = from, at = 0; i < to; i++, at += RTP_HEADER_SIZE) {
      writeHeader(this.#view, at, frame, i, numbers, numbers.sequence + i - from);
    }
  }
}
