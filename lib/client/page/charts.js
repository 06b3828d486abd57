// @ts-check
import { build } from "./build.js";
import { inWords, MEASURES, SPAN } from "./stats_history.js";

/** @typedef {import("./stats_history.js").StatsHistory} StatsHistory */
/** @typedef {import("./stats_history.js").Measure} Measure */
/** @typedef {typeof import("uplot")} Plotter */
/** @typedef {InstanceType<Plotter>} Plot */

/** The charting library (uPlot), which the bridge serves beside the page; loaded when charts are first seen. */
const LIBRARY = "./uplot.js";
const HEIGHT = 44;

/** Numbers and small charts of the last minute, one card a measure. */
export class Charts {
  element = build("div", "charts");
  /** @type {StatsHistory} */ #history;
  /** @type {{ measure: Measure, value: HTMLElement, words: HTMLElement, box: HTMLElement, plot: Plot | undefined }[]} */ #cards;
  /** @type {Plotter | undefined} */ #plotter;

  /** @param {StatsHistory} history */
  constructor(history) {
    this.#history = history;
    this.#cards = MEASURES.map((measure) => {
      const value = build("b", "value");
      const words = build("p", "unseen");
      const box = build("div", "plot", [], { "aria-hidden": "true" });
      const name = build("h3", "", measure.name);
      const reading = build("p", "reading", [value, " ", build("span", "quiet", measure.unit)]);
      this.element.append(
        build("section", "card", [name, reading, box, words], { title: measure.meaning, "data-measure": measure.id }),
      );
      return { measure, value, words, box, plot: undefined };
    });
    new ResizeObserver(() => this.#resize()).observe(this.element);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#redraw());
  }

  /** Loads the library, once. */
  async load() {
    if (this.#plotter !== undefined) return;
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
      value.textContent = newest === null ? "\u2013" : newest.toFixed(measure.digits);
      value.className = `value ${(newest ?? 0) > 0 ? measure.alarm ?? "" : ""}`;
      words.textContent = inWords(measure, values);
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
   * @param {{ box: HTMLElement }} card
   * @param {string} stroke
   * @param {string} line
   */
  #plot(plotter, { box }, stroke, line) {
    return new plotter(
      {
        width: Math.max(40, box.clientWidth),
        height: HEIGHT,
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
    for (const { plot, box } of this.#cards) {
      if (plot !== undefined && box.clientWidth > 0) plot.setSize({ width: box.clientWidth, height: HEIGHT });
    }
  }
}
