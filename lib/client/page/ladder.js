// @ts-check
import { build } from "./build.js";
import { formatClock } from "./format_clock.js";
import { answerTimes, explainHeader, explainTitle, gist, readMessage } from "./inspector_rtsp.js";

/** @typedef {import("../inspection/inspection_messages.ts").WireText} WireText */
/** @typedef {import("./inspector_rtsp.js").ReadMessage} ReadMessage */
/** @typedef {WireText & { read: ReadMessage, row: HTMLElement }} Entry */

/** Messages that are shown: as many as the engine remembers. */
const MAX_ENTRIES = 300;
/** A failure is looked for among so many of the last: after it the player may have said goodbye. */
const RECENT = 6;

/** Who said what to whom, and when: requests to the right, answers to the left, each opens into its text. */
export class Ladder {
  element = build("div", "ladder-view");
  #ends = build("div", "ladder-ends", [build("span", "", "Player"), build("span", "", "Server")]);
  #list = build("ol", "ladder", [], { "aria-label": "Messages of the control connection" });
  #empty = build("p", "empty", "Nothing has been said yet.");
  /** @type {Entry[]} */ #entries = [];
  #filter = "";
  /** The message that is opened when it comes.
   * @type {"any" | "failed" | undefined} */
  #awaited;

  constructor() {
    this.element.append(this.#ends, this.#empty, this.#list);
  }

  clear() {
    this.#entries = [];
    this.#list.replaceChildren();
  }

  /** @param {readonly WireText[]} texts oldest first */
  add(texts) {
    if (texts.length === 0) return;
    const follows = this.#list.scrollHeight - this.#list.scrollTop - this.#list.clientHeight < 24;
    const read = texts.map((text) => ({ ...text, read: readMessage(text.text) }));
    const known = [...this.#entries, ...read].map(({ serial, at, sent, read, ends }) => {
      return { serial, at, sent, cseq: read.cseq, ends: ends.join(" ") };
    });
    const times = answerTimes(known);
    for (const text of read) {
      const entry = { ...text, row: rowOf(text, times.get(text.serial)) };
      this.#entries.push(entry);
      this.#list.append(entry.row);
      this.#show(entry);
    }
    while (this.#entries.length > MAX_ENTRIES) this.#entries.shift()?.row.remove();
    if (follows) this.#list.scrollTop = this.#list.scrollHeight;
    this.#update();
    if (this.#awaited !== undefined) this.openNewest(this.#awaited);
  }

  /**
   * Opens the newest message, as soon as there is one.
   * @param {"any" | "failed"} which rather one of the last that tells of a failure
   */
  openNewest(which) {
    const shown = this.#entries.filter(({ row }) => !row.hidden);
    const failed = which === "failed" ? shown.slice(-RECENT).findLast(({ read }) => read.failed) : undefined;
    const entry = failed ?? shown.at(-1);
    this.#awaited = entry === undefined ? which : undefined;
    const details = entry?.row.querySelector("details");
    if (!details) return;
    details.open = true;
    // It grows when it opens.
    requestAnimationFrame(() => details.scrollIntoView({ block: "nearest" }));
  }

  /** @param {string} words */
  filter(words) {
    this.#filter = words.toLowerCase();
    for (const entry of this.#entries) this.#show(entry);
    this.#update();
  }

  /** @param {Entry} entry */
  #show(entry) {
    entry.row.hidden = !entry.text.toLowerCase().includes(this.#filter);
  }

  #update() {
    this.#empty.textContent = this.#entries.length === 0
      ? "Nothing has been said yet."
      : "No message matches the filter.";
    this.#empty.hidden = this.#entries.some(({ row }) => !row.hidden);
  }
}

/**
 * @param {WireText & { read: ReadMessage }} message
 * @param {number | undefined} time milliseconds since the request
 * @returns {HTMLElement}
 */
function rowOf(message, time) {
  const { sent, read } = message;
  const took = time === undefined ? "" : `${time < 10 ? time.toFixed(1) : time.toFixed(0)} ms`;
  const said = build("span", "said", [
    build("b", read.failed ? "failed" : "", read.title),
    " ",
    build("span", "gist", gist(read)),
  ]);
  const who = sent ? "Player to server" : "Server to player";
  const summary = build("summary", "", [
    build("time", "", formatClock(message.at)),
    build("span", "unseen", who),
    build("span", "lane", [said, build("span", "arrow", "", { "aria-hidden": "true" })]),
    build("span", "took", took, { title: "Since the request" }),
  ]);
  const details = build("details", sent ? "sent" : "received", [summary]);
  // What is not looked at is not built.
  details.addEventListener("toggle", () => {
    if (details.open && details.childElementCount === 1) details.append(opened(message));
  });
  return build("li", "", [details]);
}

/**
 * @param {WireText & { read: ReadMessage }} message
 * @returns {HTMLElement}
 */
function opened({ read, ends, sent }) {
  const about = explainTitle(read.title);
  const [player, server] = ends;
  const parts = [build("p", "start-line", read.start)];
  if (about !== undefined) parts.push(build("p", "meaning", [about.meaning, " ", build("cite", "", about.section)]));
  const headers = build("dl", "headers");
  for (const [name, value] of read.headers) {
    const known = explainHeader(name);
    headers.append(build("dt", "", name), build("dd", "", value));
    if (known !== undefined) {
      headers.append(build("dd", "meaning", [known.meaning, " ", build("cite", "", known.section)]));
    }
  }
  parts.push(build("p", "meaning", sent ? `${player} to ${server}` : `${server} to ${player}`));
  const box = build("div", "opened", [...parts, headers]);
  if (read.body !== "") box.append(build("pre", "", read.body, { tabindex: "0", "aria-label": "Body" }));
  return box;
}
