// @ts-check
import { build, icon } from "./build.js";
import { agoText, nameStream } from "./start_words.js";

/** @typedef {import("../recent/recent_stream.ts").RecentStream} RecentStream */

/** What was played before, as tiles: Enter plays one, Delete forgets it, arrows move. */
export class RecentStreams {
  element = build("section", "start-section", [], { "aria-labelledby": "recent-title", hidden: "" });
  /** @type {(words: readonly string[]) => void} */ #open;
  /** @type {(words?: readonly string[]) => void} */ #forget;
  #list = build("ul", "tiles");
  #shown = "";

  /**
   * @param {(words: readonly string[]) => void} open
   * @param {(words?: readonly string[]) => void} forget all without words
   */
  constructor(open, forget) {
    this.#open = open;
    this.#forget = forget;
    const all = build("button", "button small", "Forget all", { type: "button" });
    all.addEventListener("click", () => forget());
    const title = build("h2", "", "Recent", { id: "recent-title" });
    this.element.append(build("header", "", [title, all]), this.#list);
    this.#list.addEventListener("keydown", (event) => this.#key(event));
  }

  /** @param {readonly RecentStream[]} streams newest first */
  show(streams) {
    const shown = JSON.stringify(streams);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const focused = this.#tiles.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    const inside = this.element.contains(document.activeElement);
    const now = Date.now();
    this.#list.replaceChildren(...streams.map((stream) => this.#tile(stream, now)));
    this.element.hidden = streams.length === 0;
    // What was forgotten had the keyboard: the next one gets it.
    if (inside) this.#tiles[Math.min(Math.max(focused, 0), streams.length - 1)]?.focus();
  }

  /** @returns {HTMLButtonElement[]} */
  get #tiles() {
    return [...this.#list.querySelectorAll(/** @type {"button"} */ ("button.tile"))];
  }

  /**
   * @param {RecentStream} stream
   * @param {number} now
   */
  #tile({ words, seen, thumbnail }, now) {
    const { name, place } = nameStream(words);
    const ago = agoText(seen, now);
    const picture = thumbnail === undefined ? build("span", "blank", [icon("film")]) : build("img", "", [], {
      src: `data:image/jpeg;base64,${thumbnail}`,
      alt: "",
    });
    const text = [build("b", "", name), build("small", "", `${ago} \u00b7 ${place}`)];
    const tile = build("button", "tile", [picture, build("span", "", text)], {
      type: "button",
      title: words.join(" "),
      "aria-label": `Play ${name} from ${place}, played ${ago}`,
    });
    tile.addEventListener("click", () => this.#open(words));
    const forget = build("button", "button bare forget", [icon("close")], {
      type: "button",
      title: "Forget (Delete)",
      "aria-label": `Forget ${name} from ${place}`,
    });
    forget.addEventListener("click", () => this.#forget(words));
    return build("li", "", [tile, forget]);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const tiles = this.#tiles;
    const at = tiles.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    if (at < 0) return;
    const perRow = tiles.filter((tile) => tile.offsetTop === tiles[0]?.offsetTop).length;
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -perRow, ArrowDown: perRow };
    const step = steps[/** @type {keyof typeof steps} */ (event.key)];
    if (step !== undefined) tiles[at + step]?.focus();
    else if (event.key === "Delete") tiles[at]?.parentElement?.querySelector(".forget")?.dispatchEvent(click());
    else return;
    event.preventDefault();
  }
}

function click() {
  return new MouseEvent("click", { bubbles: true });
}
