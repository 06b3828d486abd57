// @ts-check
/** @typedef {import("../bridge/protocol.ts").StateMessage} StateMessage */

/** Sides that a thumbnail fits into, pixels, and its largest size in bytes (see recent_streams.ts). */
const WIDTH = 320;
const HEIGHT = 240;
const MAX_SIZE = 24 * 1024;
/** Qualities that are tried, best first. */
const QUALITIES = [0.75, 0.5, 0.3];
/** Milliseconds before the first one, so that it is no black beginning, and between two. */
const FIRST_AFTER = 1000;
const INTERVAL = 15_000;

/** Makes small pictures of what is shown, for the start page. */
export class Thumbnails {
  /** @type {HTMLCanvasElement} */ #picture;
  /** @type {(jpeg: Uint8Array<ArrayBuffer>) => void} */ #send;
  #wanted = false;
  #next = Infinity;
  #canvas = document.createElement("canvas");

  /**
   * @param {HTMLCanvasElement} picture
   * @param {(jpeg: Uint8Array<ArrayBuffer>) => void} send
   */
  constructor(picture, send) {
    this.#picture = picture;
    this.#send = send;
  }

  /** @param {StateMessage | undefined} message */
  update(message) {
    this.#wanted = message?.remembers === true;
  }

  /** A picture was painted. */
  painted() {
    if (!this.#wanted) return;
    const now = performance.now();
    if (this.#next === Infinity) this.#next = now + FIRST_AFTER;
    if (now < this.#next) return;
    this.#next = now + INTERVAL;
    void this.make();
  }

  /** Makes one of what stands on the screen now. */
  async make() {
    const { width, height } = this.#picture;
    if (!this.#wanted || this.#next === Infinity || width === 0 || height === 0) return;
    const scale = Math.min(WIDTH / width, HEIGHT / height, 1);
    this.#canvas.width = Math.max(1, Math.round(width * scale));
    this.#canvas.height = Math.max(1, Math.round(height * scale));
    const context = this.#canvas.getContext("2d", { alpha: false });
    if (context === null) return;
    context.imageSmoothingQuality = "high";
    context.drawImage(this.#picture, 0, 0, this.#canvas.width, this.#canvas.height);
    for (const quality of QUALITIES) {
      const jpeg = await this.#encode(quality);
      if (jpeg === undefined || jpeg.length <= MAX_SIZE) {
        if (jpeg !== undefined) this.#send(jpeg);
        return;
      }
    }
  }

  /**
   * @param {number} quality
   * @returns {Promise<Uint8Array<ArrayBuffer> | undefined>}
   */
  async #encode(quality) {
    /** @type {Blob | null} */
    const blob = await new Promise((resolve) => this.#canvas.toBlob(resolve, "image/jpeg", quality));
    return blob?.type === "image/jpeg" ? new Uint8Array(await blob.arrayBuffer()) : undefined;
  }
}
