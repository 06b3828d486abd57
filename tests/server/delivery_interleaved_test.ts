import { assertEquals } from "@std/assert";
import { type Bytes, concatBytes } from "../../lib/core/bytes.ts";
import { joinPackets, type Packets } from "../../lib/net/packets.ts";
import type { StreamWriter } from "../../lib/net/stream_writer.ts";
import { RtspParser } from "../../lib/rtsp/parser.ts";
import { InterleavedDelivery } from "../../lib/server/delivery_interleaved.ts";

Deno.test("InterleavedDelivery hands a frame over as one block, each packet behind its channel and length", () => {
  const blocks: Bytes[] = [];
  const writer = { packets: (packets: Packets) => blocks.push(joinPackets(packets)) < 2 } as unknown as StreamWriter;
  const delivery = new InterleavedDelivery(writer, [6, 7]);
  const headers = concatBytes([new Uint8Array(12).fill(1), new Uint8Array(12).fill(2)]);
  const payloads = [new Uint8Array(300).fill(3), new Uint8Array(5).fill(4), new Uint8Array(7).fill(5)];
  delivery.packets(headers, payloads, 1, 2);
  assertEquals(blocks.length, 1);
  const parser = new RtspParser();
  parser.push(blocks[0]!);
  assertEquals(parser.next(), {
    kind: "interleaved",
    channel: 6,
    data: concatBytes([new Uint8Array(12).fill(1), payloads[1]!]),
  });
  assertEquals(parser.next(), {
    kind: "interleaved",
    channel: 6,
    data: concatBytes([new Uint8Array(12).fill(2), payloads[2]!]),
  });
  assertEquals(parser.next(), undefined);
  assertEquals(delivery.droppedFrames, 0);
  delivery.packets(headers, payloads, 0, 2);
  assertEquals(delivery.droppedFrames, 1);
  assertEquals([6, 7, 8].map((channel) => delivery.ownsChannel(channel)), [true, true, false]);
});
