// @ts-check
/** What a person has asked for and the player has not yet said to be so. Nothing here touches the page. */

/** Milliseconds for which a wish counts more than what the player says, which may still be what was before. */
export const PATIENCE = 3000;

/**
 * Wishes by name: whoever presses a key twice before the player has answered means the second press to go on from what
 * the first one asked for.
 */
export class Wishes {
  /** @type {Map<string, { value: number | boolean, until: number }>} */ #wishes = new Map();
  /** @type {() => number} */ #now;

  /** @param {() => number} now milliseconds */
  constructor(now) {
    this.#now = now;
  }

  /**
   * @param {string} name
   * @param {number | boolean} value
   */
  add(name, value) {
    this.#wishes.set(name, { value, until: this.#now() + PATIENCE });
  }

  /**
   * The player has said how it is: what is so is no wish any more.
   * @param {string} name
   * @param {number | boolean} value
   */
  told(name, value) {
    if (this.#wishes.get(name)?.value === value) this.#wishes.delete(name);
  }

  /**
   * What counts: the wish, or what the player has said.
   * @template {number | boolean} T
   * @param {string} name
   * @param {T} value what the player has said
   * @returns {T}
   */
  or(name, value) {
    const wish = this.#wishes.get(name);
    return wish === undefined || this.#now() > wish.until ? value : /** @type {T} */ (wish.value);
  }
}
