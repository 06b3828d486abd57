import type { Bytes } from "../core/bytes.ts";
import { type Clock, systemClock } from "../core/clock.ts";
import { MESSAGE_WORDS, probeSegmentation } from "./gso.ts";
import {
  EAGAIN,
  ECONNREFUSED,
  EINTR,
  EINVAL,
  EIO,
  EMSGSIZE,
  type Libc,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  sharedLibc,
  SO_RCVBUF,
  SO_RCVBUFFORCE,
  SO_SNDBUF,
  SO_SNDBUFFORCE,
  SOCK_DGRAM,
  SOL_SOCKET,
} from "./libc.ts";
import { MessageBatch, roomOf } from "./message_batch.ts";
import type { Peer } from "./peer.ts";
import { socketAddressOf } from "./socket_address.ts";
import { findHandle } from "./socket_handle.ts";
import type { PlainUdpSocket } from "./udp_plain.ts";
import type { PacketRun, UdpSocket } from "./udp_socket.ts";

/** Kernel buffers asked for, bytes: a tick for some hundred viewers fits; what is allowed may be less. */
const SOCKET_BUFFER = 4 * 1024 * 1024;
/** Datagrams of a batch at first and at most: an idle socket costs little. */
const FIRST_CAPACITY = 64;
const MAX_CAPACITY = 4096;
/** While the kernel's buffer is full: pause between attempts, and how long a packet may wait before it is useless, ms. */
const RETRY_PAUSE = 1;
const MAX_WAIT = 40;

const FLAGS = MSG_DONTWAIT | MSG_NOSIGNAL;

/** What this system offers for sending many datagrams with one call. */
export interface BatchEngine {
  readonly libc: Libc;
  /** Whether the kernel cuts one buffer into many datagrams; otherwise each is a message of its own. */
  readonly segmentation: boolean;
}

let engine: BatchEngine | undefined | "unknown" = "unknown";

/** Looks, once, for what this system can do; undefined where Deno's sockets must do. */
export function batchEngine(): BatchEngine | undefined {
  if (engine === "unknown") {
    const libc = sharedLibc();
    engine = libc && { libc, segmentation: probeSegmentation(libc) };
  }
  return engine;
}

/**
 * A socket that Deno owns, receives on and closes, and that sends through the C library: whatever is queued for all
 * viewers leaves with as few system calls as the kernel allows. One viewer's failure costs that viewer's packets only.
 */
export class BatchUdpSocket implements UdpSocket {
  readonly #plain: PlainUdpSocket;
  readonly #libc: Libc;
  readonly #segmentation: boolean;
  readonly #clock: Clock;
  readonly #single = new Uint32Array(new ArrayBuffer(4 * MESSAGE_WORDS));
  #handle: number;
  #batch: MessageBatch | undefined;
  #sendErrors = 0;
  #blockedSince: number | undefined;
  #cancelRetry: (() => void) | undefined;

  private constructor(plain: PlainUdpSocket, { libc, segmentation }: BatchEngine, handle: number, clock: Clock) {
    this.#plain = plain;
    this.#clock = clock;
    this.#libc = libc;
    this.#segmentation = segmentation;
    this.#handle = handle;
    setBuffer(libc, handle, SO_SNDBUFFORCE, SO_SNDBUF);
    setBuffer(libc, handle, SO_RCVBUFFORCE, SO_RCVBUF);
  }

  /** Speeds up `plain`, which the new socket closes; undefined if its file descriptor is not found. */
  static over(plain: PlainUdpSocket, engine: BatchEngine, clock = systemClock): BatchUdpSocket | undefined {
    const handle = findHandle(engine.libc, SOCK_DGRAM, plain.local);
    return handle === undefined ? undefined : new BatchUdpSocket(plain, engine, handle, clock);
  }

  get local(): Peer {
    return this.#plain.local;
  }

  get onPacket(): ((data: Bytes, from: Peer) => void) | undefined {
    return this.#plain.onPacket;
  }

  set onPacket(handler: ((data: Bytes, from: Peer) => void) | undefined) {
    this.#plain.onPacket = handler;
  }

  get sendErrors(): number {
    return this.#sendErrors + this.#plain.sendErrors;
  }

