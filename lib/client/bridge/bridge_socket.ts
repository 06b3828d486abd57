import { type Clock, systemClock } from "../../core/clock.ts";
import { log } from "../../core/log.ts";
import { errorMessage } from "../../core/errors.ts";
import { FrameGate } from "./frame_gate.ts";
import {
  type EngineMessage,
  MAX_COMMAND_LENGTH,
  type PageCommand,
  parseCommand,
  THUMBNAIL_MARK,
  writeCapture,
  writePicture,
} from "./protocol.ts";
import type { ReceivedFrame } from "../player_types.ts";
import { isThumbnail } from "../recent/recent_streams.ts";

/** Bytes that may wait to leave before figures, which come again and again, are left out: the page does not read. */
const MAX_BACKLOG = 64 * 1024;
/** Messages and pings that a page may send within one second; a page that plays sends one message a picture. */
const MAX_MESSAGES_A_SECOND = 1000;

/** Milliseconds after which a page is asked whether it is there, and by when it must have answered. */
const CHECK_INTERVAL = 30_000;

const CLOSE_NORMAL = 1000;
const CLOSE_UNSUPPORTED = 1003;
const CLOSE_POLICY = 1008;
const CLOSE_TOO_BIG = 1009;

/** A picture for the pages: what came off the wire, and when by the calendar. */
export interface Picture {
  readonly frame: ReceivedFrame;
  /** Unix milliseconds. */
  readonly arrival: number;
  /** Whether it was shown before. */
  readonly again: boolean;
  /** Bytes. */
  readonly size: number;
}

/** What the bridge tells of its pages. */
export interface PageListener {
  connected(page: PageConnection): void;
  command(page: PageConnection, command: PageCommand): void;
  disconnected(page: PageConnection): void;
}

/** A page's WebSocket that is open, as the package `ws` makes it; the size of its messages is bounded already. */
export interface PageSocket extends Pick<WebSocket, "readyState" | "bufferedAmount" | "close" | "addEventListener"> {
  binaryType: string;
  send(data: string | Uint8Array): void;
  ping(): void;
  /** Ends it at once. */
  terminate(): void;
  on(event: "ping" | "pong", listener: () => void): unknown;
}

/** One page that is connected. It is hostile until proven otherwise: any breach of the protocol ends it. */
export class PageConnection {
  readonly #socket: PageSocket;
  readonly #listener: PageListener;
  readonly #gate: FrameGate<Picture>;
  readonly #clock: Clock;
  /** Clock time from which messages are counted. */
  #second = -Infinity;
  #messages = 0;
  /** The page has answered since it was asked last whether it is there. */
  #answers = true;
  #cancelCheck: () => void;

  constructor(socket: PageSocket, listener: PageListener, clock = systemClock) {
    this.#clock = clock;
    this.#socket = socket;
    this.#listener = listener;
    this.#gate = new FrameGate((serial, picture) =>
      this.#transmit(writePicture(header(serial, picture), picture.frame.data))
    );
    socket.binaryType = "arraybuffer";
    socket.addEventListener("message", (event) => this.#receive(event));
    socket.on("ping", () => this.#count());
    socket.on("pong", () => this.#answers = true);
    socket.addEventListener("close", () => {
      this.#cancelCheck();
      listener.disconnected(this);
    });
    socket.addEventListener("error", (event) => {
      log("client", "bridge").debug("A page's connection failed: {reason}", { reason: (event as ErrorEvent).message });
    });
    this.#cancelCheck = this.#scheduleCheck();
    listener.connected(this);
  }

  /** Pictures that this page was spared. */
  get skipped(): number {
    return this.#gate.skipped;
  }

  /** Bytes that were sent and have not left, because the page does not read. */
  get buffered(): number {
    return this.#socket.bufferedAmount;
  }

  /** Sends a text message; figures are left out while the page does not read. */
  send(message: EngineMessage): void {
    if (message.type === "stats" && this.buffered > MAX_BACKLOG) return;
    this.#transmit(JSON.stringify(message));
  }

  /** Sends a capture file. */
  sendCapture(file: Uint8Array): void {
    this.#transmit(writeCapture(file));
  }

  /** Sends a picture, now or when the page has done with earlier ones; a newer picture takes its place. */
  show(picture: Picture): void {
    this.#gate.push(picture);
  }

  close(code = CLOSE_NORMAL, reason = ""): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.close(code, reason);
  }

  #transmit(data: string | Uint8Array<ArrayBuffer>): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(data);
  }

  /** Ends the connection of a page that has vanished without a word, as one behind a tunnel may. */
  #scheduleCheck(): () => void {
    return this.#clock.at(this.#clock.now() + CHECK_INTERVAL, () => {
      if (!this.#answers) return this.#socket.terminate();
      this.#answers = false;
      this.#socket.ping();
      this.#cancelCheck = this.#scheduleCheck();
    });
  }

  /** Counts what the page has sent; false when it is too much, and the end. */
  #count(): boolean {
    const now = this.#clock.now();
    if (now - this.#second >= 1000) {
      this.#second = now;
      this.#messages = 0;
    }
    if (++this.#messages <= MAX_MESSAGES_A_SECOND) return true;
    this.close(CLOSE_POLICY, "Too many messages");
    return false;
  }

  #receive(event: MessageEvent): void {
    if (!this.#count()) return;
    if (typeof event.data !== "string") return this.#receiveThumbnail(new Uint8Array(event.data));
    if (event.data.length > MAX_COMMAND_LENGTH) return this.close(CLOSE_TOO_BIG, "Message too long");
    let command: PageCommand;
    try {
      command = parseCommand(event.data);
    } catch (thrown) {
      return this.close(CLOSE_POLICY, errorMessage(thrown).slice(0, 100));
    }
    if (command.type === "ack") this.#gate.acknowledge(command.serial);
    else this.#listener.command(this, command);
  }

  /** The one message that is not text: it is shown as a picture later, so it must be one, and a small one. */
  #receiveThumbnail(bytes: Uint8Array<ArrayBuffer>): void {
    const jpeg = bytes.slice(1);
    if (bytes[0] !== THUMBNAIL_MARK || !isThumbnail(jpeg)) return this.close(CLOSE_UNSUPPORTED, "No thumbnail");
    this.#listener.command(this, { type: "thumbnail", jpeg });
  }
}

function header(serial: number, { frame, arrival, again }: Picture) {
  const { index, width, height, mediaTime } = frame;
  return { serial, index, width, height, mediaTime, arrival, again, repaired: frame.repaired === true };
}
