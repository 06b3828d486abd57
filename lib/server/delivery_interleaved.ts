import type { Bytes } from "../core/bytes.ts";
import type { StreamWriter } from "../net/stream_writer.ts";
import { RTP_HEADER_SIZE } from "../rtp/packet.ts";
import type { Delivery } from "./delivery.ts";

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

  packets(headers: Bytes, payloads: readonly Bytes[], first: number, count: number): void {
    let size = 0;
    for (let i = 0; i < count; i++) size += INTERLEAVED_HEADER_SIZE + RTP_HEADER_SIZE + payloads[first + i]!.length;
    const block = new Uint8Array(size);
    let at = 0;
    for (let i = 0; i < count; i++) {
      const payload = payloads[first + i]!;
      writeInterleavedHeader(block, at, this.channels[0], RTP_HEADER_SIZE + payload.length);
      at += INTERLEAVED_HEADER_SIZE;
      block.set(headers.subarray(i * RTP_HEADER_SIZE, (i + 1) * RTP_HEADER_SIZE), at);
      at += RTP_HEADER_SIZE;
      block.set(payload, at);
      at += payload.length;
    }
    if (!this.writer.media(block)) this.#droppedFrames++;
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

function writeInterleavedHeader(target: Uint8Array, at: number, channel: number, length: number): void {
  target[at] = DOLLAR;
  target[at + 1] = channel;
  target[at + 2] = length >>> 8;
  target[at + 3] = length;
}
