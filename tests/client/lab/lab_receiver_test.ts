import { assertEquals } from "@std/assert";
import { LabReceiver } from "../../../lib/client/lab/lab_receiver.ts";
import type { Bytes } from "../../../lib/core/bytes.ts";
import { writeRtpPacket } from "../../../lib/rtp/packet.ts";
import { makeJpeg } from "../../support/make_film.ts";

const JPEG = makeJpeg(1);

function packet(sequence: number, payload: Bytes = JPEG, marker = false): Bytes {
  return writeRtpPacket({ marker, payloadType: 26, sequence, timestamp: 1, ssrc: 0, csrcs: [], payload });
}

Deno.test("LabReceiver.push() numbers whole frames by their sequence number, over its wrap too", () => {
  const receiver = new LabReceiver();
  const numbers = [1, 2, 5].map((sequence) => receiver.push(packet(sequence), 9)?.index);
  assertEquals(numbers, [0, 1, 4]);
  assertEquals([receiver.counters().lostPackets, receiver.lastIndex], [2, 4]);
  const wrapping = new LabReceiver();
  assertEquals([0xffff, 0, 1].map((sequence) => wrapping.push(packet(sequence), 0)?.index), [0xfffe, 0xffff, 0x10000]);
});

Deno.test("LabReceiver.push() numbers from 0 where the server does, and keeps the bytes", () => {
  const receiver = new LabReceiver();
  const frame = receiver.push(packet(0), 17)!;
  assertEquals([frame.index, frame.arrival, frame.mediaTime], [0, 17, undefined]);
  assertEquals(frame.data, JPEG);
  assertEquals(receiver.push(packet(1), 18)?.index, 1);
});

Deno.test("LabReceiver.push() counts frames that come in pieces", () => {
  const receiver = new LabReceiver();
  const half = JPEG.length >> 1;
  const frames: (number | undefined)[] = [];
  for (let frame = 0; frame < 2; frame++) {
    receiver.push(packet(2 * frame + 1, JPEG.slice(0, half)), 0);
    frames.push(receiver.push(packet(2 * frame + 2, JPEG.slice(half), true), 0)?.index);
  }
  assertEquals(frames, [0, 1]);
});

Deno.test("R01 LabReceiver.push() drops what is no RTP, by reason", () => {
  const receiver = new LabReceiver();
  assertEquals([receiver.push(new Uint8Array(5), 0), receiver.push(new Uint8Array(40), 0)], [undefined, undefined]);
  assertEquals(receiver.counters().drops, { "shorter than an RTP header": 1, "not RTP version 2": 1 });
});

Deno.test("LabReceiver.takeLoss() tells the loss since it was asked last", () => {
  const receiver = new LabReceiver();
  [1, 2, 4].forEach((sequence) => receiver.push(packet(sequence), 0));
  assertEquals(receiver.takeLoss(), { fractionLost: 0.25, lost: 1, highest: 4 });
  receiver.push(packet(5), 0);
  assertEquals(receiver.takeLoss(), { fractionLost: 0, lost: 1, highest: 5 });
});
