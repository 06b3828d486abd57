// @ts-check
import { build } from "./build.js";
import { BEHIND } from "./causes.js";
import { setText } from "./elements.js";
import { Reports } from "./inspector_reports.js";
import { inWords, MEASURES, SPAN } from "./stats_history.js";

/** @typedef {import("./stats_history.js").StatsHistory} StatsHistory */
/** @typedef {import("./stats_history.js").Measure} Measure */
/** @typedef {typeof import("uplot")} Plotter */
/** @typedef {InstanceType<Plotter>} Plot */

/** The charting library (uPlot), which the bridge serves beside the page; loaded when charts are first seen. */
const LIBRARY = "./uplot.js";
const HEIGHT = 44;
/** Height of the one that is opened. */
const LARGE_HEIGHT = 120;
/** Reports that stand below an opened chart that is made from them. */
const MAX_REPORTS = 3;

/**
 * @typedef {object} Card
 * @property {Measure} measure
 * @property {HTMLElement} card
 * @property {HTMLButtonElement} head
 * @property {HTMLElement} value
 * @property {HTMLElement} words
 * @property {HTMLElement} box
 * @property {HTMLElement} behind what is seen while the card is open
 * @property {Plot | undefined} plot
 */

/** Numbers and small charts of the last minute, one card a measure; one at a time is opened into what is behind it. */
export class Charts {
  element = build("div", "charts");
  /** @type {StatsHistory} */ #history;
  /** @type {readonly Card[]} */ #cards;
  /** The reports that two of the measures come from. */
  #reports = {
    delay: new Reports({ part: "SR", most: MAX_REPORTS }),
    jitter: new Reports({ part: "RR", most: MAX_REPORTS }),
  };
  /** @type {() => void} */ #changed;
  #opened = "";
  /** @type {Plotter | undefined} */ #plotter;

  /**
   * @param {StatsHistory} history
   * @param {() => void} changed another card was opened
   */
  constructor(history, changed) {
    this.#history = history;
    this.#changed = changed;
    this.#cards = MEASURES.map((measure) => this.#card(measure));
    new ResizeObserver(() => this.#resize()).observe(this.element);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#redraw());
  }

  /** Whether what is open shows reports. */
  get needsReports() {
    return Object.hasOwn(this.#reports, this.#opened);
  }

  clear() {
    for (const reports of Object.values(this.#reports)) reports.clear();
  }

  /** @param {readonly import("../inspection/inspection_messages.ts").WireReport[]} reports oldest first */
  add(reports) {
    for (const list of Object.values(this.#reports)) list.add(reports);
  }

  /**
   * Opens the card of one measure, and closes the others.
   * @param {string} id
   * @param {boolean} [focus] whether the keyboard goes there
   */
  open(id, focus = false) {
    this.#opened = id;
    for (const { measure, card, head, behind, plot, box } of this.#cards) {
      const open = measure.id === id;
      card.classList.toggle("open", open);
      head.setAttribute("aria-expanded", String(open));
      behind.hidden = !open;
      plot?.setSize({ width: box.clientWidth, height: this.#height(measure) });
      if (!open) continue;
      card.scrollIntoView({ block: "nearest" });
      if (focus) head.focus();
    }
    this.#changed();
  }

  /** @param {Measure} measure */
  #card(measure) {
    const value = build("b", "value");
    const words = build("p", "unseen");
    const box = build("div", "plot", [], { "aria-hidden": "true" });
    const head = build("button", "card-head", measure.name, { type: "button", "aria-expanded": "false" });
    const reading = build("p", "reading", [value, " ", build("span", "quiet", measure.unit)]);
    const [label, cause] = BEHIND[measure.id] ?? ["", ""];
    const button = build("button", "button outlined", label, { type: "button", "data-cause": cause });
    const behind = build("div", "behind", [build("p", "meaning", measure.meaning), button], { hidden: "" });
    const { delay, jitter } = this.#reports;
    if (measure.id === "delay") behind.append(delay.element);
    if (measure.id === "jitter") behind.append(jitter.element);
    const title = build("h3", "", [head]);
    const card = build("section", "card", [title, reading, box, words, behind], { "data-measure": measure.id });
    card.title = measure.meaning;
    card.addEventListener("click", (event) => {
      const inside = event.target instanceof Node && behind.contains(event.target);
      if (!inside) this.open(this.#opened === measure.id ? "" : measure.id);
    });
    this.element.append(card);
    return { measure, card, head, value, words, box, behind, plot: undefined };
  }

  /** @param {Measure} measure */
  #height(measure) {
    return measure.id === this.#opened ? LARGE_HEIGHT : HEIGHT;
  }

  /** Loads the library, once. */
  async load() {
    if (this.#plotter !== undefined) return;
    giveLanguage();
    /** @type {{ default: Plotter }} */
    const library = await import(LIBRARY);
    this.#plotter = library.default;
    this.#redraw();
  }

  /** Shows the newest figures. */
  draw() {
    for (const { measure, value, words, plot } of this.#cards) {
      const [times, values] = this.#history.series(measure.id);
      const newest = values.at(-1) ?? null;
      setText(value, newest === null ? "\u2013" : newest.toFixed(measure.digits));
      value.className = `value ${(newest ?? 0) > 0 ? measure.alarm ?? "" : ""}`;
      setText(words, inWords(measure, values));
      plot?.setData([times, values]);
    }
  }

  #redraw() {
    if (this.#plotter === undefined) return;
    const style = getComputedStyle(this.element);
    const colour = (/** @type {string} */ name) => style.getPropertyValue(`--${name}`).trim();
    for (const card of this.#cards) {
      card.plot?.destroy();
      const { alarm } = card.measure;
      card.plot = this.#plot(this.#plotter, card, colour(alarm ?? "accent"), colour("line"));
    }
    this.draw();
  }

  /**
   * @param {Plotter} plotter
   * @param {Card} card
   * @param {string} stroke
   * @param {string} line
   */
  #plot(plotter, { box, measure }, stroke, line) {
    return new plotter(
      {
        width: Math.max(40, box.clientWidth),
        height: this.#height(measure),
        padding: [4, 0, 2, 0],
        legend: { show: false },
        cursor: { show: false },
        axes: [{ show: false }, { show: false, grid: { stroke: line } }],
        scales: {
          x: { time: false, range: (_plot, _least, most) => [most - SPAN, most] },
          // A line that stands still lies in the middle of nothing: 0 is always in sight, and a little above the top.
          y: { range: (_plot, _least, most) => [0, most > 0 ? most * 1.15 : 1] },
        },
        series: [{}, {
          stroke,
          width: 1.5,
          fill: `${stroke}1f`,
          points: { show: false },
        }],
      },
      [[], []],
      box,
    );
  }

  #resize() {
    for (const { plot, box, measure } of this.#cards) {
      if (box.clientWidth > 0) plot?.setSize({ width: box.clientWidth, height: this.#height(measure) });
    }
  }
}

/** The charting library formats numbers for the browser's language, and WebKitGTK calls the locale C "c". */
function giveLanguage() {
  try {
    new Intl.NumberFormat(navigator.language);
  } catch {
    Object.defineProperty(navigator, "language", { value: "en", configurable: true });
  }
}
