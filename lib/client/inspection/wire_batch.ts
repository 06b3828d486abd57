import { decodeLatin1 } from "../../core/bytes.ts";
import { InvalidDataError } from "../../core/errors.ts";
import { peerText } from "../../net/peer.ts";
import { readJpegPayload } from "../../rtp/jpeg_header.ts";
import { isOnvif } from "../../rtp/onvif_parts.ts";
import { readRtpPacket } from "../../rtp/packet.ts";
import { parseRtcp, type ReportBlock, type RtcpPacket, unixFromNtp } from "../../rtp/rtcp.ts";
import type { WireJpeg, WireMessage, WirePacket, WireReport, WireReportPart, WireText } from "./inspection_messages.ts";
import type { WireRecord } from "./wire_log.ts";

/** Packets that one message tells of; of more the newest. */
export const MAX_BATCH_PACKETS = 2000;
/** First bytes of a JPEG, which the assignment sends without the headers of RFC 2435. */
const JPEG_START = [0xff, 0xd8];

/** The records as a message for the page. */
export function wireMessage(records: readonly WireRecord[], fresh: boolean): WireMessage {
  const media = records.filter(({ kind }) => kind === "rtp");
  const told = media.slice(-MAX_BATCH_PACKETS);
  return {
    type: "wire",
    fresh,
    texts: records.filter(({ kind }) => kind === "rtsp").map(describeText),
    packets: told.map(describePacket).filter((packet) => packet !== undefined),
    reports: records.filter(({ kind }) => kind === "rtcp").map(describeReport),
    skipped: media.length - told.length,
  };
}

function describeText({ serial, at, sent, data, local, remote }: WireRecord): WireText {
  return { serial, at, sent, text: decodeLatin1(data), ends: [peerText(local), peerText(remote)] };
}

/** Undefined for what is no RTP. */
function describePacket({ serial, at, data }: WireRecord): WirePacket | undefined {
  const packet = readRtpPacket(data);
  if (typeof packet === "string") return undefined;
  const { sequence, timestamp, marker, payloadType, ssrc, payload } = packet;
  const told = { serial, at, size: data.length, sequence, timestamp, marker, payloadType, ssrc };
  const startsJpeg = JPEG_START.every((byte, index) => payload[index] === byte);
  const jpeg = startsJpeg ? undefined : describeJpeg(payload, isOnvif(packet));
  return jpeg === undefined ? told : { ...told, jpeg };
}

function describeJpeg(payload: WireRecord["data"], isExtended: boolean): WireJpeg | undefined {
  const read = readJpegPayload(payload, isExtended);
  if (typeof read === "string") return undefined;
  const { typeSpecific, fragmentOffset, type, q, width, height, restart, table } = read.header;
  return {
    typeSpecific,
    offset: fragmentOffset,
    type,
    q,
    width,
    height,
    ...(restart && { restart }),
    ...(table && { tables: { precision: table.precision, size: table.tables.length } }),
  };
}

function describeReport({ serial, at, sent, data }: WireRecord): WireReport {
  const told = { serial, at, sent, size: data.length };
  try {
    return { ...told, parts: parseRtcp(data).map(describePart) };
  } catch (thrown) {
    if (!(thrown instanceof InvalidDataError)) throw thrown;
    return { ...told, parts: [{ name: "Unreadable", section: "6.1", fields: [["Reason", thrown.message]] }] };
  }
}

function describePart(packet: RtcpPacket): WireReportPart {
  switch (packet.kind) {
    case "sender-report":
      return {
        name: "SR",
        section: "6.4.1",
        fields: [
          ["SSRC", hex(packet.ssrc)],
          ["NTP time", timeText(unixFromNtp(packet.ntp))],
          ["RTP timestamp", String(packet.rtpTimestamp)],
          ["Packets sent", String(packet.packetCount)],
          ["Bytes sent", String(packet.octetCount)],
          ...packet.reports.flatMap(describeBlock),
        ],
      };
    case "receiver-report":
      return {
        name: "RR",
        section: "6.4.2",
        fields: [["SSRC", hex(packet.ssrc)], ...packet.reports.flatMap(describeBlock)],
      };
    case "source-description":
      return {
        name: "SDES",
        section: "6.5",
        fields: packet.chunks.flatMap(({ ssrc, items }) => [
          ["SSRC", hex(ssrc)] as const,
          ...items.map(({ type, text }) => [SDES_NAMES[type] ?? `Item ${type}`, text] as const),
        ]),
      };
    case "goodbye":
      return {
        name: "BYE",
        section: "6.6",
        fields: [
          ...packet.ssrcs.map((ssrc) => ["SSRC", hex(ssrc)] as const),
          ...(packet.reason === undefined ? [] : [["Reason", packet.reason] as const]),
        ],
      };
    case "application":
      return { name: "APP", section: "6.7", fields: [["SSRC", hex(packet.ssrc)], ["Name", packet.name]] };
    case "unknown":
      return { name: `Type ${packet.packetType}`, section: "6.1", fields: [["Bytes", String(packet.data.length)]] };
  }
}

/** Names of SDES items (RFC 3550 section 6.5). */
const SDES_NAMES: Readonly<Record<number, string>> = {
  1: "CNAME",
  2: "NAME",
  3: "EMAIL",
  4: "PHONE",
  5: "LOC",
  6: "TOOL",
  7: "NOTE",
  8: "PRIV",
};

function describeBlock(block: ReportBlock): (readonly [string, string])[] {
  const lost = `${(block.fractionLost / 2.56).toFixed(1)} % since the last report, ${block.cumulativeLost} in all`;
  return [
    ["About SSRC", hex(block.ssrc)],
    ["Lost", lost],
    ["Highest sequence", `${block.highestSequence & 0xffff} (${block.highestSequence >>> 16} wraps)`],
    ["Jitter", `${block.jitter} ticks`],
    ["Last SR", block.lastSenderReport === 0 ? "none yet" : hex(block.lastSenderReport)],
    ["Since last SR", `${(block.delaySinceLastSenderReport / 65.536).toFixed(1)} ms`],
  ];
}

function hex(value: number): string {
  return `0x${(value >>> 0).toString(16).padStart(8, "0")}`;
}

function timeText(unix: number): string {
  const date = new Date(unix);
  return Number.isNaN(date.getTime()) ? String(unix) : date.toISOString().replace("T", " ");
}
