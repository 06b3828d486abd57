import { assertEquals } from "@std/assert";
import { OnvifParts } from "../../lib/rtp/onvif_parts.ts";
import { rtpPacket } from "../support/rtp.ts";

function packet(sequence: number, size = 0, profile = 0xffff) {
  return rtpPacket({ sequence, extension: { profile, data: new Uint8Array(size).fill(sequence) } });
}

Deno.test("OnvifParts puts packets in the order in which they were sent and keeps each once, in memory of its own", () => {
  const parts = new OnvifParts(0);
  const data = packet(1, 4);
  for (const one of [data, packet(65535, 4, 0xffd8), packet(0), data]) parts.take(one, 7, 9);
  data.extension!.data.fill(99);
  assertEquals(parts.inOrder().map(({ sequence }) => sequence), [65535, 0, 1]);
  assertEquals([...parts.inOrder()[2]!.extension], [1, 1, 1, 1]);
  assertEquals([parts.begins, parts.isCut, parts.isWhole(1), parts.isWhole(2)], [true, false, true, false]);
});

Deno.test("OnvifParts knows a frame whose first packet is missing", () => {
  const parts = new OnvifParts(0);
  parts.take(packet(3), 0, 10);
  assertEquals([parts.begins, parts.isCut], [false, true]);
});

Deno.test("R10 OnvifParts keeps a megabyte of extensions at most", () => {
  const parts = new OnvifParts(0);
  const faults = Array.from({ length: 5 }, (_, sequence) => parts.take(packet(sequence, 4 * 65535), 0, 0));
  assertEquals(faults, [undefined, undefined, undefined, undefined, "header extension too long"]);
});
