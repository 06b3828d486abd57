import type { Bytes } from "../core/bytes.ts";
import type { Clock } from "../core/clock.ts";
import { errorMessage } from "../core/errors.ts";
import type { DirectSend, Lender } from "./direct_send.ts";
import type { ByteStream } from "./tcp.ts";

/** Without any byte taken by the peer for so long the connection is given up, ms. */
const STALL_TIMEOUT = 10_000;
/** Messages (answers, RTCP) that may wait; a peer that asks on without reading ends here. */
const MAX_QUEUED_MESSAGES = 1024 * 1024;
/** Whole media frames that may wait behind the one in the kernel: the newest win. */
const MAX_QUEUED_FRAMES = 2;
/** Bytes that may wait together, however large the frames: with what the kernel holds a stopped peer costs under 8 MiB. */
const MAX_QUEUED_BYTES = 4 * 1024 * 1024;

/** How the writer measures patience, and its fast way to send. */
export interface StreamWriterOptions {
  readonly clock: Clock;
  /** Shared with the other connections. Its owner flushes it. */
  readonly direct?: DirectSend | undefined;
  readonly stallTimeout?: number;
}

/**
 * The one writer of a connection. Whatever is handed in leaves whole and in order: messages always, media frames
 * unless newer ones push them out before their first byte left. A slow peer costs its own frames, nobody else's.
 */
export class StreamWriter implements Lender {
  /** Settles, with the reason, once nothing more will be written. */
  readonly closed: Promise<string>;
  readonly #stream: ByteStream;
  readonly #clock: Clock;
  readonly #stallTimeout: number;
  #messages: Bytes[] = [];
  #frames: Bytes[] = [];
  #queued = 0;
  #messageBytes = 0;
  #dropped = 0;
  #written = 0;
  #running = false;
  readonly #direct: DirectSend | undefined;
  /** The round of `#direct` with which bytes were last lent here; before the first, its way is not looked for. */
  #lentIn = -1;
  #ended: string | undefined;
  #resolveClosed: (reason: string) => void = () => {};
  #drained: (() => void)[] = [];
  #lastProgress = 0;
  #cancelStall: (() => void) | undefined;

