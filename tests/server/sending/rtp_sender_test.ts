import { assertEquals } from "@std/assert";
import { RtpSender } from "../../../lib/server/sending/rtp_sender.ts";
import { ManualClock } from "../../support/manual_clock.ts";
import { NotingDelivery } from "../../support/noting_delivery.ts";

const FRAME = { payloads: [1, 2, 3].map((byte) => Uint8Array.of(byte, byte)) };

function makeSender(cname?: string) {
  const clock = new ManualClock();
  const delivery = new NotingDelivery();
  const sender = new RtpSender({
    ssrc: 0xdecade,
    firstSequence: 0xfffe,
    delivery,
    clock,
    timestampAt: (now) => now * 90,
    ...(cname === undefined ? {} : { cname }),
  });
  return { clock, delivery, sender };
}

Deno.test("RtpSender numbers packets over the wrap and marks the frame's last one", () => {
  const { delivery, sender } = makeSender();
  sender.send(FRAME, 0, 2, 900);
  sender.send(FRAME, 2, 3, 900);
  assertEquals(delivery.rtp.map(({ sequence }) => sequence), [0xfffe, 0xffff, 0]);
  assertEquals(delivery.rtp.map(({ marker }) => marker), [false, false, true]);
  assertEquals(delivery.rtp.map(({ payload }) => payload), FRAME.payloads);
  for (const { payloadType, timestamp, ssrc } of delivery.rtp) {
    assertEquals([payloadType, timestamp, ssrc], [26, 900, 0xdecade]);
  }
  assertEquals([sender.nextSequence, sender.packets, sender.payloadBytes, sender.frames], [1, 3, 6, 1]);
});

Deno.test("RtpSender reports before the first packet, then every 5 s, and at once when asked", () => {
  const { clock, delivery, sender } = makeSender("a@b");
  const reports = () => delivery.rtcp.filter(({ kind }) => kind === "sender-report").length;
  sender.reportIfDue(clock.now());
  sender.reportIfDue(clock.now());
  assertEquals(reports(), 1);
  clock.advance(4999);
  sender.reportIfDue(clock.now());
  assertEquals(reports(), 1);
  clock.advance(1);
  sender.reportIfDue(clock.now());
  assertEquals(reports(), 2);
  sender.requestReport();
  sender.reportIfDue(clock.now());
  assertEquals(reports(), 3);
  const last = delivery.rtcp.findLast((packet) => packet.kind === "sender-report");
  assertEquals(last?.kind === "sender-report" && last.rtpTimestamp, 450_000);
});

Deno.test("RtpSender says BYE once, and only if it has ever reported", () => {
  const { clock, delivery, sender } = makeSender("a@b");
  sender.bye();
  assertEquals(delivery.rtcp, []);
  sender.reportIfDue(clock.now());
  sender.bye();
  sender.bye();
  assertEquals(delivery.rtcp.filter(({ kind }) => kind === "goodbye").length, 1);
  sender.reportIfDue(clock.now());
  assertEquals(delivery.rtcp.at(-2)?.kind, "sender-report");
});

Deno.test("RtpSender without a name sends no RTCP at all", () => {
  const { clock, delivery, sender } = makeSender();
  sender.reportIfDue(clock.now());
  sender.bye();
  assertEquals(delivery.rtcp, []);
});
