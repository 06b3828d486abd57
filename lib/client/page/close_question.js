// @ts-check
import { element } from "./elements.js";

/**
 * Asks whether the player shall close: Enter closes, Esc goes on.
 */
export class CloseQuestion {
  #dialog = element("close-question", HTMLDialogElement);
  /** @type {(close: boolean) => void} */ #answer;
  #answered = false;

  /** @param {(close: boolean) => void} answer */
  constructor(answer) {
    this.#answer = answer;
    element("close-yes", HTMLButtonElement).addEventListener(
      "click",
      () => this.#close(true),
    );
    element("close-no", HTMLButtonElement).addEventListener(
      "click",
      () => this.#close(false),
    );
    this.#dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.#close(false);
    });
  }

  /**
   * @param {boolean} asked
   * @returns {boolean} whether the question was put now
   */
  update(asked) {
    if (!asked) this.#answered = false;
    // Until the player has heard the answer it still asks.
    if (asked === this.#dialog.open || this.#answered) return false;
    if (!asked) {
      this.#dialog.close();
      return false;
    }
    this.#dialog.showModal();
    element("close-yes", HTMLButtonElement).focus();
    return true;
  }

  /** @param {boolean} close */
  #close(close) {
    this.#answered = true;
    this.#dialog.close();
    this.#answer(close);
  }
}
