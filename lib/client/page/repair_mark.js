// @ts-check
import { element } from "./elements.js";

/** @typedef {import("../bridge/protocol.ts").PictureHeader} PictureHeader */

/** Milliseconds that the mark outlives its picture: one of 25 a second would pass unseen. */
const AFTERGLOW = 1000;

/** Says on the picture that a part of it is of the one before, because its own part was lost. */
export class RepairMark {
  #mark = element("repaired", HTMLElement);
  #timer = 0;

  /** @param {PictureHeader} header of the picture that was painted */
  picture({ repaired }) {
    if (repaired) {
      clearTimeout(this.#timer);
      this.#timer = 0;
      this.#mark.hidden = false;
    } else if (!this.#mark.hidden && this.#timer === 0) {
      this.#timer = setTimeout(() => {
        this.#timer = 0;
        this.#mark.hidden = true;
      }, AFTERGLOW);
    }
  }
}
