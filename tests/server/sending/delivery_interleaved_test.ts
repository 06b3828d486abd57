import { assertEquals } from "@std/assert";
import { type Bytes, concatBytes } from "../../../lib/core/bytes.ts";
import type { StreamWriter } from "../../../lib/net/stream_writer.ts";
import { RtspParser } from "../../../lib/rtsp/parser.ts";
import { packetizeJpeg } from "../../../lib/rtp/jpeg_packetizer.ts";
import { writeRtpHeader } from "../../../lib/rtp/packet.ts";
import { InterleavedDelivery } from "../../../lib/server/sending/delivery_interleaved.ts";
import { madeUpPicture } from "../../support/rtp.ts";

/** Marker or not, the payload type of JPEG, and the numbers. */
function header(marker: boolean, sequence: number, timestamp: number): Bytes {
  const header = new Uint8Array(12);
  writeRtpHeader(header, 0, { marker, payloadType: 26, sequence, timestamp, ssrc: 0xdecade });
  return header;
}

/** A writer that sees what is lent when it leaves. */
function lendingWriter(seen: (bytes: Bytes) => unknown): StreamWriter {
  let lent: Bytes[] = [];
  const writer: Pick<StreamWriter, "mediaLent" | "flush"> = {
    mediaLent: (bytes) => lent.push(bytes) > 0,
    flush() {
      lent.forEach(seen);
      lent = [];
    },
  };
  return writer as StreamWriter;
}

Deno.test("InterleavedDelivery hands a frame over as one block, each packet behind its channel and length", () => {
  const blocks: Bytes[] = [];
  const writer = {
    mediaLent: (bytes: Bytes) => blocks.push(bytes.slice()) < 3,
    flush: () => {},
  } as unknown as StreamWriter;
  const delivery = new InterleavedDelivery(writer, [6, 7]);
  const cut = packetizeJpeg(madeUpPicture(300), 200);
  const elsewhere = { payloads: [new Uint8Array(30).fill(3), new Uint8Array(30).fill(4), new Uint8Array(7).fill(5)] };
  for (const [index, frame] of [cut, elsewhere, cut].entries()) {
    const { payloads } = frame;
    delivery.packets(frame, 0, payloads.length, { ssrc: 0xdecade, sequence: 0xffff, timestamp: index });
    assertEquals(blocks.length, index + 1);
    const parser = new RtspParser();
    parser.push(blocks[index]!);
    for (const [place, payload] of payloads.entries()) {
      const head = header(place === payloads.length - 1, 0xffff + place, index);
      assertEquals(parser.next(), { kind: "interleaved", channel: 6, data: concatBytes([head, payload]) });
    }
    assertEquals(parser.next(), undefined);
    assertEquals(delivery.droppedFrames, index < 2 ? 0 : 1);
  }
  assertEquals([6, 7, 8].map((channel) => delivery.ownsChannel(channel)), [true, true, false]);
});

Deno.test("InterleavedDelivery names its own channel in a frame that it shares with others", () => {
  const channels: number[] = [];
  const writer = lendingWriter((bytes) => channels.push(bytes[1]!));
  const frame = packetizeJpeg(madeUpPicture(300), 200);
  const deliveries = [0, 2, 4].map((channel) => new InterleavedDelivery(writer, [channel, channel + 1]));
  const numbers = { ssrc: 1, sequence: 1, timestamp: 1 };
  for (const delivery of [...deliveries, ...deliveries]) delivery.packets(frame, 0, frame.payloads.length, numbers);
  writer.flush();
  assertEquals(channels, [0, 2, 4, 0, 2, 4]);
});

Deno.test("InterleavedDelivery writes the numbers of those that have others, and those of a line once", () => {
  const seen: number[][] = [];
  const writer = lendingWriter((bytes) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    seen.push([view.getUint16(6), view.getUint32(8), view.getUint32(12)]);
  });
  const frame = packetizeJpeg(madeUpPicture(300), 200);
  const deliveries = [0, 0, 2].map((channel) => new InterleavedDelivery(writer, [channel, channel + 1]));
  const all = [[1, 1, 1], [1, 1, 1], [2, 1, 1], [2, 3, 1], [2, 3, 4], [1, 1, 1]] as const;
  for (const [index, [sequence, timestamp, ssrc]] of all.entries()) {
    deliveries[index % 3]!.packets(frame, 0, frame.payloads.length, { ssrc, sequence, timestamp });
  }
  writer.flush();
  assertEquals(seen, all.map((numbers) => [...numbers]));
});
