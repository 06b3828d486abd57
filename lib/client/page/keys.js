// @ts-check
/** Which key does what. Nothing here touches the page. */

/**
 * @typedef {object} Binding
 * @property {readonly string[]} keys as `KeyboardEvent.key` has them, small letters
 * @property {string} label what they do, for a person
 * @property {() => void} act
 * @property {boolean} repeats whether a key that is held down goes on
 */

/** @type {Record<string, string>} */
const NAMES = {
  " ": "Space",
  "arrowleft": "\u2190",
  "arrowright": "\u2192",
  "arrowup": "\u2191",
  "arrowdown": "\u2193",
  "home": "Home",
  "escape": "Esc",
  "end": "End",
};

/** The keys of the player. Whoever has something to do for one adds it; the help sheet lists them all. */
export class Keys {
  /** @type {Binding[]} */ #bindings = [];

  /** In the order in which they were added. */
  get bindings() {
    return this.#bindings;
  }

  /**
   * @param {readonly string[]} keys
   * @param {string} label
   * @param {() => void} act
   * @param {boolean} [repeats]
   */
  add(keys, label, act, repeats = false) {
    this.#bindings.push({ keys, label, act, repeats });
  }

  /**
   * @param {string} key
   * @returns {Binding | undefined}
   */
  find(key) {
    return this.#bindings.find(({ keys }) => keys.includes(key.toLowerCase()));
  }
}

/**
 * The name of a key on the help sheet.
 * @param {string} key
 * @returns {string}
 */
export function keyName(key) {
  return NAMES[key] ?? key.toUpperCase();
}
