// @ts-check
import { element, setText } from "./elements.js";
import { staleText } from "./format.js";

/** @typedef {import("../bridge/protocol.ts").StateMessage} StateMessage */

const SECOND = 1000;

/** Says on the last picture how old it is while the player tries to reach the server again. */
export class StaleMark {
  #mark = element("stale", HTMLElement);
  /** @type {StateMessage["reconnecting"]} */ #reconnecting;
  #timer = 0;

  /** @param {StateMessage | undefined} message */
  update(message) {
    this.#reconnecting = message?.reconnecting;
    clearInterval(this.#timer);
    if (this.#reconnecting !== undefined) this.#timer = setInterval(() => this.#show(), SECOND);
    this.#show();
  }

  #show() {
    const { since, reason } = this.#reconnecting ?? {};
    this.#mark.hidden = since === undefined;
    if (since === undefined) return;
    setText(this.#mark, staleText(Date.now() - since));
    this.#mark.title = reason ?? "";
  }
}
