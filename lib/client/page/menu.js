// @ts-check

/** A list of choices that opens above its button; arrows move in it, Esc and a click elsewhere close it. */
export class Menu {
  /** @type {HTMLButtonElement} */ #button;
  /** @type {HTMLElement} */ #list;
  /** @type {(value: string) => void} */ #choose;

  /**
   * @param {HTMLButtonElement} button
   * @param {HTMLElement} list holds a button with a `data-value` for each choice
   * @param {(value: string) => void} choose
   */
  constructor(button, list, choose) {
    this.#button = button;
    this.#list = list;
    this.#choose = choose;
    button.addEventListener("click", () => this.#open ? this.#close(false) : this.#show());
    list.addEventListener("click", (event) => this.#pick(event));
    list.addEventListener("keydown", (event) => this.#key(event));
    document.addEventListener("pointerdown", (event) => {
      const inside = event.target instanceof Node && (list.contains(event.target) || button.contains(event.target));
      if (this.#open && !inside) this.#close(false);
    });
  }

  get #open() {
    return !this.#list.hidden;
  }

  /** @returns {HTMLButtonElement[]} */
  get #items() {
    return [...this.#list.querySelectorAll("button")].filter((item) => !item.disabled && !item.hidden);
  }

  #show() {
    this.#list.hidden = false;
    this.#button.setAttribute("aria-expanded", "true");
    const right = this.#button.parentElement?.closest(".controls")?.getBoundingClientRect().right ?? 0;
    this.#list.style.right = `${Math.max(4, Math.round(right - this.#button.getBoundingClientRect().right))}px`;
    const items = this.#items;
    (items.find((item) => item.ariaChecked === "true") ?? items[0])?.focus();
  }

  /** @param {boolean} back whether the keyboard goes back to the button */
  #close(back) {
    this.#list.hidden = true;
    this.#button.setAttribute("aria-expanded", "false");
    if (back) this.#button.focus();
    else if (document.activeElement instanceof HTMLElement && this.#list.contains(document.activeElement)) {
      document.activeElement.blur();
    }
  }

  /** @param {MouseEvent} event */
  #pick(event) {
    const item = event.target instanceof Element ? event.target.closest("button") : null;
    const value = item?.dataset.value;
    if (value === undefined) return;
    // A click made by the keyboard has no detail.
    this.#close(event.detail === 0);
    this.#choose(value);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const items = this.#items;
    const at = items.findIndex((item) => item === document.activeElement);
    if (event.key === "Escape") this.#close(true);
    else if (event.key === "Tab") return this.#close(false);
    else if (event.key === "ArrowDown") items[(at + 1) % items.length]?.focus();
    else if (event.key === "ArrowUp") items[(at + items.length - 1) % items.length]?.focus();
    else if (event.key === "Home") items[0]?.focus();
    else if (event.key === "End") items.at(-1)?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
