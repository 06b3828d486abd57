import {
  addressOf,
  AF_INET,
  type Libc,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  putAddress,
  SO_RCVTIMEO,
  SOCK_DGRAM,
  SOL_SOCKET,
  SOL_UDP,
  UDP_SEGMENT,
} from "./libc.ts";
import { SOCKET_ADDRESS_ROOM, writeSocketAddress } from "./socket_address.ts";

/** Datagrams the kernel cuts from one buffer (UDP_MAX_SEGMENTS of Linux before 6.2). */
export const MAX_SEGMENTS = 64;
/** CMSG_SPACE(sizeof(uint16_t)). */
export const CONTROL_SIZE = 24;
/** CMSG_LEN(sizeof(uint16_t)). */
const CONTROL_LENGTH = 18;

/** 32-bit words of a `struct mmsghdr` and a `struct iovec` on 64-bit Linux. */
export const MESSAGE_WORDS = 16;
export const VECTOR_WORDS = 4;
/** Places, in words, of the fields of `struct msghdr`. */
export const NAME = 0;
export const NAME_LENGTH = 2;
export const VECTORS = 4;
export const VECTOR_COUNT = 6;
export const CONTROL = 8;
export const CONTROL_COUNT = 10;

/** The control message that asks for datagrams of `size` bytes; the caller keeps it while its address is in use. */
export function segmentControl(size: number): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array(new ArrayBuffer(CONTROL_SIZE));
  words.set([CONTROL_LENGTH, 0, SOL_UDP, UDP_SEGMENT, size]);
  return words;
}

/** Milliseconds that the probe waits for its datagrams. */
const PROBE_PATIENCE = 200;
const PROBE_SEGMENT = 8;

/**
 * Whether this kernel cuts one buffer into several datagrams (UDP generic segmentation offload, Linux 4.18), seen by
 * doing it on loopback: some systems accept the request and send one large datagram.
 */
export function probeSegmentation(libc: Libc): boolean {
  const loopback = writeSocketAddress({ hostname: "127.0.0.1", port: 0 })!;
  const from = libc.call.socket(AF_INET, SOCK_DGRAM, 0);
  const to = libc.call.socket(AF_INET, SOCK_DGRAM, 0);
  try {
    if (from < 0 || to < 0 || libc.call.bind(to, loopback, loopback.length) !== 0) return false;
    const target = new Uint8Array(SOCKET_ADDRESS_ROOM);
    if (libc.call.getsockname(to, target, new Uint32Array([target.length])) !== 0) return false;
    const patience = new BigInt64Array([0n, BigInt(PROBE_PATIENCE * 1000)]);
    libc.call.setsockopt(to, SOL_SOCKET, SO_RCVTIMEO, patience, 16);
    if (!sendSegments(libc, from, target, loopback.length)) return false;
    const received = new Uint8Array(256);
    for (const length of [PROBE_SEGMENT, PROBE_SEGMENT - 1]) {
      if (Number(libc.call.recv(to, received, BigInt(received.length), 0)) !== length) return false;
    }
    return true;
  } finally {
    if (from >= 0) libc.call.close(from);
    if (to >= 0) libc.call.close(to);
  }
}

/** Sends two datagrams, the second one byte shorter, as one buffer. */
function sendSegments(libc: Libc, fd: number, target: Uint8Array<ArrayBuffer>, targetLength: number): boolean {
  const data = new Uint8Array(new ArrayBuffer(2 * PROBE_SEGMENT - 1));
  const vector = new Uint32Array(new ArrayBuffer(4 * VECTOR_WORDS));
  putAddress(vector, 0, addressOf(data));
  vector[2] = data.length;
  const control = segmentControl(PROBE_SEGMENT);
  const message = new Uint32Array(new ArrayBuffer(4 * MESSAGE_WORDS));
  putAddress(message, NAME, addressOf(target));
  message[NAME_LENGTH] = targetLength;
  putAddress(message, VECTORS, addressOf(vector));
  message[VECTOR_COUNT] = 1;
  putAddress(message, CONTROL, addressOf(control));
  message[CONTROL_COUNT] = CONTROL_SIZE;
  return libc.call.sendmmsg(fd, message, 1, MSG_DONTWAIT | MSG_NOSIGNAL) === 1;
}
