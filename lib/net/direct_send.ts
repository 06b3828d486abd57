import type { Bytes } from "../core/bytes.ts";
import { addressOf, EINTR, type Libc, MSG_DONTWAIT, MSG_NOSIGNAL, sharedLibc, SOCK_STREAM } from "./libc.ts";
import type { Peer } from "./peer.ts";
import { findHandle } from "./socket_handle.ts";

const FLAGS = MSG_DONTWAIT | MSG_NOSIGNAL;
/** As few bytes as these are copied to where the address is known; the garbage collector moves the smallest ones. */
const SMALL_SIZE = 1024;

/** Sends bytes on one connection as far as the kernel takes them at once; returns how many that was, perhaps none. */
export type DirectSend = (bytes: Bytes) => number;

/** Bytes as the C library is told of them; nobody may refer to it for longer than to the bytes. */
interface Told {
  readonly address: bigint;
  readonly length: bigint;
}

function tell(bytes: Bytes): Told {
  return { address: BigInt(addressOf(bytes)), length: BigInt(bytes.length) };
}

/** Frames are told of once, however many get them. */
const large = new WeakMap<Bytes, Told>();
const smallBytes = new Uint8Array(SMALL_SIZE);
let small: Told | undefined;

function told(bytes: Bytes): Told {
  if (bytes.length > SMALL_SIZE) {
    const known = large.get(bytes);
    if (known) return known;
    const made = tell(bytes);
    large.set(bytes, made);
    return made;
  }
  small ??= tell(smallBytes);
  smallBytes.set(bytes);
  return { address: small.address, length: BigInt(bytes.length) };
}

function send(libc: Libc, handle: number, bytes: Bytes): number {
  const { address, length } = told(bytes);
  for (;;) {
    const taken = libc.call.send(handle, address, length, FLAGS);
    if (taken >= 0) return taken;
    if (libc.errno() !== EINTR) return 0;
  }
}

/**
 * The fast way to send on a connection that Deno opened: one call, without a promise and without a copy of ours.
 * Undefined where there is none. The caller forgets it when it closes the connection.
 */
export function directSendOn(local: Peer, remote: Peer): DirectSend | undefined {
  const libc = sharedLibc();
  const handle = libc && findHandle(libc, SOCK_STREAM, local, remote);
  if (handle === undefined) return undefined;
  return (bytes) => send(libc!, handle, bytes);
}
