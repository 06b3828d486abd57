// @ts-check
import { build, fieldList } from "./build.js";
import { formatClock } from "./format_clock.js";

/** @typedef {import("../inspection/inspection_messages.ts").WireReport} WireReport */

const MAX_ENTRIES = 200;

/** The RTCP reports of both sides, newest first; or those alone that have a certain part. */
export class Reports {
  element = build("div", "reports-view");
  #empty = build("p", "empty", "No report has come yet. They follow every few seconds while a film plays.");
  #list = build("ol", "reports", [], { "aria-label": "RTCP reports" });
  #filter = "";
  /** @type {string | undefined} */ #part;
  #most = MAX_ENTRIES;

  /** @param {{ part?: string, most?: number }} [options] the part that reports must have, and how many are kept */
  constructor({ part, most = MAX_ENTRIES } = {}) {
    this.#part = part;
    this.#most = most;
    this.element.append(this.#empty, this.#list);
  }

  clear() {
    this.#list.replaceChildren();
  }

  /** @param {readonly WireReport[]} reports oldest first */
  add(reports) {
    const wanted = this.#part === undefined
      ? reports
      : reports.filter(({ parts }) => parts.some(({ name }) => name === this.#part));
    for (const report of wanted.slice(-this.#most)) this.#list.prepend(itemOf(report));
    while (this.#list.childElementCount > this.#most) this.#list.lastElementChild?.remove();
    if (wanted.length > 0) this.filter(this.#filter);
  }

  /** @param {string} words */
  filter(words) {
    this.#filter = words.toLowerCase();
    for (const item of this.#list.children) {
      if (item instanceof HTMLElement) item.hidden = !(item.textContent ?? "").toLowerCase().includes(this.#filter);
    }
    this.#empty.hidden = [...this.#list.children].some((item) => !(item instanceof HTMLElement && item.hidden));
  }
}

/** @param {WireReport} report */
function itemOf({ at, sent, size, parts }) {
  return build("li", "", [
    build("p", "report-head", [
      build("time", "", formatClock(at)),
      build("b", "", sent ? "Player \u2192 server" : "Server \u2192 player"),
      build("span", "quiet", `${size} bytes`),
    ]),
    ...parts.map(({ name, section, fields }) =>
      build("section", "", [
        build("h3", "", [name, " ", build("cite", "", `RFC 3550, ${section}`)]),
        fieldList(fields),
      ])
    ),
  ]);
}
