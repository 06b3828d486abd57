// @ts-check
import { element, setIcon } from "./elements.js";
import { possibleVerbs } from "./verbs.js";

/** @typedef {import("../bridge/protocol.ts").StateMessage} StateMessage */
/** @typedef {import("../bridge/protocol.ts").Verb} Verb */

/** @type {readonly Verb[]} */
const VERBS = ["setup", "play", "pause", "teardown"];

/** Milliseconds after which a change of fullscreen is no longer waited for. */
const FULLSCREEN_PATIENCE = 3000;

/** Where the keyboard goes on when the button that has it can no longer be pressed, best first.
 * @type {Record<Verb, readonly Verb[]>} */
const NEXT = {
  setup: ["play", "pause", "teardown"],
  play: ["pause", "teardown", "setup"],
  pause: ["play", "setup", "teardown"],
  teardown: ["setup", "play", "pause"],
};

/** The four verbs and fullscreen. */
export class Controls {
  /** @type {(verb: Verb) => void} */ #press;
  /** @type {Map<Verb, HTMLButtonElement>} */ #buttons = new Map();
  /** @type {readonly Verb[]} */ #possible = [];

  /** @param {(verb: Verb) => void} press */
  constructor(press) {
    this.#press = press;
    for (const verb of VERBS) {
      const button = element(`verb-${verb}`, HTMLButtonElement);
      button.addEventListener("click", () => press(verb));
      this.#buttons.set(verb, button);
    }
    element("fullscreen", HTMLButtonElement).addEventListener(
      "click",
      toggleFullscreen,
    );
    element("stage", HTMLElement).addEventListener("dblclick", (event) => {
      if (
        event.target instanceof Element &&
        event.target.closest(".controls, .message, dialog") === null
      ) toggleFullscreen();
    });
    document.addEventListener("fullscreenchange", showFullscreen);
    // After a click the keys belong to the player again, not to the button.
    document.addEventListener("click", (event) => {
      const target = event.target instanceof Element ? event.target.closest("button") : null;
      if (event.detail > 0 && target !== null) target.blur();
    });
  }

  /**
   * @param {StateMessage | undefined} message undefined: nothing can be done, the player is away
   * @param {boolean} led whether a button elsewhere is the one to press next
   */
  update(message, led) {
    this.#possible = message === undefined ? [] : possibleVerbs(message);
    const focused = VERBS.find((verb) => this.#buttons.get(verb) === document.activeElement);
    const wanted = message?.activity === undefined && !led ? this.#possible[0] : undefined;
    for (const [verb, button] of this.#buttons) {
      button.disabled = !this.#possible.includes(verb);
      button.classList.toggle(
        "primary",
        verb === wanted && (verb === "setup" || verb === "play"),
      );
    }
    if (focused !== undefined && !this.#possible.includes(focused)) {
      const next = NEXT[focused].find((verb) => this.#possible.includes(verb));
      if (next !== undefined) this.#buttons.get(next)?.focus();
    }
  }

  /** Plays what stands, pauses what plays. */
  toggle() {
    const verb = this.#possible.find((possible) => possible === "play" || possible === "pause");
    if (verb !== undefined) this.#press(verb);
  }
}

/** Whether fullscreen was asked for last, and whether the system is still at it. */
let wantsFull = false;
let changing = false;

/** Whoever asks while the system is still at the change before gets what was asked for last. */
export function toggleFullscreen() {
  want(changing ? !wantsFull : !isFull());
}

export function leaveFullscreen() {
  want(false);
}

/** @param {boolean} full */
function want(full) {
  wantsFull = full;
  if (!changing) void changeFullscreen();
}

async function changeFullscreen() {
  changing = true;
  let asked;
  while (asked !== wantsFull) {
    asked = wantsFull;
    if (asked !== isFull()) await askForFullscreen(asked);
  }
  changing = false;
}

/**
 * Resolves when it is done, refused or seems forgotten.
 * @param {boolean} full
 */
async function askForFullscreen(full) {
  const patience = new Promise((resolve) => setTimeout(resolve, FULLSCREEN_PATIENCE));
  try {
    await Promise.race([full ? document.documentElement.requestFullscreen?.() : document.exitFullscreen(), patience]);
  } catch {
    // The system refuses: the window stays as it is, and the person sees that.
  }
}

function isFull() {
  return document.fullscreenElement !== null;
}

function showFullscreen() {
  const full = isFull();
  const button = element("fullscreen", HTMLButtonElement);
  const name = full ? "Leave fullscreen" : "Fullscreen";
  button.setAttribute("aria-label", name);
  button.title = `${name} (F)`;
  setIcon(button, full ? "window" : "fullscreen");
}
