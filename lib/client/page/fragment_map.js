// @ts-check
import { build, fieldList } from "./build.js";
import { formatClock } from "./format_clock.js";
import { fragmentFields, FragmentFrames } from "./fragment_frames.js";

/** @typedef {import("../inspection/inspection_messages.ts").WirePacket} WirePacket */
/** @typedef {import("./fragment_frames.js").Fragment} Fragment */
/** @typedef {import("./fragment_frames.js").Frame} Frame */
/** @typedef {import("./fragment_frames.js").Choice} Choice */

/** Cells of one frame that are drawn. */
const MAX_CELLS = 400;
/** @type {readonly (readonly [import("./fragment_frames.js").FragmentState, string])[]} */
const STATES = [["arrived", "arrived"], ["late", "late"], ["duplicate", "twice"], ["lost", "lost"]];
/** Which frames may be asked for, and what stands there when there is none.
 * @type {readonly (readonly [Choice, name: string, none: string])[]} */
const CHOICES = [
  ["all", "All frames", "No packet has come yet."],
  ["faults", "With faults", "No fault since the inspector was opened."],
  ["lost", "With losses", "No packet was lost since the inspector was opened."],
  ["late", "With late packets", "No packet came late since the inspector was opened."],
];

/** The last frames as rows of cells, one a fragment; the cell that is pointed at tells its headers. */
export class FragmentMap {
  element = build("div", "map-view");
  /** Which frames are shown. */
  choice = build(
    "select",
    "choice",
    CHOICES.map(([value, name]) => build("option", "", name, { value })),
    { "aria-label": "Which frames" },
  );
  #frames = new FragmentFrames();
  #rows = build("div", "map", [], { role: "grid", "aria-label": "Fragments of the last frames" });
  #empty = build("p", "empty", "No packet has come yet.");
  #detail = build("div", "fragment", [], { "aria-live": "polite" });
  /** @type {Map<string, { fragment: Fragment, cell: HTMLElement }>} */ #cells = new Map();
  #chosen = "";
  /** @type {Choice} */ #choice = "all";

  constructor() {
    const legend = build(
      "p",
      "legend",
      STATES.map(([state, name]) => {
        return build("span", "", [build("i", `cell ${state}`, "", { "aria-hidden": "true" }), name]);
      }),
    );
    this.choice.addEventListener("change", () => this.show(/** @type {Choice} */ (this.choice.value)));
    this.element.append(legend, this.#empty, this.#rows, this.#detail);
    for (const name of ["pointerover", "focusin"]) {
      this.#rows.addEventListener(name, (event) => this.#point(event.target));
    }
    this.#rows.addEventListener("keydown", (event) => this.#key(event));
    this.#tell(undefined);
  }

  clear() {
    this.#frames.clear();
  }

  /** @param {readonly WirePacket[]} packets in the order in which they came */
  add(packets) {
    for (const packet of packets) this.#frames.add(packet);
  }

  /** @param {Choice} choice which frames are shown from now on */
  show(choice) {
    this.choice.value = this.#choice = choice;
    // What is asked for stands open at once.
    this.#chosen = "";
    this.draw();
  }

  /** Draws what has been added. */
  draw() {
    const hasFocus = this.#rows.contains(document.activeElement);
    const shown = this.#frames.frames(this.#choice);
    this.#cells.clear();
    this.#rows.replaceChildren(...shown.map((frame) => this.#row(frame)));
    this.#empty.hidden = shown.length > 0;
    this.#empty.textContent = CHOICES.find(([choice]) => choice === this.#choice)?.[2] ?? "";
    const chosen = this.#cells.get(this.#chosen) ?? this.#first();
    if (chosen === undefined) return this.#tell(undefined);
    chosen.cell.tabIndex = 0;
    if (hasFocus) chosen.cell.focus({ preventScroll: true });
    if (this.#chosen === "") this.#tell(chosen.fragment);
  }

  /** The first cell of what is asked for. */
  #first() {
    const cells = [...this.#cells.values()];
    return cells.find(({ fragment: { state } }) =>
      this.#choice === "faults" ? state !== "arrived" : state === this.#choice
    ) ??
      cells[0];
  }

  /** @param {Frame} frame */
  #row(frame) {
    const { fragments, at, bytes } = frame;
    const cells = fragments.slice(0, MAX_CELLS).map((fragment) => this.#cell(fragment));
    const faults = STATES.slice(1).map(([state, name]) => {
      const count = fragments.filter((fragment) => fragment.state === state).length;
      return count === 0 ? "" : `${count} ${name}`;
    }).filter((text) => text !== "");
    const size = `${fragments.length} \u00b7 ${(bytes / 1000).toFixed(bytes < 100_000 ? 1 : 0)} kB`;
    const name = `${fragments.length} fragments, ${faults.join(", ") || "all arrived"}`;
    return build("div", "frame-row", [
      build("time", "", at === undefined ? "" : formatClock(at)),
      build("div", "cells", cells, { role: "gridcell" }),
      build("span", `size ${worstOf(fragments)}`, faults.length > 0 ? faults.join(", ") : size),
    ], { role: "row", "aria-label": name });
  }

  /** @param {Fragment} fragment */
  #cell(fragment) {
    const key = String(fragment.sequence);
    const name = `Packet ${fragment.sequence & 0xffff}, ${fragment.state}`;
    const cell = build("i", `cell ${fragment.state}`, "", { role: "img", tabindex: "-1", "aria-label": name });
    cell.dataset.key = key;
    cell.classList.toggle("chosen", key === this.#chosen);
    this.#cells.set(key, { fragment, cell });
    return cell;
  }

  /** @param {EventTarget | null} target */
  #point(target) {
    const key = target instanceof HTMLElement ? target.dataset.key : undefined;
    const found = key === undefined ? undefined : this.#cells.get(key);
    if (key === undefined || found === undefined) return;
    const before = this.#cells.get(this.#chosen)?.cell;
    before?.classList.remove("chosen");
    if (before !== undefined) before.tabIndex = -1;
    this.#chosen = key;
    found.cell.classList.add("chosen");
    found.cell.tabIndex = 0;
    this.#tell(found.fragment);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const rows = [...this.#rows.querySelectorAll(".cells")].map((row) => [...row.children]);
    const row = rows.findIndex((cells) => cells.some((cell) => cell === event.target));
    if (row < 0 || event.ctrlKey || event.altKey || event.metaKey) return;
    const column = (rows[row] ?? []).findIndex((cell) => cell === event.target);
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const cells = rows[row + (step[0] ?? 0)] ?? [];
    const cell = cells[Math.min(cells.length - 1, column + (step[1] ?? 0))];
    if (cell instanceof HTMLElement) cell.focus();
  }

  /** @param {Fragment | undefined} fragment */
  #tell(fragment) {
    if (fragment === undefined) {
      this.#detail.replaceChildren(build("p", "empty", "Point at a fragment to see its headers."));
      return;
    }
    /** @type {(readonly [string, string])[]} */
    const time = fragment.packet === undefined ? [] : [["At", formatClock(fragment.packet.at)]];
    this.#detail.replaceChildren(
      ...fragmentFields(fragment).map(({ title, section, fields }, index) => {
        const heading = build("h3", "", [title, " ", build("cite", "", section)]);
        return build("section", "", [heading, fieldList(index === 0 ? [...fields, ...time] : fields)]);
      }),
    );
  }
}

/** @param {readonly Fragment[]} fragments */
function worstOf(fragments) {
  return ["lost", "late"].find((wanted) => fragments.some(({ state }) => state === wanted)) ?? "";
}
