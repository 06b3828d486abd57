import { EEXIST, type Libc, sharedLibc, SOCK_STREAM } from "./libc.ts";
import { normalizePeer } from "./peer.ts";
import { findHandle } from "./socket_handle.ts";

/** Waits at most so many ms for something that the event loop would have to do; returns whether there is something. */
export type EventWait = (milliseconds: number) => boolean;

/** File descriptors among which the event loop's own is looked for: it is one of the first that a thread opens. */
const MAX_LOOKED_AT = 1024;
const EPOLL_CTL_ADD = 1;
const EPOLL_CTL_DEL = 2;
/** Bytes of a `struct epoll_event`; packed or not, it has room in these. */
const EPOLL_EVENT_SIZE = 16;
const POLLIN = 1;

/**
 * A way to wait for the events of this thread's event loop from outside of it. Deno waits with epoll, and an epoll can be
 * waited for itself: it is readable when it has events. Undefined where that cannot be had.
 */
export function findEventWait(): EventWait | undefined {
  const libc = sharedLibc();
  const handle = libc && findEpoll(libc);
  if (handle === undefined) return undefined;
  const polled = new Int32Array([handle, POLLIN]);
  // A `struct timespec`: seconds and nanoseconds, of whose 64 bits the lower half is enough.
  const timeout = new Uint32Array(4);
  return (milliseconds) => {
    timeout[0] = Math.floor(milliseconds / 1000);
    timeout[2] = Math.floor(milliseconds % 1000 * 1e6);
    return libc!.call.ppoll(polled, 1n, timeout, 0n) !== 0;
  };
}

/** The epoll that knows the sockets of this thread: the one that refuses to take in one of them once more. */
function findEpoll(libc: Libc): number | undefined {
  const listener = anySocket();
  if (!listener) return undefined;
  try {
    const socket = findHandle(libc, SOCK_STREAM, normalizePeer(listener.addr));
    return socket === undefined ? undefined : epollOf(libc, socket);
  } finally {
    listener.close();
  }
}

/** A socket that the event loop watches; undefined on a machine without the loopback network. */
function anySocket(): Deno.TcpListener | undefined {
  try {
    return Deno.listen({ hostname: "127.0.0.1", port: 0 });
  } catch {
    return undefined;
  }
}

function epollOf(libc: Libc, socket: number): number | undefined {
  const event = new Uint8Array(EPOLL_EVENT_SIZE);
  for (let handle = 0; handle < MAX_LOOKED_AT; handle++) {
    if (libc.call.epoll_ctl(handle, EPOLL_CTL_ADD, socket, event) === 0) {
      libc.call.epoll_ctl(handle, EPOLL_CTL_DEL, socket, event);
    } else if (libc.errno() === EEXIST) return handle;
  }
  return undefined;
}
