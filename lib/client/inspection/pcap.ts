import { type Bytes, concatBytes } from "../../core/bytes.ts";
import type { WireRecord } from "./wire_log.ts";

/** Classic pcap with times in microseconds, as every reader knows it (IETF draft-ietf-opsawg-pcap). */
const MAGIC = 0xa1b2c3d4;
const MAJOR = 2;
const MINOR = 4;
const MAX_SNAPLEN = 262_144;
/** Packets begin with their IP header, version 4 or 6. */
const LINKTYPE_RAW = 101;
const FILE_HEADER_SIZE = 24;
const RECORD_HEADER_SIZE = 16;

const UDP = 17;
const TCP = 6;
const HOP_LIMIT = 64;
const WINDOW = 65535;
const PSH_ACK = 0x18;
const SYN = 0x02;
const SYN_ACK = 0x12;
const ACK = 0x10;
/** Payload of one TCP segment: an IP packet must stay below 64 KiB, and a network analyser expects an Ethernet's. */
const SEGMENT_SIZE = 1448;
/** Ports by which Wireshark knows RTSP; a control connection to any other is written as one to the second. */
const RTSP_PORTS: readonly [number, number] = [554, 8554];
/** Byte that begins a packet on the control connection (RFC 2326 section 10.12). */
const DOLLAR = 0x24;

/**
 * The records as a capture that Wireshark dissects as RTSP, RTP and JPEG. The IP, UDP and TCP headers are drawn anew around
 * what was recorded: TCP connections count from sequence number 1 and lose nothing, and go to a port that is RTSP's.
 */
export function writePcap(records: readonly WireRecord[]): Bytes {
  const parts: Uint8Array[] = [fileHeader()];
  const connections = new Map<string, Connection>();
  for (const record of records) {
    if (record.kind !== "rtsp" && record.channel === undefined) {
      parts.push(...captured(record.at, datagram(record)));
      continue;
    }
    const key = `${record.local.port} ${record.remote.hostname} ${record.remote.port}`;
    let connection = connections.get(key);
    if (connection === undefined) {
      connections.set(key, connection = { sent: 1, received: 1 });
      parts.push(...handshake(record));
    }
    parts.push(...segments(record, connection));
  }
  return concatBytes(parts);
}

/** Next sequence numbers of both directions. */
interface Connection {
  sent: number;
  received: number;
}

function fileHeader(): Bytes {
  const view = new DataView(new ArrayBuffer(FILE_HEADER_SIZE));
  view.setUint32(0, MAGIC);
  view.setUint16(4, MAJOR);
  view.setUint16(6, MINOR);
  view.setUint32(16, MAX_SNAPLEN);
  view.setUint32(20, LINKTYPE_RAW);
  return new Uint8Array(view.buffer);
}

function captured(at: number, packet: Bytes): Bytes[] {
  const view = new DataView(new ArrayBuffer(RECORD_HEADER_SIZE));
  const microseconds = Math.round(at * 1000);
  view.setUint32(0, Math.floor(microseconds / 1e6));
  view.setUint32(4, microseconds % 1e6);
  view.setUint32(8, packet.length);
  view.setUint32(12, packet.length);
  return [new Uint8Array(view.buffer), packet];
}

function datagram(record: WireRecord): Bytes {
  const [from, to] = directed(record);
  const header = new DataView(new ArrayBuffer(8));
  header.setUint16(0, from.port);
  header.setUint16(2, to.port);
  header.setUint16(4, 8 + record.data.length);
  return ipPacket(record, UDP, header, record.data, 6);
}

/** SYN, SYN and ACK, ACK: without them a reader does not know where the numbers begin. */
function handshake(record: WireRecord): Bytes[] {
  const out = { ...record, sent: true };
  const back = { ...record, sent: false };
  const nothing = new Uint8Array(0);
  return [
    ...captured(record.at, segment(out, SYN, 0, 0, nothing)),
    ...captured(record.at, segment(back, SYN_ACK, 0, 1, nothing)),
    ...captured(record.at, segment(out, ACK, 1, 1, nothing)),
  ];
}

function segments(record: WireRecord, connection: Connection): Bytes[] {
  const { channel, data } = record;
  const framed = channel === undefined
    ? data
    : concatBytes([Uint8Array.of(DOLLAR, channel, data.length >>> 8, data.length), data]);
  const parts: Bytes[] = [];
  for (let at = 0; at < framed.length; at += SEGMENT_SIZE) {
    const payload = framed.slice(at, at + SEGMENT_SIZE);
    const [sequence, acknowledged] = record.sent
      ? [connection.sent, connection.received]
      : [connection.received, connection.sent];
    parts.push(...captured(record.at, segment(record, PSH_ACK, sequence, acknowledged, payload)));
    if (record.sent) connection.sent = (connection.sent + payload.length) >>> 0;
    else connection.received = (connection.received + payload.length) >>> 0;
  }
  return parts;
}

