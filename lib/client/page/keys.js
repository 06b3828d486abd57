// @ts-check

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

  /** Hears the keys of the page. */
  listen() {
    document.addEventListener("keydown", (event) => {
      if (!isOurs(event)) return;
      const binding = this.find(event.key);
      if (binding === undefined) return;
      event.preventDefault();
      if (binding.repeats || !event.repeat) binding.act();
    });
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

/** @param {KeyboardEvent} event whether it is for the player, not for a dialog, a menu, a field or the system */
function isOurs(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return false;
  if (document.querySelector("dialog[open]") !== null) return false;
  const { target } = event;
  if (!(target instanceof Element)) return true;
  if (target.closest("input, select, textarea, [role=menu]") !== null) return false;
  // The button that the keyboard stands on is pressed by Space.
  return event.key !== " " || target.closest("button:focus-visible, summary, a[href]") === null;
}
