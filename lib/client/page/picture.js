// @ts-check
/**
 * Decodes pictures and paints the newest on an animation frame. The canvas holds the picture's own pixels and the
 * browser scales it once, to the screen's real resolution.
 */

/** @typedef {import("../bridge/protocol.ts").PictureHeader} PictureHeader */

/**
 * @typedef {object} Options
 * @property {HTMLCanvasElement} canvas
 * @property {HTMLElement} stage the space for the picture
 * @property {number} reserve pixels at the lower edge that are used last
 * @property {(serial: number) => void} done the picture was painted or given up
 * @property {(header: PictureHeader) => void} painted
 */

export class PictureView {
  /** @type {Options} */ #options;
  /** @type {CanvasRenderingContext2D} */ #context;
  /** @type {{ header: PictureHeader, bitmap: ImageBitmap } | undefined} */ #next;
  #requested = false;
  #newest = 0;

  /** @param {Options} options */
  constructor(options) {
    this.#options = options;
    const context = options.canvas.getContext("2d", { alpha: false });
    if (context === null) {
      throw new Error("Cannot draw: the canvas gives no context");
    }
    this.#context = context;
    new ResizeObserver(() => this.#place()).observe(options.stage);
  }

  /** Whether a picture stands on the canvas. */
  get visible() {
    return !this.#options.canvas.hidden;
  }

  /**
   * @param {PictureHeader} header
   * @param {Uint8Array<ArrayBuffer>} jpeg
   */
  async show(header, jpeg) {
    const turn = ++this.#newest;
    try {
      const bitmap = await createImageBitmap(
        new Blob([jpeg], { type: "image/jpeg" }),
      );
      if (turn < this.#newest && this.#next !== undefined) {
        return this.#giveUp({ header, bitmap });
      }
      if (this.#next !== undefined) this.#giveUp(this.#next);
      this.#next = { header, bitmap };
      this.#request();
    } catch {
      // It cannot be decoded: the last good picture stays.
      this.#options.done(header.serial);
    }
  }

  /** @param {{ header: PictureHeader, bitmap: ImageBitmap }} picture */
  #giveUp({ header, bitmap }) {
    bitmap.close();
    this.#options.done(header.serial);
  }

  #request() {
    if (this.#requested) return;
    this.#requested = true;
    requestAnimationFrame(() => {
      this.#requested = false;
      this.#paint();
    });
  }

  #paint() {
    const picture = this.#next;
    if (picture === undefined) return;
    this.#next = undefined;
    const { canvas, painted, done } = this.#options;
    const { bitmap, header } = picture;
    if (
      canvas.hidden || canvas.width !== bitmap.width ||
      canvas.height !== bitmap.height
    ) {
      canvas.width = bitmap.width;
      canvas.height = bitmap.height;
      canvas.hidden = false;
      this.#place();
    }
    this.#context.drawImage(bitmap, 0, 0);
    canvas.dataset.index = String(header.index);
    bitmap.close();
    done(header.serial);
    painted(header);
  }

  /** Fits the picture into the stage; what is left below it goes to the controls first, the rest is shared. */
  #place() {
    const { canvas, stage, reserve } = this.#options;
    if (canvas.hidden || canvas.width === 0) return;
    const scale = Math.min(
      stage.clientWidth / canvas.width,
      stage.clientHeight / canvas.height,
    );
    const width = Math.round(canvas.width * scale);
    const height = Math.round(canvas.height * scale);
    const free = stage.clientHeight - height;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    canvas.style.left = `${Math.round((stage.clientWidth - width) / 2)}px`;
    canvas.style.top = `${Math.round((free - Math.min(free, reserve)) / 2)}px`;
  }
}