function segment(record: WireRecord, flags: number, sequence: number, acknowledged: number, payload: Bytes): Bytes {
  const port = RTSP_PORTS.includes(record.remote.port) ? record.remote.port : RTSP_PORTS[1];
  const [from, to] = directed({ ...record, remote: { ...record.remote, port } });
  const header = new DataView(new ArrayBuffer(20));
  header.setUint16(0, from.port);
  header.setUint16(2, to.port);
  header.setUint32(4, sequence);
  header.setUint32(8, acknowledged);
  header.setUint8(12, 5 << 4);
  header.setUint8(13, flags);
  header.setUint16(14, WINDOW);
  return ipPacket(record, TCP, header, payload, 16);
}

function directed({ sent, local, remote }: WireRecord) {
  return sent ? [local, remote] as const : [remote, local] as const;
}

/** `checksumAt` is where the upper header has its checksum, which counts the addresses too (RFC 768, RFC 9293). */
function ipPacket(record: WireRecord, protocol: number, upper: DataView, payload: Bytes, checksumAt: number): Bytes {
  const [from, to] = directed(record).map(({ hostname }) => addressBytes(hostname));
  const length = upper.byteLength + payload.length;
  const isV4 = from!.length === 4 && to!.length === 4;
  const addresses = isV4 ? [from!, to!] : [mapped(from!), mapped(to!)];
  const pseudo = new Uint8Array([...addresses[0]!, ...addresses[1]!, 0, protocol, length >>> 8, length & 0xff]);
  const body = concatBytes([new Uint8Array(upper.buffer), payload]);
  const sum = checksum(pseudo, body) || 0xffff;
  new DataView(body.buffer).setUint16(checksumAt, sum);
  return concatBytes([isV4 ? headerV4(addresses, protocol, length) : headerV6(addresses, protocol, length), body]);
}

/** RFC 791 section 3.1. */
function headerV4(addresses: readonly Uint8Array[], protocol: number, length: number): Bytes {
  const header = new Uint8Array(20);
  const view = new DataView(header.buffer);
  view.setUint8(0, 0x45);
  view.setUint16(2, 20 + length);
  view.setUint16(6, 0x4000);
  view.setUint8(8, HOP_LIMIT);
  view.setUint8(9, protocol);
  header.set(addresses[0]!, 12);
  header.set(addresses[1]!, 16);
  view.setUint16(10, checksum(header));
  return header;
}

/** RFC 8200 section 3. */
function headerV6(addresses: readonly Uint8Array[], protocol: number, length: number): Bytes {
  const header = new Uint8Array(40);
  const view = new DataView(header.buffer);
  view.setUint8(0, 0x60);
  view.setUint16(4, length);
  view.setUint8(6, protocol);
  view.setUint8(7, HOP_LIMIT);
  header.set(addresses[0]!, 8);
  header.set(addresses[1]!, 24);
  return header;
}

/** The Internet checksum (RFC 1071) over the parts one after the other; all but the last have even lengths. */
function checksum(...parts: readonly Uint8Array[]): number {
  let sum = 0;
  for (const part of parts) {
    for (let at = 0; at < part.length; at += 2) sum += part[at]! << 8 | (part[at + 1] ?? 0);
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** An IP address as bytes; what is none becomes 0.0.0.0. */
function addressBytes(text: string): Uint8Array {
  if (/^\d+(\.\d+){3}$/.test(text)) return Uint8Array.from(text.split("."), Number);
  const host = text.replace(/^\[|\]$|%.*$/g, "");
  if (!host.includes(":")) return new Uint8Array(4);
  const [head = "", tail] = host.split("::");
  const groups = (part: string) => part === "" ? [] : part.split(":").map((group) => parseInt(group, 16) || 0);
  const [first, last] = [groups(head), groups(tail ?? "")];
  const gap = tail === undefined ? 0 : Math.max(0, 8 - first.length - last.length);
  const all = [...first, ...new Array<number>(gap).fill(0), ...last].slice(0, 8);
  return Uint8Array.from(all.flatMap((group) => [group >>> 8, group & 0xff]));
}

/** IPv4 inside IPv6 (RFC 4291 section 2.5.5.2), where only one end is known by version 4. */
function mapped(address: Uint8Array): Uint8Array {
  if (address.length === 16) return address;
  return Uint8Array.from([...new Uint8Array(10), 0xff, 0xff, ...address.subarray(0, 4)]);
}
