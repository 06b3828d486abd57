import { ByteReader, type Bytes, ByteWriter, decodeLatin1, encodeText } from "../core/bytes.ts";
import { InvalidDataError } from "../core/errors.ts";
import type { Goodbye, ReportBlock, RtcpPacket, SenderReport, SourceDescription } from "./rtcp_types.ts";

export * from "./ntp.ts";
export type * from "./rtcp_types.ts";

const PACKET_TYPE = { SR: 200, RR: 201, SDES: 202, BYE: 203, APP: 204 } as const;

/** SDES item number of the canonical name (RFC 3550 section 6.5.1). */
export const SDES_CNAME = 1;

/** Packets in one compound packet; honest ones have two to four. */
const MAX_PACKETS = 64;
/** Blocks, sources or chunks in one packet: the count field has five bits. */
const MAX_COUNT = 31;
/** Bytes of a text in UTF-8. */
const MAX_TEXT_SIZE = 255;
/** Bytes, each one character, that name the kind of an APP packet. */
const APP_NAME_SIZE = 4;
const VERSION_2 = 0x80;
const VERSION_MASK = 0xc0;
const PADDING_MASK = 0x20;
const COUNT_MASK = 0x1f;

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Reads a compound packet (RFC 3550 section 6.1 and A.2). Unknown packet types and profile extensions of reports are let
 * through; anything else amiss makes the whole invalid, because no length in it can be trusted then.
 *
 * @throws {InvalidDataError} with the offset in the compound
 */
export function parseRtcp(bytes: Bytes): RtcpPacket[] {
  const packets: RtcpPacket[] = [];
  const reader = new ByteReader(bytes, "RTCP compound packet");
  while (reader.remaining > 0) {
    const start = reader.position;
    const flags = reader.u8();
    const packetType = reader.u8();
    const body = reader.take(4 * reader.u16());
    if ((flags & VERSION_MASK) !== VERSION_2) throw new InvalidDataError("Cannot read RTCP: not version 2", start);
    if (packets.length === 0 && packetType !== PACKET_TYPE.SR && packetType !== PACKET_TYPE.RR) {
      throw new InvalidDataError(`Cannot read RTCP: it starts with packet type ${packetType}, not SR or RR`, start);
    }
    if (packets.length === MAX_PACKETS) {
      throw new InvalidDataError(`Cannot read RTCP: over ${MAX_PACKETS} packets`, start);
    }
    const padded = (flags & PADDING_MASK) !== 0;
    if (padded && reader.remaining > 0) throw new InvalidDataError("Cannot read RTCP: padding before the end", start);
    packets.push(parseBody(packetType, flags & COUNT_MASK, padded ? withoutPadding(body, start) : body));
  }
  if (packets.length === 0) throw new InvalidDataError("Cannot read RTCP: it is empty");
  return packets;
}

function withoutPadding(body: Bytes, start: number): Bytes {
  const padding = body.at(-1) ?? 0;
  if (padding === 0 || padding % 4 !== 0 || padding > body.length) {
    throw new InvalidDataError(`Cannot read RTCP: padding of ${padding} bytes`, start);
  }
  return body.subarray(0, body.length - padding);
}

function parseBody(packetType: number, count: number, body: Bytes): RtcpPacket {
  switch (packetType) {
    case PACKET_TYPE.SR:
      return parseSenderReport(new ByteReader(body, "SR"), count);
    case PACKET_TYPE.RR: {
      const reader = new ByteReader(body, "RR");
      return { kind: "receiver-report", ssrc: reader.u32(), reports: parseReportBlocks(reader, count) };
    }
    case PACKET_TYPE.SDES:
      return parseSourceDescription(new ByteReader(body, "SDES"), count);
    case PACKET_TYPE.BYE:
      return parseGoodbye(new ByteReader(body, "BYE"), count);
    case PACKET_TYPE.APP: {
      const reader = new ByteReader(body, "APP");
      const ssrc = reader.u32();
      return {
        kind: "application",
        subtype: count,
        ssrc,
        name: decodeLatin1(reader.take(APP_NAME_SIZE)),
        data: reader.rest(),
      };
    }
    default:
      return { kind: "unknown", packetType, count, data: body };
  }
}

function parseSenderReport(reader: ByteReader, count: number): SenderReport {
  return {
    kind: "sender-report",
    ssrc: reader.u32(),
    ntp: { seconds: reader.u32(), fraction: reader.u32() },
    rtpTimestamp: reader.u32(),
    packetCount: reader.u32(),
    octetCount: reader.u32(),
    reports: parseReportBlocks(reader, count),
  };
}

function parseReportBlocks(reader: ByteReader, count: number): ReportBlock[] {
  return Array.from({ length: count }, () => ({
    ssrc: reader.u32(),
    fractionLost: reader.u8(),
    cumulativeLost: (reader.u24() << 8) >> 8,
    highestSequence: reader.u32(),
    jitter: reader.u32(),
    lastSenderReport: reader.u32(),
    delaySinceLastSenderReport: reader.u32(),
  }));
}

function parseSourceDescription(reader: ByteReader, count: number): SourceDescription {
  const chunks = Array.from({ length: count }, () => {
    const start = reader.position;
    const ssrc = reader.u32();
    const items: { type: number; text: string }[] = [];
    for (let type = reader.u8(); type !== 0; type = reader.u8()) {
      items.push({ type, text: utf8.decode(reader.take(reader.u8())) });
    }
    // The list ends with one zero byte or more, up to the next 32-bit boundary.
    reader.skip(padTo4(reader.position - start));
    return { ssrc, items };
  });
  return { kind: "source-description", chunks };
}

