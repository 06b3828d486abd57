import { assertEquals } from "@std/assert";
import { Receiver } from "../../../lib/client/receiving/receiver.ts";
import { type Bytes, concatBytes } from "../../../lib/core/bytes.ts";
import { seededRandom } from "../../../lib/core/random.ts";
import { fitRfc2435 } from "../../../lib/jpeg/rfc2435.ts";
import { parseJpeg } from "../../../lib/jpeg/parse.ts";
import { quantizationForQuality } from "../../../lib/jpeg/standard_tables.ts";
import { packetizeJpeg } from "../../../lib/rtp/jpeg_packetizer.ts";
import { writeRtpPacket } from "../../../lib/rtp/packet.ts";
import { ntpFromUnix, parseRtcp, writeRtcp } from "../../../lib/rtp/rtcp.ts";
import { makeJpeg } from "../../support/make_film.ts";
import { framePackets } from "../../support/rtp.ts";

const SOURCE = 99;

function receiver(): Receiver {
  return new Receiver({ payloadType: 26, clockRate: 90_000, random: seededRandom(1) });
}

function packetsOf(number: number, sequence: number, payloadType = 26): Bytes[] {
  const fit = fitRfc2435(parseJpeg(makeJpeg(number, { width: 320, height: 240 })));
  if (!fit.fits) throw new TypeError(fit.reason);
  const { payloads } = packetizeJpeg(fit.image);
  return payloads.map((payload, at) => {
    const marker = at === payloads.length - 1;
    const timestamp = 3600 * number;
    return writeRtpPacket({
      marker,
      payloadType,
      sequence: sequence + at,
      timestamp,
      ssrc: SOURCE,
      csrcs: [],
      payload,
    });
  });
}

Deno.test("Receiver.rtp() hands out a frame with the packet that completes it", () => {
  const packets = packetsOf(1, 5);
  const target = receiver();
  const arrived = packets.map((packet, at) => target.rtp(packet, at)).flat();
  assertEquals(arrived.map(({ arrival, jpeg }) => [arrival, jpeg.timestamp]), [[packets.length - 1, 3600]]);
  assertEquals(target.counters().bytes, packets.reduce((sum, packet) => sum + packet.length, 0));
});

Deno.test("Receiver.flush() gives a gap up after a while and hands out what lies behind", () => {
  const target = receiver();
  const first = packetsOf(1, 5);
  const second = packetsOf(2, 5 + first.length);
  for (const packet of [...first.slice(0, -1), ...second]) assertEquals(target.rtp(packet, 0), []);
  target.report(0);
  const deadline = target.nextDeadline;
  assertEquals([deadline > 0 && deadline < 5000, target.flush(deadline - 1).length], [true, 0]);
  assertEquals(target.flush(deadline).map(({ jpeg }) => jpeg.timestamp), [7200]);
  assertEquals([target.counters().lostPackets, target.counters().damagedFrames], [1, 1]);
});

Deno.test("R04 Receiver.rtp() drops other payload types, RTCP on the RTP channel among them", () => {
  const target = receiver();
  for (const packet of packetsOf(1, 5, 72)) target.rtp(packet, 0);
  assertEquals([target.counters().frames, target.counters().packets], [0, 0]);
  assertEquals(target.counters().drops, { "other payload type": packetsOf(1, 5).length });
});

Deno.test("R05 Receiver.rtcp() counts what cannot be read and goes on", () => {
  const target = receiver();
  assertEquals(target.rtcp(Uint8Array.of(0x81, 202, 0, 9), 0), false);
  assertEquals(target.rtcp(new Uint8Array(0), 0), false);
  assertEquals(target.counters().drops, { "unreadable RTCP": 2 });
});

Deno.test("Receiver.rtcp() knows the BYE of our source alone", () => {
  const target = receiver();
  packetsOf(1, 5).forEach((packet) => target.rtp(packet, 0));
  const bye = (ssrc: number) =>
    writeRtcp([{ kind: "receiver-report", ssrc, reports: [] }, { kind: "goodbye", ssrcs: [ssrc] }]);
  assertEquals([target.rtcp(bye(1), 0), target.rtcp(bye(SOURCE), 0)], [false, true]);
});

Deno.test("Receiver.report() is due every 5 s and answers the sender's report", () => {
  const target = receiver();
  packetsOf(1, 5).forEach((packet) => target.rtp(packet, 0));
  const ntp = ntpFromUnix(Date.UTC(2024, 0, 1));
  const report = { kind: "sender-report", ssrc: SOURCE, ntp, rtpTimestamp: 0, packetCount: 1, octetCount: 1 } as const;
  target.rtcp(writeRtcp([{ ...report, reports: [] }]), 1000);
  assertEquals(target.reportDue(1000), true);
  const [own] = parseRtcp(target.report(2000));
  if (own?.kind !== "receiver-report") throw new TypeError("Expected a receiver report");
  assertEquals([own.ssrc, own.reports[0]!.ssrc, own.reports[0]!.delaySinceLastSenderReport], [
    target.ssrc,
    SOURCE,
    65536,
  ]);
  assertEquals([target.reportDue(6999), target.reportDue(7000)], [false, true]);
});

Deno.test("Receiver repairs damaged frames where it is asked to, and counts them", () => {
  const strip = new Uint8Array(400).fill(1);
  const scan = concatBytes(
    Array.from({ length: 12 }, (_, at) => [...(at ? [0xff, 0xd0 + (at - 1) % 8] : []), ...strip])
      .map((bytes) => Uint8Array.from(bytes)),
  );
  const quantization = quantizationForQuality(50);
  const { payloads } = packetizeJpeg({ type: 65, width: 64, height: 192, restartInterval: 4, quantization, scan });
  const counts = [false, true].map((repair) => {
    const target = new Receiver({ payloadType: 26, clockRate: 90_000, random: seededRandom(1) });
    target.repair = repair;
    const arrived = [1, 2, 3].flatMap((picture) =>
      framePackets(payloads, 3600 * picture, payloads.length * picture)
        .filter((_, at) => picture !== 2 || at !== 1)
        .flatMap((packet) => target.rtp(writeRtpPacket(packet), 40 * picture))
    );
    arrived.push(...target.drain(1000));
    const { frames, repairedFrames, damagedFrames } = target.counters();
    return [arrived.filter(({ jpeg }) => jpeg.repaired).length, frames, repairedFrames, damagedFrames];
  });
  assertEquals(counts, [[0, 2, 0, 1], [1, 2, 1, 1]]);
});
