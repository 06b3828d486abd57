// @ts-check
import { build } from "./build.js";

/** Tabs as the ARIA practices have them: arrows move, one is in the order of Tab. */
export class InspectorTabs {
  element = build("div", "tabs", [], { role: "tablist" });
  /** @type {HTMLButtonElement[]} */ #buttons;
  /** @type {readonly HTMLElement[]} */ #bodies = [];
  /** @type {() => void} */ #changed;
  #chosen = 0;

  /**
   * @param {readonly (readonly [id: string, name: string])[]} tabs
   * @param {() => void} changed
   * @param {string} [label] what they are tabs of
   */
  constructor(tabs, changed, label = "Views") {
    this.#changed = changed;
    this.element.setAttribute("aria-label", label);
    this.#buttons = tabs.map(([id, name], index) => {
      const button = build("button", "tab", name, { type: "button", role: "tab", id: `tab-${id}` });
      button.dataset.tab = id;
      button.setAttribute("aria-controls", `view-${id}`);
      button.addEventListener("click", () => this.#choose(index));
      return button;
    });
    this.element.append(...this.#buttons);
    this.element.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      this.#choose((this.#chosen + step + this.#buttons.length) % this.#buttons.length);
      this.#buttons[this.#chosen]?.focus();
    });
  }

  get chosen() {
    return this.#buttons[this.#chosen]?.dataset.tab ?? "";
  }

  /** @param {readonly HTMLElement[]} bodies one for each tab */
  attach(bodies) {
    this.#bodies = bodies;
    for (const [index, body] of bodies.entries()) {
      const id = this.#buttons[index]?.dataset.tab;
      body.id = `view-${id}`;
      body.setAttribute("role", "tabpanel");
      body.setAttribute("aria-labelledby", `tab-${id}`);
    }
    this.#show();
  }

  /** @param {string} id */
  choose(id) {
    this.#choose(this.#buttons.findIndex(({ dataset }) => dataset.tab === id));
  }

  /** @param {number} index */
  #choose(index) {
    this.#chosen = index;
    this.#show();
    this.#changed();
  }

  #show() {
    for (const [index, button] of this.#buttons.entries()) {
      button.setAttribute("aria-selected", String(index === this.#chosen));
      button.tabIndex = index === this.#chosen ? 0 : -1;
    }
    for (const [index, body] of this.#bodies.entries()) body.hidden = index !== this.#chosen;
  }
}