  send(data: Bytes, to: Peer): void {
    if (this.#handle < 0) return;
    const address = socketAddressOf(to);
    if (!address) return this.#plain.send(data, to);
    this.flush();
    const { call } = this.#libc;
    const send = () => call.sendto(this.#handle, data, BigInt(data.length), FLAGS, address.bytes, address.bytes.length);
    if (send() >= 0) return;
    // The error may be an answer to an earlier datagram, or a signal's: the second attempt tells.
    const again = [EINTR, ECONNREFUSED].includes(this.#libc.errno());
    if (!again || send() < 0) this.#sendErrors++;
  }

  queue(run: PacketRun): void {
    if (this.#handle < 0 || run.count === 0) return;
    const address = socketAddressOf(run.to);
    if (!address) return this.#plain.queue(run);
    const batch = this.#roomFor(run);
    if (batch) batch.add(run, address);
    else this.#lose(run, run.count);
  }

  flush(): void {
    const batch = this.#batch;
    if (!batch || batch.empty || this.#handle < 0) return;
    if (this.#sendWaiting(batch)) {
      batch.clear();
      this.#blockedSince = undefined;
      return;
    }
    const now = this.#clock.now();
    this.#blockedSince ??= now;
    if (now - this.#blockedSince >= MAX_WAIT) this.#giveUp(batch);
    else {
      this.#cancelRetry ??= this.#clock.at(now + RETRY_PAUSE, () => {
        this.#cancelRetry = undefined;
        this.flush();
      });
    }
  }

  close(): void {
    this.#handle = -1;
    this.#cancelRetry?.();
    this.#batch = undefined;
    this.#plain.close();
  }

  /** A batch that takes `run`: the current one, emptied and made larger if need be. */
  #roomFor(run: PacketRun): MessageBatch | undefined {
    if (this.#batch?.hasRoomFor(run)) return this.#batch;
    this.flush();
    if (this.#batch && !this.#batch.empty) return undefined;
    const capacity = Math.max(FIRST_CAPACITY, 2 * (this.#batch?.capacity ?? 0), roomOf(run));
    if (!this.#batch || this.#batch.capacity < MAX_CAPACITY) {
      this.#batch = new MessageBatch(Math.min(MAX_CAPACITY, capacity), this.#segmentation);
    }
    return this.#batch.hasRoomFor(run) ? this.#batch : undefined;
  }

  /** Hands the messages to the kernel; false if it cannot take more now. */
  #sendWaiting(batch: MessageBatch): boolean {
    while (batch.start < batch.end) {
      const words = batch.start === 0 ? batch.messages : batch.messages.subarray(batch.start * MESSAGE_WORDS);
      const sent = this.#libc.call.sendmmsg(this.#handle, words, batch.end - batch.start, FLAGS);
      if (sent > 0) batch.start += sent;
      else if (!this.#survive(batch, this.#libc.errno())) return false;
    }
    return true;
  }

  /** Deals with the error that the first waiting message met; false if the kernel wants us to wait. */
  #survive(batch: MessageBatch, error: number): boolean {
    const { run, to, segments } = batch.entry(batch.start);
    if (error === EAGAIN) return false;
    if (error === EINTR) return true;
    if (segments > 1 && (error === EINVAL || error === EMSGSIZE || error === EIO)) {
      // The way to this peer has small packets or a device without checksums: no cutting by the kernel there.
      to.segmentation = false;
      if (this.#sendSingly(batch, segments)) {
        batch.start++;
        return true;
      }
    } else if (error === ECONNREFUSED && this.#sendSingly(batch, segments)) {
      batch.start++;
      return true;
    }
    let lost = 0;
    while (batch.start < batch.end && batch.entry(batch.start).run === run) {
      lost += batch.entry(batch.start++).segments;
    }
    this.#lose(run, lost);
    return true;
  }

  /** Sends the first waiting message as one datagram after the other; false if one was refused. */
  #sendSingly(batch: MessageBatch, segments: number): boolean {
    for (let segment = 0; segment < segments; segment++) {
      batch.writeSingle(this.#single, batch.start, segment);
      if (this.#libc.call.sendmmsg(this.#handle, this.#single, 1, FLAGS) < 1) return false;
    }
    return true;
  }

  #giveUp(batch: MessageBatch): void {
    for (let index = batch.start; index < batch.end; index++) {
      const { run, segments } = batch.entry(index);
      this.#lose(run, segments);
    }
    batch.clear();
    this.#blockedSince = undefined;
  }

  #lose(run: PacketRun, datagrams: number): void {
    this.#sendErrors += datagrams;
    run.onLost?.(datagrams);
  }
}

/** Makes a kernel buffer large: beyond the system's limit where we may, up to it elsewhere. */
function setBuffer(libc: Libc, handle: number, force: number, ask: number): void {
  const size = new Int32Array([SOCKET_BUFFER]);
  if (libc.call.setsockopt(handle, SOL_SOCKET, force, size, 4) !== 0) {
    libc.call.setsockopt(handle, SOL_SOCKET, ask, size, 4);
  }
}
