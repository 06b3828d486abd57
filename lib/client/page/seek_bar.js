// @ts-check
import { child, element } from "./elements.js";
import { formatTime } from "./format.js";
import { filmOf, placeAt, placeAtShare, shareOf } from "./seek_position.js";

/** @typedef {import("../bridge/protocol.ts").StateMessage} StateMessage */
/** @typedef {import("../bridge/protocol.ts").PictureHeader} PictureHeader */
/** @typedef {import("./seek_position.js").Film} Film */
/** @typedef {import("./seek_position.js").Place} Place */

/** Milliseconds in which a place that was asked for counts more than the pictures, which may still be those before. */
const SETTLING = 700;

/** The place in a film, and the way to another one: with the pointer, or by seconds with the keys. */
export class SeekBar {
  #bar = element("seek", HTMLElement);
  #tip = element("seek-tip", HTMLElement);
  /** @type {(seconds: number) => void} */ #seek;
  /** @type {Film | undefined} */ #film;
  #enabled = false;
  /** @type {number | undefined} */ #shown;
  /** @type {Place | undefined} */ #target;
  #targetTime = 0;
  #dragging = false;
  /** @type {Place | undefined} */ #dragged;

  /** @param {(seconds: number) => void} seek */
  constructor(seek) {
    this.#seek = seek;
    const bar = this.#bar;
    bar.addEventListener("pointerdown", (event) => this.#press(event));
    bar.addEventListener("pointermove", (event) => this.#move(event));
    bar.addEventListener("pointerup", () => this.#release());
    bar.addEventListener("pointercancel", () => this.#release());
    bar.addEventListener("pointerleave", () => this.#hideTip());
  }

  /** Whether there is a film with a range that can be sought now. */
  get usable() {
    return this.#enabled && this.#film !== undefined;
  }

  /** @param {StateMessage | undefined} message */
  update(message) {
    this.#film = filmOf(message?.info);
    this.#enabled = message !== undefined && message.state !== "INIT";
    if (message?.state === "INIT" && message.reconnecting === undefined) this.#target = undefined;
    this.#bar.setAttribute("aria-disabled", String(!this.#enabled));
    this.#show();
  }

  /** @param {PictureHeader} header */
  picture(header) {
    this.#shown = header.mediaTime;
    if (!this.#dragging && performance.now() - this.#targetTime > SETTLING) this.#target = undefined;
    if (this.#target?.index === header.index) this.#target = undefined;
    this.#show();
  }

  /** @param {number} seconds forward, or backward below 0 */
  jump(seconds) {
    const from = this.#target?.time ?? this.#shown;
    if (this.#film !== undefined) this.#go(placeAt(this.#film, (from ?? this.#film.start) + seconds));
  }

  /** @param {number} share 0 is the first picture, 1 the last */
  jumpTo(share) {
    if (this.#film !== undefined) this.#go(placeAtShare(this.#film, share));
  }

  /** @param {Place} place */
  #go(place) {
    if (!this.usable) return;
    this.#target = place;
    this.#targetTime = performance.now();
    this.#seek(place.time);
    this.#show();
  }

  /** @param {PointerEvent} event */
  #press(event) {
    if (event.button !== 0 || !this.usable) return;
    this.#bar.setPointerCapture(event.pointerId);
    this.#dragging = true;
    this.#move(event);
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const film = this.#film;
    if (film === undefined) return;
    const { left, width } = this.#bar.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - left) / width));
    const place = placeAtShare(film, share);
    this.#showTip(place, share * width, width);
    if (!this.#dragging) return;
    if (place.time !== this.#dragged?.time) this.#go(place);
    this.#dragged = place;
  }

  #release() {
    this.#dragging = false;
    this.#dragged = undefined;
  }

  /**
   * @param {Place} place
   * @param {number} x
   * @param {number} width
   */
  #showTip(place, x, width) {
    this.#tip.hidden = false;
    this.#tip.textContent = place.index === undefined
      ? formatTime(place.time, 3)
      : `${formatTime(place.time, 3)}  #${place.index}`;
    const half = this.#tip.offsetWidth / 2;
    this.#tip.style.left = `${Math.round(Math.min(Math.max(x, half + 4), width - half - 4))}px`;
  }

  #hideTip() {
    this.#tip.hidden = true;
  }

  #show() {
    const film = this.#film;
    const time = this.#target?.time ?? this.#shown;
    this.#bar.hidden = film === undefined;
    if (film === undefined) return this.#hideTip();
    const share = time === undefined ? 0 : shareOf(film, time);
    child(this.#bar, ".done", HTMLElement).style.transform = `scaleX(${share.toFixed(5)})`;
    child(this.#bar, ".thumb", HTMLElement).style.left = `${(100 * share).toFixed(3)}%`;
    this.#bar.setAttribute("aria-valuemin", film.start.toFixed(1));
    this.#bar.setAttribute("aria-valuemax", film.end.toFixed(1));
    this.#bar.setAttribute("aria-valuenow", (time ?? film.start).toFixed(1));
    const { index } = placeAt(film, time ?? film.start);
    const frame = index === undefined ? "" : `, frame ${index}`;
    this.#bar.setAttribute(
      "aria-valuetext",
      `${formatTime(time ?? film.start, 0)} of ${formatTime(film.end, 0)}${frame}`,
    );
  }
}
