import { encodeText } from "../../lib/core/bytes.ts";
import { JpegDepacketizer } from "../../lib/rtp/jpeg_depacketizer.ts";
import { packetizeJpeg } from "../../lib/rtp/jpeg_packetizer.ts";
import { LabDepacketizer } from "../../lib/rtp/lab_payload.ts";
import { readRtpPacket, RTP_HEADER_SIZE, writeRtpHeader, writeRtpPacket } from "../../lib/rtp/packet.ts";
import { Reception } from "../../lib/rtp/reception.ts";
import { ReorderBuffer } from "../../lib/rtp/reorder.ts";
import { whole } from "../support/lab_packets.ts";
import { framePackets, madeUpPicture } from "../support/rtp.ts";
import { writeJpeg } from "../../lib/jpeg/write.ts";
import { type BenchRow, measure } from "./measure.ts";

/** What sending and receiving a frame of about 25 KB (720p at a moderate quality) in 19 packets costs. */
export function benchRtp(): BenchRow[] {
  const picture = madeUpPicture(25_600, { width: 1280, height: 720 });
  const { payloads } = packetizeJpeg(picture);
  const headers = new Uint8Array(payloads.length * RTP_HEADER_SIZE);
  const datagrams = framePackets(payloads, 0, 0).map(writeRtpPacket);
  const [labPacket] = whole([writeJpeg(madeUpPicture(9000))]);

  let sequence = 0;
  let timestamp = 0;
  const reception = new Reception({ ssrc: 1, cname: "bench@host", payloadType: 26 });
  const reorder = new ReorderBuffer();
  const depacketizer = new JpegDepacketizer();
  const direct = new JpegDepacketizer();
  const lab = new LabDepacketizer();
  const packets = framePackets(payloads, 0, 0);

  return [
    measure("packetize a frame of 19 packets", () => packetizeJpeg(picture)),
    measure("write its 19 RTP headers", () => {
      payloads.forEach((_, index) => {
        const fields = { marker: false, payloadType: 26, sequence: sequence++, timestamp, ssrc: 1 };
        writeRtpHeader(headers, index * RTP_HEADER_SIZE, fields);
      });
    }),
    measure("read its 19 packets", () => datagrams.forEach((bytes) => readRtpPacket(bytes))),
    measure("depacketize it", () => {
      timestamp += 3600;
      for (const packet of packets) direct.push({ ...packet, timestamp, sequence: sequence++ & 0xffff });
    }),
    measure("read, judge, order and depacketize it", () => {
      timestamp += 3600;
      for (const bytes of datagrams) {
        writeSequence(bytes, sequence++, timestamp);
        const packet = reception.read(bytes, timestamp / 90);
        for (const ordered of packet ? reorder.push(packet, 0) : []) depacketizer.push(ordered);
      }
    }),
    measure("find a frame of 9 KB in a packet of the assignment", () => lab.push(labPacket!)),
    measure("write a receiver report", () => reception.writeReceiverReport(0)),
  ];
}

function writeSequence(bytes: Uint8Array, sequence: number, timestamp: number): void {
  const marker = (bytes[1]! & 0x80) !== 0;
  writeRtpHeader(bytes, 0, { marker, payloadType: 26, sequence, timestamp, ssrc: 1 });
}

if (import.meta.main) {
  const lines = benchRtp().map(({ what, microseconds }) =>
    `${what.padEnd(52)} ${microseconds.toFixed(2).padStart(8)} us\n`
  );
  await Deno.stdout.write(encodeText(lines.join("")));
}
