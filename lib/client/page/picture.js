// @ts-check
/**
 * Decodes pictures and paints the newest, at most one for each animation frame: at once where none was painted since the
 * last one, since waiting for the next would only make it late. The canvas holds the picture's own pixels and the browser
 * scales it once, to the screen's real resolution.
 */

import { FITTING, fittingZoom, held, place, zoomed } from "./view_geometry.js";

/** @typedef {import("../bridge/protocol.ts").PictureHeader} PictureHeader */
/** @typedef {import("./view_geometry.js").View} View */

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
  /** A picture was painted, and the browser has not shown it yet; a page that nobody sees stays so. */
  #unseen = false;
  /** Pictures that came, and the place in that order of the last one that was not overtaken while it was decoded. */
  #came = 0;
  #reached = 0;
  /** @type {View} */ #view = FITTING;

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
    const turn = ++this.#came;
    try {
      const bitmap = await createImageBitmap(
        new Blob([jpeg], { type: "image/jpeg" }),
      );
      if (turn < this.#reached) return this.#giveUp({ header, bitmap });
      this.#reached = turn;
      if (this.#next !== undefined) this.#giveUp(this.#next);
      this.#next = { header, bitmap };
      this.#paint();
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

  #paint() {
    const picture = this.#next;
    if (picture === undefined || this.#unseen) return;
    this.#next = undefined;
    this.#unseen = true;
    requestAnimationFrame(() => {
      this.#unseen = false;
      this.#paint();
    });
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
    canvas.dataset.repaired = String(header.repaired);
    bitmap.close();
    done(header.serial);
    painted(header);
  }

  /** A quarter to the right. */
  turn() {
    this.#look({ ...this.#view, turns: (this.#view.turns + 1) % 4 });
  }

  /** From as large as it fits to one pixel of the screen for one of the picture, and back. */
  toggleSize() {
    const zoom = this.#view.zoom === undefined ? 1 / devicePixelRatio : undefined;
    this.#look({ ...this.#view, zoom, x: 0, y: 0 });
  }

  /**
   * @param {number} factor above 1 larger
   * @param {{ x: number, y: number }} [point] from the middle of the stage: what stays where it is
   */
  zoomBy(factor, point = { x: 0, y: 0 }) {
    this.#look(zoomed(this.#view, factor, point, this.#options.canvas, this.#stage));
  }

  /**
   * @param {number} x pixels
   * @param {number} y
   */
  moveBy(x, y) {
    this.#look({ ...this.#view, x: this.#view.x + x, y: this.#view.y + y });
  }

  /** Whether parts of the picture lie outside the stage. */
  get movable() {
    const { canvas } = this.#options;
    return this.visible && this.#view.zoom !== undefined &&
      this.#view.zoom > fittingZoom(this.#view, canvas, this.#stage);
  }

  get #stage() {
    return { width: this.#options.stage.clientWidth, height: this.#options.stage.clientHeight };
  }

  /** @param {View} view */
  #look(view) {
    if (!this.visible) return;
    this.#view = held(view, this.#options.canvas, this.#stage);
    this.#place();
  }

  #place() {
    const { canvas, stage, reserve } = this.#options;
    if (canvas.hidden || canvas.width === 0) return;
    const { width, height, left, top } = place(this.#view, canvas, this.#stage, reserve);
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    canvas.style.left = `${left}px`;
    canvas.style.top = `${top}px`;
    canvas.style.transform = this.#view.turns === 0 ? "" : `rotate(${90 * this.#view.turns}deg)`;
    canvas.classList.toggle("exact", this.#view.zoom !== undefined && this.#view.zoom * devicePixelRatio >= 2);
    stage.classList.toggle("movable", this.movable);
  }
}