function parseGoodbye(reader: ByteReader, count: number): Goodbye {
  const ssrcs = Array.from({ length: count }, () => reader.u32());
  if (reader.remaining === 0) return { kind: "goodbye", ssrcs };
  return { kind: "goodbye", ssrcs, reason: utf8.decode(reader.take(reader.u8())) };
}

/**
 * Writes a compound packet.
 *
 * @throws {TypeError} when the first packet is no report, as RFC 3550 section 6.1 demands
 * @throws {RangeError} when a count, a text or a body does not fit its field
 */
export function writeRtcp(packets: readonly RtcpPacket[]): Bytes {
  const first = packets[0]?.kind;
  if (first !== "sender-report" && first !== "receiver-report") {
    throw new TypeError(`Cannot write RTCP: it starts with ${first ?? "nothing"}, not with a report`);
  }
  const writer = new ByteWriter(packets.reduce((sum, packet) => sum + 4 + bodySize(packet), 0));
  for (const packet of packets) {
    const [packetType, count] = typeAndCount(packet);
    if (count > MAX_COUNT) throw new RangeError(`Cannot write RTCP: ${count} entries in a ${packet.kind}`);
    const words = bodySize(packet) / 4;
    if (!Number.isInteger(words) || words > 0xffff) {
      throw new RangeError(`Cannot write RTCP: ${packet.kind} of ${4 * words} bytes`);
    }
    writer.u8(VERSION_2 | count).u8(packetType).u16(words);
    writeBody(writer, packet);
  }
  return writer.bytes;
}

function typeAndCount(packet: RtcpPacket): [packetType: number, count: number] {
  switch (packet.kind) {
    case "sender-report":
      return [PACKET_TYPE.SR, packet.reports.length];
    case "receiver-report":
      return [PACKET_TYPE.RR, packet.reports.length];
    case "source-description":
      return [PACKET_TYPE.SDES, packet.chunks.length];
    case "goodbye":
      return [PACKET_TYPE.BYE, packet.ssrcs.length];
    case "application":
      return [PACKET_TYPE.APP, packet.subtype];
    case "unknown":
      return [packet.packetType, packet.count];
  }
}

function bodySize(packet: RtcpPacket): number {
  switch (packet.kind) {
    case "sender-report":
      return 24 + 24 * packet.reports.length;
    case "receiver-report":
      return 4 + 24 * packet.reports.length;
    case "source-description":
      return packet.chunks.reduce((sum, chunk) => sum + chunkSize(chunk), 0);
    case "goodbye": {
      const reason = packet.reason === undefined ? 0 : 1 + encodeText(packet.reason).length;
      return 4 * packet.ssrcs.length + reason + padTo4(reason);
    }
    case "application":
      return 8 + packet.data.length;
    case "unknown":
      return packet.data.length;
  }
}

type Chunk = SourceDescription["chunks"][number];

function chunkSize(chunk: Chunk): number {
  const size = 4 + chunk.items.reduce((sum, item) => sum + 2 + encodeText(item.text).length, 0) + 1;
  return size + padTo4(size);
}

/** Bytes from `size` to the next multiple of four. */
function padTo4(size: number): number {
  return -size & 3;
}

function writeBody(writer: ByteWriter, packet: RtcpPacket): void {
  switch (packet.kind) {
    case "sender-report":
      writer.u32(packet.ssrc).u32(packet.ntp.seconds).u32(packet.ntp.fraction).u32(packet.rtpTimestamp);
      writer.u32(packet.packetCount).u32(packet.octetCount);
      return writeReportBlocks(writer, packet.reports);
    case "receiver-report":
      writer.u32(packet.ssrc);
      return writeReportBlocks(writer, packet.reports);
    case "source-description":
      return packet.chunks.forEach((chunk) => writeChunk(writer, chunk));
    case "goodbye":
      packet.ssrcs.forEach((ssrc) => writer.u32(ssrc));
      if (packet.reason !== undefined) {
        const size = writeText(writer, packet.reason);
        writer.put(new Uint8Array(padTo4(size)));
      }
      return;
    case "application":
      writer.u32(packet.ssrc).put(nameBytes(packet.name)).put(packet.data);
      return;
    case "unknown":
      writer.put(packet.data);
  }
}

function writeReportBlocks(writer: ByteWriter, reports: readonly ReportBlock[]): void {
  for (const report of reports) {
    writer.u32(report.ssrc).u8(report.fractionLost).u24(report.cumulativeLost).u32(report.highestSequence);
    writer.u32(report.jitter).u32(report.lastSenderReport).u32(report.delaySinceLastSenderReport);
  }
}

function writeChunk(writer: ByteWriter, chunk: Chunk): void {
  const start = writer.position;
  writer.u32(chunk.ssrc);
  for (const item of chunk.items) {
    writer.u8(item.type);
    writeText(writer, item.text);
  }
  writer.u8(0);
  writer.put(new Uint8Array(padTo4(writer.position - start)));
}

/** Writes a text behind its length and returns the bytes of both. */
function writeText(writer: ByteWriter, text: string): number {
  const bytes = encodeText(text);
  if (bytes.length > MAX_TEXT_SIZE) throw new RangeError(`Cannot write RTCP: text of ${bytes.length} bytes`);
  writer.u8(bytes.length).put(bytes);
  return 1 + bytes.length;
}

function nameBytes(name: string): Bytes {
  if (name.length !== APP_NAME_SIZE) throw new RangeError(`Cannot write RTCP: APP with the name "${name}"`);
  return Uint8Array.from(name, (character) => character.charCodeAt(0));
}
