import type { Bytes } from "../../core/bytes.ts";
import type { StreamWriter } from "../../net/stream_writer.ts";
import { PACKET_HEADROOM, withHeadroom } from "../../rtp/jpeg_packetizer.ts";
import { RTP_HEADER_SIZE } from "../../rtp/packet.ts";
import type { Delivery } from "./delivery.ts";
import { type FrameMemory, type MediaPackets, type RtpNumbers, writeHeaders } from "./media_packets.ts";

/** `$`, channel and a 16-bit length (RFC 2326 section 10.12). */
const INTERLEAVED_HEADER_SIZE = 4;
const DOLLAR = 0x24;

/** RTP and RTCP inside the RTSP connection. A frame leaves with one write, whole or not at all. */
export class InterleavedDelivery implements Delivery {
  readonly kind = "tcp";
  readonly maxBurst = Infinity;
  readonly #writer: StreamWriter;
  readonly #rtpChannel: number;
  readonly #rtcpChannel: number;
  #droppedFrames = 0;

  constructor(writer: StreamWriter, [rtpChannel, rtcpChannel]: readonly [number, number]) {
    this.#writer = writer;
    this.#rtpChannel = rtpChannel;
    this.#rtcpChannel = rtcpChannel;
  }

  get droppedFrames(): number {
    return this.#droppedFrames;
  }

  packets(frame: MediaPackets, _from: number, _to: number, numbers: RtpNumbers): void {
    const memory = memoryOf(frame);
    const otherChannel = memory.channel !== this.#rtpChannel;
    const otherNumbers = !hasNumbers(memory, numbers);
    if (otherChannel || otherNumbers) this.#writer.flush();
    if (otherChannel) writeFraming(memory, frame, this.#rtpChannel);
    if (otherNumbers) writeNumbers(memory, frame, numbers);
    if (!this.#writer.mediaLent(memory.bytes)) this.#droppedFrames++;
  }

  report(packet: Bytes): void {
    this.#writer.message(this.#rtcpBlock(packet));
  }

  goodbye(packet: Bytes): void {
    this.#writer.messageAfterMedia(this.#rtcpBlock(packet));
  }

  ownsChannel(channel: number): boolean {
    return channel === this.#rtpChannel || channel === this.#rtcpChannel;
  }

  discard(): void {
    this.#writer.discardMedia();
  }

  #rtcpBlock(packet: Bytes): Bytes {
    const block = new Uint8Array(INTERLEAVED_HEADER_SIZE + packet.length);
    writeInterleavedHeader(block, 0, this.#rtcpChannel, packet.length);
    block.set(packet, INTERLEAVED_HEADER_SIZE);
    return block;
  }
}

function memoryOf(frame: MediaPackets): FrameMemory {
  if (frame.interleaved) return frame.interleaved;
  const bytes = frame.framed ?? withHeadroom(frame.payloads);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const step = PACKET_HEADROOM + frame.payloads[0]!.length;
  return frame.interleaved = { bytes, view, step, channel: -1, ssrc: -1, sequence: 0, timestamp: 0 };
}

function hasNumbers(memory: FrameMemory, { ssrc, sequence, timestamp }: RtpNumbers): boolean {
  return memory.sequence === sequence && memory.timestamp === timestamp && memory.ssrc === ssrc;
}

function writeNumbers(memory: FrameMemory, frame: MediaPackets, numbers: RtpNumbers): void {
  writeHeaders(memory.view, INTERLEAVED_HEADER_SIZE, memory.step, frame, 0, frame.payloads.length, numbers);
  memory.ssrc = numbers.ssrc;
  memory.sequence = numbers.sequence;
  memory.timestamp = numbers.timestamp;
}

function writeFraming(memory: FrameMemory, { payloads }: MediaPackets, channel: number): void {
  memory.channel = channel;
  for (let i = 0; i < payloads.length; i++) {
    writeInterleavedHeader(memory.bytes, i * memory.step, channel, RTP_HEADER_SIZE + payloads[i]!.length);
  }
}

function writeInterleavedHeader(target: Uint8Array, at: number, channel: number, length: number): void {
  target[at] = DOLLAR;
  target[at + 1] = channel;
  target[at + 2] = length >>> 8;
  target[at + 3] = length;
}
