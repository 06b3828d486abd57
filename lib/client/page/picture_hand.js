// @ts-check
import { element } from "./elements.js";

/** @typedef {import("./picture.js").PictureView} PictureView */

/** How much one notch of the wheel zooms. */
const NOTCH = 1.2;
const NOTCH_PIXELS = 100;

/** Zoom with the wheel, and moving the picture with the pointer where it is larger than its stage. */
export class PictureHand {
  /** @type {PictureView} */ #view;
  #stage = element("stage", HTMLElement);
  /** @type {{ x: number, y: number } | undefined} */ #held;

  /** @param {PictureView} view */
  constructor(view) {
    this.#view = view;
    const stage = this.#stage;
    stage.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    stage.addEventListener("pointerdown", (event) => this.#press(event));
    stage.addEventListener("pointermove", (event) => this.#move(event));
    for (const name of ["pointerup", "pointercancel"]) {
      stage.addEventListener(name, () => this.#release());
    }
  }

  /** @param {WheelEvent} event */
  #wheel(event) {
    if (!isPicture(event.target)) return;
    event.preventDefault();
    const box = this.#stage.getBoundingClientRect();
    const point = { x: event.clientX - box.left - box.width / 2, y: event.clientY - box.top - box.height / 2 };
    this.#view.zoomBy(NOTCH ** (-event.deltaY / NOTCH_PIXELS), point);
  }

  /** @param {PointerEvent} event */
  #press(event) {
    if (event.button !== 0 || !isPicture(event.target) || !this.#view.movable) return;
    this.#stage.setPointerCapture(event.pointerId);
    this.#stage.classList.add("held");
    this.#held = { x: event.clientX, y: event.clientY };
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (this.#held === undefined) return;
    this.#view.moveBy(event.clientX - this.#held.x, event.clientY - this.#held.y);
    this.#held = { x: event.clientX, y: event.clientY };
  }

  #release() {
    this.#stage.classList.remove("held");
    this.#held = undefined;
  }
}

/** @param {EventTarget | null} target */
function isPicture(target) {
  return target instanceof Element && (target.id === "picture" || target.id === "stage");
}
