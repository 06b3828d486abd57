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
/** Messages that a page may send within one second; a page that plays sends one a picture. */
const MAX_MESSAGES_A_SECOND = 1000;

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

/**
 * One page that is connected. It is hostile until proven otherwise: any breach of the protocol ends it.
 *
 * What cannot be bounded here is a message that never ends: Deno gathers its fragments, to 64 MB a frame, and tells of
 * none of them. So before the upgrade a page must show the key that this run of the player gave it.
 */
export class PageConnection {
  readonly #socket: WebSocket;
  readonly #listener: PageListener;
  readonly #gate: FrameGate<Picture>;
  readonly #clock: Clock;
  /** Clock time from which messages are counted. */
  #second = -Infinity;
  #messages = 0;

  constructor(socket: WebSocket, listener: PageListener, clock = systemClock) {
    this.#clock = clock;
    this.#socket = socket;
    this.#listener = listener;
    this.#gate = new FrameGate((serial, picture) =>
      this.#transmit(writePicture(header(serial, picture), picture.frame.data))
    );
    socket.binaryType = "arraybuffer";
    socket.addEventListener("open", () => listener.connected(this));
    socket.addEventListener("message", (event) => this.#receive(event));
    socket.addEventListener("close", () => listener.disconnected(this));
    socket.addEventListener("error", (event) => {
      const reason = event instanceof ErrorEvent ? event.message : "unknown";
      log("client", "bridge").debug("A page's connection failed: {reason}", { reason });
    });
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

  #receive(event: MessageEvent): void {
    const now = this.#clock.now();
    if (now - this.#second >= 1000) {
      this.#second = now;
      this.#messages = 0;
    }
    if (++this.#messages > MAX_MESSAGES_A_SECOND) return this.close(CLOSE_POLICY, "Too many messages");
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
