import type { Bytes } from "../core/bytes.ts";
import type { StreamWriter } from "../net/stream_writer.ts";
import { RTP_HEADER_SIZE } from "../rtp/packet.ts";
import type { Delivery } from "./delivery.ts";

/** `$`, channel and a 16-bit length (RFC 2326 section 10.12). */
const INTERLEAVED_HEADER_SIZE = 4;
const DOLLAR = 0x24;
const FRAMED_HEADER_SIZE = INTERLEAVED_HEADER_SIZE + RTP_HEADER_SIZE;

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
    const framed = framedRoom(count * FRAMED_HEADER_SIZE);
    for (let i = 0, from = 0, at = 0; i < count; i++) {
      writeInterleavedHeader(framed, at, this.channels[0], RTP_HEADER_SIZE + payloads[first + i]!.length);
      at += INTERLEAVED_HEADER_SIZE;
      for (const end = at + RTP_HEADER_SIZE; at < end;) framed[at++] = headers[from++]!;
    }
    const whole = this.writer.packets({ headers: framed, headerSize: FRAMED_HEADER_SIZE, payloads, first, count });
    if (!whole) this.#droppedFrames++;
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

let framedHeaders = new Uint8Array(64 * FRAMED_HEADER_SIZE);

/** Room for the headers of one frame; all connections use the same, because the writer copies them. */
function framedRoom(size: number): Bytes {
  if (size > framedHeaders.length) framedHeaders = new Uint8Array(2 * size);
  return framedHeaders;
}

function writeInterleavedHeader(target: Uint8Array, at: number, channel: number, length: number): void {
  target[at] = DOLLAR;
  target[at + 1] = channel;
  target[at + 2] = length >>> 8;
  target[at + 3] = length;
}