  constructor(stream: ByteStream, options: StreamWriterOptions) {
    this.#stream = stream;
    this.#clock = options.clock;
    this.#direct = options.direct;
    this.#stallTimeout = options.stallTimeout ?? STALL_TIMEOUT;
    this.closed = new Promise((resolve) => this.#resolveClosed = resolve);
  }

  /** Media frames that left the queue unsent because the peer was slow. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Bytes that wait, the part of the current write that is not yet taken included. */
  get queued(): number {
    return this.#queued;
  }

  /** Bytes that the kernel has taken. */
  get written(): number {
    return this.#written;
  }

  /** Sends bytes that must not be lost: they go before waiting media. Ignored after the end. */
  message(bytes: Bytes): void {
    if (this.#ended !== undefined) return;
    if (this.#messageBytes + bytes.length > MAX_QUEUED_MESSAGES) {
      this.close("the peer does not read its answers");
      return;
    }
    // Where media leaves at once, so does an answer or a report: without a promise and a timer.
    const taken = this.#lentIn < 0 ? 0 : this.#sendNow(bytes);
    if (taken === bytes.length) return;
    const rest = taken === 0 ? bytes : bytes.slice(taken);
    this.#messageBytes += rest.length;
    this.#queued += rest.length;
    this.#messages.push(rest);
    this.#start();
  }

  /** Sends bytes that must not be lost behind the media that waits now. */
  messageAfterMedia(bytes: Bytes): void {
    if (this.#frames.length === 0) this.message(bytes);
    else void this.drain().then(() => this.message(bytes));
  }

  /** Sends one whole frame, when the peer is ready; returns false if an older one, or this one, had to leave. */
  media(bytes: Bytes): boolean {
    if (this.#ended !== undefined) return false;
    this.#frames.push(bytes);
    this.#queued += bytes.length;
    let fits = true;
    while (this.#overflows()) {
      fits = false;
      this.#queued -= this.#frames.shift()!.length;
      this.#dropped++;
    }
    this.#start();
    return fits;
  }

  /** Whether the oldest frame must leave. One that nothing waits for may have any size. */
  #overflows(): boolean {
    if (this.#frames.length > MAX_QUEUED_FRAMES) return true;
    return this.#queued > MAX_QUEUED_BYTES && this.#frames.length > (this.#running ? 0 : 1);
  }

  /**
   * Like `media`, for bytes that are lent until the next `flush()`: while the peer keeps up they leave from where they
   * lie, and what has to wait is copied.
   */
  mediaLent(bytes: Bytes): boolean {
    if (this.#ended !== undefined) return false;
    const direct = this.#direct;
    if (direct === undefined) return this.media(bytes.slice());
    // Of two frames the first may leave in part: whether the second must wait is known only then.
    direct.flush(this.#lentIn === direct.rounds ? undefined : bytes);
    const handle = this.#running ? undefined : this.#stream.handle;
    if (handle === undefined) return this.media(bytes.slice());
    direct.lend(handle, bytes, this);
    this.#lentIn = direct.rounds;
    this.#written += bytes.length;
    return true;
  }

  /** Sends what is lent, here and to others, so that it may change. */
  flush(): void {
    this.#direct?.flush();
  }

  takenInPart(bytes: Bytes, taken: number): void {
    this.#written += taken - bytes.length;
    if (taken === 0) {
      this.media(bytes.slice());
      return;
    }
    // What has begun to leave must leave whole; the writer is idle, so it takes the rest before anything else.
    const rest = bytes.slice(taken);
    this.#frames.push(rest);
    this.#queued += rest.length;
    this.#start();
  }

  /** Sends what the kernel takes of bytes that nothing waits before; returns how many that was. */
  #sendNow(bytes: Bytes): number {
    this.flush();
    const handle = this.#running ? undefined : this.#stream.handle;
    const taken = handle === undefined ? 0 : this.#direct!.send(handle, bytes);
    this.#written += taken;
    return taken;
  }

  /** Forgets media that has not begun to leave: after PAUSE and TEARDOWN nothing old may follow. */
  discardMedia(): void {
    for (const frame of this.#frames) this.#queued -= frame.length;
    this.#frames = [];
  }

  /** Resolves when everything handed in so far is written, or the writer has ended. */
  drain(): Promise<void> {
    this.flush();
    if (!this.#running) return Promise.resolve();
    return new Promise((resolve) => this.#drained.push(resolve));
  }

  /** Ends the writer and its connection; what waits is lost. */
  close(reason = "closed"): void {
    if (this.#ended !== undefined) return;
    this.flush();
    this.#ended = reason;
    this.#cancelStall?.();
    this.#messages = [];
    this.#frames = [];
    this.#queued = 0;
    this.#stream.close();
    this.#resolveClosed(reason);
    this.#settleDrained();
  }

  #start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#run().catch((thrown) => this.close(`write failed: ${errorMessage(thrown)}`));
  }

  async #run(): Promise<void> {
    for (let next = this.#next(); next; next = this.#next()) await this.#writeWhole(next);
    this.#running = false;
    this.#settleDrained();
  }

  #next(): Bytes | undefined {
    if (this.#ended !== undefined) return undefined;
    const message = this.#messages.shift();
    if (message) this.#messageBytes -= message.length;
    return message ?? this.#frames.shift();
  }

  async #writeWhole(bytes: Bytes): Promise<void> {
    this.#lastProgress = this.#clock.now();
    this.#watchStall();
    try {
      for (let at = 0; at < bytes.length && this.#ended === undefined;) {
        const taken = await this.#stream.writeSome(at === 0 ? bytes : bytes.subarray(at));
        at += taken;
        this.#queued = Math.max(0, this.#queued - taken);
        this.#written += taken;
        this.#lastProgress = this.#clock.now();
      }
    } finally {
      this.#cancelStall?.();
      this.#cancelStall = undefined;
    }
  }

  /** Looks again where the last progress would have grown too old, instead of moving a timer at every write. */
  #watchStall(): void {
    this.#cancelStall = this.#clock.at(this.#lastProgress + this.#stallTimeout, () => {
      if (this.#ended !== undefined) return;
      if (this.#clock.now() - this.#lastProgress >= this.#stallTimeout) {
        this.close(`no byte taken for ${this.#stallTimeout / 1000} s`);
      } else this.#watchStall();
    });
  }

  #settleDrained(): void {
    for (const resolve of this.#drained.splice(0)) resolve();
  }
}
