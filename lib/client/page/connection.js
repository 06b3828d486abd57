// @ts-check
/** The page's end of the bridge: connects as often as needed. */

import { keySettled, ownKey } from "./key.js";

/** @typedef {import("../bridge/protocol.ts").EngineMessage} EngineMessage */
/** @typedef {import("../bridge/protocol.ts").PageCommand} PageCommand */
/** @typedef {import("../bridge/protocol.ts").PictureHeader} PictureHeader */

/**
 * @typedef {object} Listener
 * @property {(message: EngineMessage) => void} message
 * @property {(header: PictureHeader, jpeg: Uint8Array<ArrayBuffer>) => void} picture
 * @property {(file: Uint8Array<ArrayBuffer>) => void} capture a pcap file that was asked for
 * @property {(reason: "unknown" | "gone" | "quit" | undefined) => void} connection undefined: it stands
 */

const SUBPROTOCOL = "flipbook.1";
const PICTURE_VERSION = 1;
const CAPTURE_MARK = 2;
const THUMBNAIL_MARK = 3;
const SMALLEST_HEADER = 32;
const FIRST_RETRY = 250;
const LONGEST_RETRY = 4000;

export class Connection {
  /** @type {Listener} */ #listener;
  /** @type {WebSocket | undefined} */ #socket;
  #retry = FIRST_RETRY;
  #over = false;

  /** @param {Listener} listener */
  constructor(listener) {
    this.#listener = listener;
  }

  /** Connects, and goes on connecting whenever the connection is lost. */
  async start() {
    await keySettled;
    this.#connect();
  }

  /** @param {PageCommand} command */
  send(command) {
    if (this.#socket?.readyState === WebSocket.OPEN) {
      this.#socket.send(JSON.stringify(command));
    }
  }

  /** @param {Uint8Array<ArrayBuffer>} jpeg of what is shown, small */
  sendThumbnail(jpeg) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    const message = new Uint8Array(1 + jpeg.length);
    message[0] = THUMBNAIL_MARK;
    message.set(jpeg, 1);
    this.#socket.send(message);
  }

  #connect() {
    const key = ownKey();
    if (key === null) return this.#listener.connection("unknown");
    const socket = new WebSocket(`ws://${location.host}/socket`, [
      SUBPROTOCOL,
      key,
    ]);
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.#retry = FIRST_RETRY;
      this.#listener.connection(undefined);
    };
    socket.onmessage = (event) => this.#receive(event.data);
    socket.onclose = () => {
      if (this.#over) return;
      this.#listener.connection("gone");
      setTimeout(() => this.#connect(), this.#retry);
      this.#retry = Math.min(2 * this.#retry, LONGEST_RETRY);
    };
  }

  /** @param {string | ArrayBuffer} data */
  #receive(data) {
    if (typeof data !== "string") return this.#receivePicture(data);
    /** @type {EngineMessage} */
    const message = JSON.parse(data);
    if (message.type === "goodbye") {
      this.#over = true;
      this.#listener.connection("quit");
    }
    this.#listener.message(message);
  }

  /** @param {ArrayBuffer} data */
  #receivePicture(data) {
    const view = new DataView(data);
    if (data.byteLength > 0 && view.getUint8(0) === CAPTURE_MARK) {
      return this.#listener.capture(new Uint8Array(data, 1));
    }
    if (
      data.byteLength < SMALLEST_HEADER || view.getUint8(0) !== PICTURE_VERSION
    ) return;
    const flags = view.getUint8(1);
    this.#listener.picture({
      serial: view.getUint32(4),
      index: view.getUint32(8),
      width: view.getUint16(12),
      height: view.getUint16(14),
      mediaTime: flags & 1 ? view.getFloat64(16) : undefined,
      arrival: view.getFloat64(24),
      again: (flags & 2) !== 0,
      repaired: (flags & 4) !== 0,
    }, new Uint8Array(data, view.getUint16(2)));
  }
}
