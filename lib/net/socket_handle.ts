import type { Bytes } from "../core/bytes.ts";
import { AF_INET, EBADF, type Libc, SO_TYPE, SOL_SOCKET } from "./libc.ts";
import type { Peer } from "./peer.ts";
import { SOCKET_ADDRESS_ROOM, writeSocketAddress } from "./socket_address.ts";

/** File descriptors are dense: after so many unused ones in a row there are no more. */
const MAX_UNUSED = 4096;

/**
 * The file descriptor of a socket that Deno opened, found by what only it has: its type and its addresses. No other
 * socket of this process can be bound to the same ones. `remote` is for a connected socket. Undefined if none fits.
 */
export function findHandle(libc: Libc, type: number, local: Peer, remote?: Peer): number | undefined {
  const localAddress = writeSocketAddress(local);
  const remoteAddress = remote && writeSocketAddress(remote);
  if (!localAddress || (remote && !remoteAddress)) return undefined;
  const room = new Uint8Array(SOCKET_ADDRESS_ROOM);
  for (let fd = 0, unused = 0; unused < MAX_UNUSED; fd++) {
    const own = nameOf(libc, "getsockname", fd, room);
    if (!own) {
      unused = libc.errno() === EBADF ? unused + 1 : 0;
      continue;
    }
    unused = 0;
    if (!sameAddress(own, localAddress) || numberOption(libc, fd, SO_TYPE) !== type) continue;
    if (!remoteAddress) return fd;
    const other = nameOf(libc, "getpeername", fd, room);
    if (other && sameAddress(other, remoteAddress)) return fd;
  }
  return undefined;
}

/** The address that the call writes; undefined if `fd` is no socket. */
function nameOf(libc: Libc, call: "getsockname" | "getpeername", fd: number, room: Bytes): Bytes | undefined {
  const length = new Uint32Array([room.length]);
  if (libc.call[call](fd, room, length) !== 0) return undefined;
  return room.subarray(0, Math.min(length[0]!, room.length));
}

/** Whether both name one IP address and port; an IPv4 address may stand inside an IPv6 one. */
function sameAddress(found: Bytes, wanted: Bytes): boolean {
  if (found.length < 4 || found[2] !== wanted[2] || found[3] !== wanted[3]) return false;
  const a = ipOf(found);
  const b = ipOf(wanted);
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

function ipOf(address: Bytes): Bytes {
  if (address[0] === AF_INET) return address.subarray(4, 8);
  const ip = address.subarray(8, 24);
  const mapped = ip.subarray(0, 10).every((byte) => byte === 0) && ip[10] === 0xff && ip[11] === 0xff;
  return mapped ? ip.subarray(12) : ip;
}

function numberOption(libc: Libc, fd: number, option: number): number {
  const value = new Int32Array(1);
  libc.call.getsockopt(fd, SOL_SOCKET, option, value, new Uint32Array([4]));
  return value[0]!;
}
