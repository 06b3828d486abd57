// @ts-check
import { element } from "./elements.js";
import { keyName } from "./keys.js";

/** @typedef {import("./keys.js").Keys} Keys */

/** All keys and what they do. */
export class HelpSheet {
  #dialog = element("help", HTMLDialogElement);
  /** @type {Keys} */ #keys;

  /** @param {Keys} keys */
  constructor(keys) {
    this.#keys = keys;
    element("help-close", HTMLButtonElement).addEventListener("click", () => this.#dialog.close());
    this.#dialog.addEventListener("click", (event) => {
      // Only the ground around the sheet is the dialog itself.
      if (event.target === this.#dialog) this.#dialog.close();
    });
    this.#dialog.addEventListener("keydown", (event) => {
      if (event.key === "?") this.#dialog.close();
    });
  }

  open() {
    if (this.#dialog.open) return;
    element("help-keys", HTMLElement).replaceChildren(
      ...this.#keys.bindings.map(({ keys, label }) => row(keys, label)),
    );
    this.#dialog.showModal();
  }
}

/**
 * @param {readonly string[]} keys
 * @param {string} label
 * @returns {HTMLElement}
 */
function row(keys, label) {
  const names = document.createElement("dt");
  for (const key of keys) {
    const name = document.createElement("kbd");
    name.textContent = keyName(key);
    names.append(name);
  }
  const what = document.createElement("dd");
  what.textContent = label;
  const line = document.createElement("div");
  line.append(names, what);
  return line;
}
