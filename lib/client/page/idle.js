// @ts-check

/** Milliseconds of rest after which the controls step back. */
const REST = 2000;

/** Lets the controls step back while the film plays and nobody needs them, and return at the first movement. */
export class Idle {
  #allowed = false;
  #timer = 0;
  /** @type {HTMLElement} */ #controls;

  /** @param {HTMLElement} controls */
  constructor(controls) {
    this.#controls = controls;
    for (const name of ["pointermove", "pointerdown", "keydown", "focusin"]) {
      document.addEventListener(name, () => this.#wake(), { passive: true });
    }
    document.documentElement.addEventListener(
      "pointerleave",
      () => this.#rest(),
    );
  }

  /** @param {boolean} allowed whether the film plays and nothing is asked */
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
