// @ts-check

/** Milliseconds of rest after which the controls step back. */
const REST = 2000;

/** Keys of somebody who looks closely at the picture: what would lie over its lower edge stays away. */
const QUIET = [",", ".", "+", "=", "-", "t", "z", "s"];

/**
 * Lets the controls step back while nobody needs them, and return at the first movement: they lie over the lower edge of
 * a picture that has no room to spare.
 */
export class Idle {
  #allowed = false;
  #timer = 0;
  /** @type {HTMLElement} */ #controls;

  /** @param {HTMLElement} controls */
  constructor(controls) {
    this.#controls = controls;
    for (const name of ["pointermove", "pointerdown", "focusin"]) {
      document.addEventListener(name, () => this.#wake(), { passive: true });
    }
    document.addEventListener("keydown", ({ key }) => {
      if (!QUIET.includes(key.toLowerCase())) this.#wake();
    }, { passive: true });
    document.documentElement.addEventListener(
      "pointerleave",
      () => this.#rest(),
    );
  }

  /** @param {boolean} allowed whether a film is shown and nothing is asked */
  update(allowed) {
    if (allowed === this.#allowed) return;
    this.#allowed = allowed;
    this.#wake();
  }

  #wake() {
    document.body.classList.remove("idle");
    clearTimeout(this.#timer);
    if (this.#allowed) this.#timer = setTimeout(() => this.#rest(), REST);
  }

  #rest() {
    if (
      !this.#allowed || this.#controls.matches(":hover, :has(:focus-visible, [aria-expanded=true])")
    ) return;
    document.body.classList.add("idle");
  }
}
