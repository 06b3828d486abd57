import type { Bytes } from "../core/bytes.ts";
import { EINTR, type Libc, MSG_DONTWAIT, MSG_NOSIGNAL, sharedLibc, SOCK_STREAM } from "./libc.ts";
import type { Peer } from "./peer.ts";
import { findHandle } from "./socket_handle.ts";

const FLAGS = MSG_DONTWAIT | MSG_NOSIGNAL;
/** The garbage collector moves bytes as few as these: their address is good for nothing. */
const MOVED_SIZE = 64;

/** Sends bytes on one connection as far as the kernel takes them at once; returns how many that was, perhaps none. */
export type DirectSend = (bytes: Bytes) => number;

/** Bytes as the C library is told of them; kept for the next connection that gets the same ones. */
let last: { readonly bytes: Bytes; readonly pointer: Deno.PointerObject | null; readonly length: bigint } | undefined;

function send(libc: Libc, handle: number, bytes: Bytes): number {
  if (bytes.length <= MOVED_SIZE) return 0;
  if (last?.bytes !== bytes) last = { bytes, pointer: Deno.UnsafePointer.of(bytes), length: BigInt(bytes.length) };
  const { pointer, length } = last;
  for (;;) {
    const taken = libc.call.send(handle, pointer, length, FLAGS);
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
