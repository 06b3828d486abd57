import type { Bytes } from "../core/bytes.ts";
import type { StreamWriter } from "../net/stream_writer.ts";
import { PACKET_HEADROOM, withHeadroom } from "../rtp/jpeg_packetizer.ts";
import { RTP_HEADER_SIZE } from "../rtp/packet.ts";
import type { Delivery } from "./delivery.ts";
import { type MediaPackets, type RtpNumbers, writeHeaders } from "./media_packets.ts";

/** `$`, channel and a 16-bit length (RFC 2326 section 10.12). */
const INTERLEAVED_HEADER_SIZE = 4;
const DOLLAR = 0x24;

/** RTP and RTCP inside the RTSP connection. A frame leaves with one write, whole or not at all. */
export class InterleavedDelivery implements Delivery {
  readonly kind = "tcp";
  readonly maxBurst = Infinity;
  #droppedFrames = 0;

  constructor(private readonly writer: StreamWriter, private readonly channels: readonly [number, number]) {}

  get droppedFrames(): number {
    return this.#droppedFrames;
  }

  packets(frame: MediaPackets, _from: number, _to: number, numbers: RtpNumbers): void {
    const { bytes, view, step } = memory.of(frame, this.channels[0]);
    writeHeaders(view, INTERLEAVED_HEADER_SIZE, step, frame, 0, frame.payloads.length, numbers);
    if (!this.writer.mediaNow(bytes)) this.#droppedFrames++;
  }

  report(packet: Bytes): void {
    this.writer.message(this.#rtcpBlock(packet));
  }

  goodbye(packet: Bytes): void {
    this.writer.messageAfterMedia(this.#rtcpBlock(packet));
  }

  ownsChannel(channel: number): boolean {
    return this.channels.includes(channel);
  }

  discard(): void {
    this.writer.discardMedia();
  }

  #rtcpBlock(packet: Bytes): Bytes {
    const block = new Uint8Array(INTERLEAVED_HEADER_SIZE + packet.length);
    writeInterleavedHeader(block, 0, this.channels[1], packet.length);
    block.set(packet, INTERLEAVED_HEADER_SIZE);
    return block;
  }
}

/**
 * The memory of the frame that was sent last, channel and lengths written into the room before its payloads: mostly the
 * next viewer gets the same one, with RTP headers of its own. All share it, because the kernel copies a frame before the
 * next viewer's turn.
 */
class FrameMemory {
  bytes: Bytes = new Uint8Array(0);
  view: DataView = new DataView(this.bytes.buffer);
  /** Bytes from one packet to the next. */
  step = 0;
  #frame: MediaPackets | undefined;
  #channel = -1;

  of(frame: MediaPackets, channel: number): this {
    if (frame === this.#frame && channel === this.#channel) return this;
    this.#frame = frame;
    this.#channel = channel;
    const { payloads } = frame;
    this.bytes = frame.framed ?? withHeadroom(payloads);
    this.view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length);
    this.step = PACKET_HEADROOM + payloads[0]!.length;
    for (let i = 0; i < payloads.length; i++) {
      writeInterleavedHeader(this.bytes, i * this.step, channel, RTP_HEADER_SIZE + payloads[i]!.length);
    }
    return this;
  }
}

const memory = new FrameMemory();

function writeInterleavedHeader(target: Uint8Array, at: number, channel: number, length: number): void {
  target[at] = DOLLAR;
  target[at + 1] = channel;
  target[at + 2] = length >>> 8;
  target[at + 3] = length;
}
