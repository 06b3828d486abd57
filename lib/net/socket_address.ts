import type { Bytes } from "../core/bytes.ts";
import { addressOf, AF_INET, AF_INET6 } from "./libc.ts";
import type { Peer } from "./peer.ts";

/** sizeof(struct sockaddr_in) and sizeof(struct sockaddr_in6). */
const IPV4_SIZE = 16;
const IPV6_SIZE = 28;
/** Room for any address that the system writes. */
export const SOCKET_ADDRESS_ROOM = 128;

/**
 * A peer's address as the kernel reads it:
 *
 *     sockaddr_in   family (2, native) port (2) address (4) zero (8)
 *     sockaddr_in6  family (2, native) port (2) flow (4) address (16) scope (4)
 */
export interface SocketAddress {
  readonly bytes: Bytes;
  /** Where `bytes` lie in memory. */
  readonly address: number;
  /** Whether the kernel may cut large buffers into datagrams on the way there; cleared when it refused. */
  segmentation: boolean;
}

/** The four bytes of a dotted address; undefined if it is none. */
export function parseIpv4(text: string): number[] | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return undefined;
  return parts.map(Number);
}

/** The sixteen bytes of an IPv6 address (RFC 4291 section 2.2); undefined if it is none, or names a zone. */
export function parseIpv6(text: string): number[] | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half) => half === "" ? [] : groupsOf(half));
  if (!head || (halves.length === 2 && !tail)) return undefined;
  if (!tail) return head.length === 16 ? head : undefined;
  const gap = 16 - head.length - tail.length;
  return gap >= 2 ? [...head, ...new Array<number>(gap).fill(0), ...tail] : undefined;
}

function groupsOf(half: string): number[] | undefined {
  const bytes: number[] = [];
  const groups = half.split(":");
  for (const [index, group] of groups.entries()) {
    const ipv4 = index === groups.length - 1 ? parseIpv4(group) : undefined;
    if (ipv4) bytes.push(...ipv4);
    else if (/^[0-9a-f]{1,4}$/i.test(group)) bytes.push(parseInt(group, 16) >> 8, parseInt(group, 16) & 0xff);
    else return undefined;
  }
  return bytes;
}

/** The peer's `sockaddr`; undefined if `hostname` is no plain IP address or `port` is none. */
export function writeSocketAddress(peer: Peer): Bytes | undefined {
  const ipv4 = parseIpv4(peer.hostname);
  const ip = ipv4 ?? parseIpv6(peer.hostname);
  if (!ip || !(peer.port >= 0 && peer.port <= 0xffff)) return undefined;
  // An ArrayBuffer of its own: the kernel is told the address, so the memory must not move.
  const bytes = new Uint8Array(new ArrayBuffer(ipv4 ? IPV4_SIZE : IPV6_SIZE));
  bytes[0] = ipv4 ? AF_INET : AF_INET6;
  bytes[2] = peer.port >> 8;
  bytes[3] = peer.port;
  bytes.set(ip, ipv4 ? 4 : 8);
  return bytes;
}

const known = new WeakMap<Peer, SocketAddress>();

/** Like `writeSocketAddress`, made once for each `Peer` object: senders that keep theirs pay nothing. */
export function socketAddressOf(peer: Peer): SocketAddress | undefined {
  const found = known.get(peer);
  if (found) return found;
  const bytes = writeSocketAddress(peer);
  if (!bytes) return undefined;
  const made = { bytes, address: addressOf(bytes), segmentation: true };
  known.set(peer, made);
  return made;
}
