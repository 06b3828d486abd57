// @ts-check
import { build, icon } from "./build.js";
import { CAUSES } from "./causes.js";
import { Charts } from "./charts.js";
import { FragmentMap } from "./fragment_map.js";
import { StateDiagram } from "./inspector_states.js";
import { InspectorTabs } from "./inspector_tabs.js";
import { Ladder } from "./ladder.js";
import { Reports } from "./inspector_reports.js";
import { StatsHistory } from "./stats_history.js";

/** @typedef {import("../bridge/protocol.ts").PageCommand} PageCommand */
/** @typedef {import("../inspection/inspection_messages.ts").WireMessage} WireMessage */
/** @typedef {import("../player_types.ts").PlayerState} PlayerState */
/** @typedef {import("../player_types.ts").PlayerStats} PlayerStats */

/** Milliseconds that a button tells what it did. */
const ANSWER_TIME = 1500;
/** @type {readonly (readonly [string, string])[]} */
const TABS = [["rtsp", "RTSP"], ["rtp", "RTP"], ["rtcp", "RTCP"], ["statistics", "Statistics"]];

/**
 * What goes over the wire, and what it comes to: a panel beside the picture. Closed, and while only the statistics are
 * looked at, the engine sends nothing for it.
 */
export class Inspector {
  /** @type {(command: PageCommand) => void} */ #send;
  #panel = build("aside", "inspector", [], { id: "inspector", "aria-label": "Inspector", hidden: "" });
  #toggle = build("button", "button inspect", [icon("inspector"), build("span", "", "Inspector")], {
    type: "button",
    id: "inspect",
    title: "What goes over the wire (I)",
    "aria-expanded": "false",
    "aria-controls": "inspector",
  });
  #tabs = new InspectorTabs(TABS, () => this.#changed());
  #filter = build("input", "filter", [], {
    type: "search",
    placeholder: "Filter",
    "aria-label": "Filter",
    spellcheck: "false",
  });
  #pause = tool("pause", "Pause", () => this.#setPaused(!this.#paused));
  #export = tool("download", "Export as pcap", () => this.#send({ type: "capture" }));
  #copy = tool("copy", "Copy as JSON", () => void this.#copyStats());
  #states = new StateDiagram();
  #ladder = new Ladder();
  #map = new FragmentMap();
  #reports = new Reports();
  #history = new StatsHistory();
  #charts = new Charts(this.#history, () => this.#changed());
  #paused = false;
  /** Whether the engine was asked to tell what passes. */
  #told = false;
  /** Where the keyboard was when the panel opened.
   * @type {Element | null} */
  #before = null;

  /**
   * @param {HTMLElement} player
   * @param {HTMLElement} status
   * @param {(command: PageCommand) => void} send
   */
  constructor(player, status, send) {
    this.#send = send;
    const close = tool("close", "Close the inspector", () => this.open(false));
    const tools = build("div", "inspector-tools", [
      this.#filter,
      this.#map.choice,
      this.#pause,
      this.#export,
      this.#copy,
    ]);
    const head = build("header", "", [this.#tabs.element, close]);
    const bodies = [
      build("div", "body rtsp", [this.#states.element, this.#ladder.element]),
      build("div", "body", [this.#map.element]),
      build("div", "body", [this.#reports.element]),
      build("div", "body", [this.#charts.element]),
    ];
    this.#tabs.attach(bodies);
    this.#panel.append(head, tools, ...bodies);
    player.insertBefore(this.#panel, status);
    status.append(this.#toggle);
    this.#toggle.addEventListener("click", () => this.open());
    this.#filter.addEventListener("input", () => this.#useFilter());
    document.addEventListener("click", (event) => {
      const number = event.target instanceof Element ? event.target.closest("[data-cause]") : null;
      // A click made by the keyboard has no detail.
      if (number instanceof HTMLElement) this.explain(number.dataset.cause ?? "", event.detail === 0);
    });
    this.#panel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.open(false);
      const back = this.#before?.isConnected && this.#before !== document.body ? this.#before : this.#toggle;
      if (back instanceof HTMLElement) back.focus();
    });
    this.#changed();
  }

  /**
   * Opens or closes the panel.
   * @param {boolean} [open] by default the other way than it is
   */
  open(open = this.#panel.hidden !== false) {
    if (open && this.#panel.hidden) this.#before = document.activeElement;
    this.#panel.hidden = !open;
    this.#panel.parentElement?.classList.toggle("inspecting", open);
    this.#toggle.setAttribute("aria-expanded", String(open));
    this.#changed();
  }

  /** Whether the panel is open. */
  get isOpen() {
    return !this.#panel.hidden;
  }

  /**
   * Opens the panel at the place that explains a number.
   * @param {string} id one of `CAUSES`
   * @param {boolean} [focus] whether the keyboard goes there
   */
  explain(id, focus = false) {
    const cause = CAUSES[id];
    if (cause === undefined) return;
    this.#tabs.choose(cause.tab);
    this.open(true);
    this.#filter.value = cause.filter ?? "";
    this.#useFilter();
    if (cause.frames !== undefined) this.#map.show(cause.frames);
    if (cause.newest !== undefined) this.#ladder.openNewest(cause.newest);
    if (cause.card !== undefined) this.#charts.open(cause.card, focus);
    else if (focus) (cause.tab === "rtp" ? this.#map.choice : this.#filter).focus();
  }

  #useFilter() {
    this.#ladder.filter(this.#filter.value);
    this.#reports.filter(this.#filter.value);
  }

  /** The connection to the engine was lost or stands again. */
  reconnected() {
    this.#told = false;
    this.#changed();
  }

  /** @param {PlayerState} state */
  state(state) {
    this.#states.show(state);
  }

  /** @param {PlayerStats} stats */
  stats(stats) {
    if (stats.state === "INIT") return;
    this.#history.add(stats, performance.now() / 1000);
    if (this.#showsStatistics() && !this.#paused) this.#charts.draw();
  }

  /** @param {WireMessage} message */
  wire(message) {
    if (this.#paused || !this.#told) return;
    if (message.fresh) { for (const part of [this.#ladder, this.#map, this.#reports, this.#charts]) part.clear(); }
    this.#ladder.add(message.texts);
    this.#map.add(message.packets);
    this.#reports.add(message.reports);
    this.#charts.add(message.reports);
    if (this.#tabs.chosen === "rtp" && (message.packets.length > 0 || message.fresh)) this.#map.draw();
  }

  /** @param {Uint8Array<ArrayBuffer>} file */
  capture(file) {
    const address = URL.createObjectURL(new Blob([file], { type: "application/vnd.tcpdump.pcap" }));
    const name = `flipbook-${new Date().toISOString().slice(0, 19).replaceAll(":", "-")}.pcap`;
    build("a", "", "", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
    answer(this.#export, `${name} is with the downloads`);
  }

  #showsStatistics() {
    return !this.#panel.hidden && this.#tabs.chosen === "statistics";
  }

  /** @param {boolean} paused */
  #setPaused(paused) {
    this.#paused = paused;
    this.#pause.querySelector("use")?.setAttribute("href", paused ? "#icon-play" : "#icon-pause");
    name(this.#pause, paused ? "Go on" : "Pause");
    this.#pause.setAttribute("aria-pressed", String(paused));
    // What was missed meanwhile the engine still knows.
    if (!paused && this.#told) this.#send({ type: "inspect", on: true });
    if (!paused) this.#charts.draw();
  }

  #changed() {
    const { chosen } = this.#tabs;
    const statistics = chosen === "statistics";
    this.#filter.hidden = chosen !== "rtsp" && chosen !== "rtcp";
    this.#map.choice.hidden = chosen !== "rtp";
    this.#export.hidden = statistics;
    this.#copy.hidden = !statistics;
    const wanted = !this.#panel.hidden && (!statistics || this.#charts.needsReports);
    if (wanted !== this.#told) {
      this.#told = wanted;
      this.#send({ type: "inspect", on: wanted });
    }
    if (chosen === "rtp") this.#map.draw();
    if (!this.#showsStatistics()) return;
    this.#charts.load().catch(() => {
      // The numbers stand without their charts.
    });
    this.#charts.draw();
  }

  async #copyStats() {
    const text = JSON.stringify(this.#history.newest?.stats ?? {}, null, 2);
    try {
      await navigator.clipboard.writeText(text);
      answer(this.#copy, "Copied");
    } catch {
      answer(this.#copy, "Cannot copy here");
    }
  }
}

/**
 * @param {string} symbol
 * @param {string} label
 * @param {() => void} act
 */
function tool(symbol, label, act) {
  const button = build("button", "button bare", [icon(symbol)], { type: "button" });
  name(button, label);
  button.addEventListener("click", act);
  return button;
}

/**
 * @param {HTMLButtonElement} button
 * @param {string} label
 */
function name(button, label) {
  button.title = label;
  button.setAttribute("aria-label", label);
}

/**
 * Says for a moment what a button did.
 * @param {HTMLButtonElement} button
 * @param {string} text
 */
function answer(button, text) {
  // Beside the button: what stands in one is not told to who does not see it.
  button.parentElement?.querySelector(".answer")?.remove();
  const said = build("span", "answer", text, { role: "status" });
  button.after(said);
  setTimeout(() => said.remove(), ANSWER_TIME);
}
