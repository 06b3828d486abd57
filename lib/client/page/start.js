// @ts-check
import { build, icon } from "./build.js";
import { InspectorTabs } from "./inspector_tabs.js";
import { RecentStreams } from "./start_recent.js";
import { LocalServers } from "./start_servers.js";
import { readAddress, withoutSecrets } from "./start_words.js";

/** @typedef {import("../bridge/protocol.ts").PageCommand} PageCommand */
/** @typedef {import("../bridge/start_messages.ts").StartMessage} StartMessage */

/** Keeps what was typed in this tab's storage, without secrets: whoever comes back need not type it again. */
const TYPED = "flipbook-typed";

/** The assignment's four values: label, what stands in the field, the keyboard of a telephone.
 * @type {readonly (readonly [label: string, value: string, mode: string])[]} */
const VALUES = [
  ["Server", "127.0.0.1", "url"],
  ["Server port", "", "numeric"],
  ["RTP port, 0 for any", "0", "numeric"],
  ["File", "movie.Mjpeg", "text"],
];

/** Asks what to play: an address, the four values of the networking assignment, a stream of this machine, a recent one. */
export class StartPage {
  /** @type {(command: PageCommand) => void} */ #send;
  #page = build("section", "start", [], { "aria-labelledby": "start-title", hidden: "" });
  #problem = build("p", "start-problem", "", { role: "alert" });
  #url = field("Address of the stream", sessionStorage.getItem(TYPED) ?? "rtsp://", "url");
  #values = VALUES.map(([label, value, mode]) => field(label, value, mode));
  #servers;
  #recent;

  /**
   * @param {HTMLElement} stage
   * @param {(command: PageCommand) => void} send
   */
  constructor(stage, send) {
    this.#send = send;
    const open = (/** @type {readonly string[]} */ words) => this.#open(words);
    this.#servers = new LocalServers(open, () => send({ type: "refresh" }));
    this.#recent = new RecentStreams(open, (words) => send({ type: "forget", ...(words && { words }) }));
    const tabs = new InspectorTabs([["address", "Address"], ["assignment", "Networking assignment"]], () => {
      this.#problem.textContent = "";
    }, "Ways to name a stream");
    const forms = [
      this.#form("", [this.#url], ([typed = ""]) => {
        sessionStorage.setItem(TYPED, withoutSecrets(typed));
        return [readAddress(typed)];
      }),
      this.#form("values", this.#values, (values) => values),
    ];
    tabs.attach(forms);
    const title = build("h1", "", "Play a stream", { id: "start-title" });
    const box = build("div", "start-box", [title, tabs.element, ...forms, this.#problem]);
    this.#page.append(build("div", "start-column", [box, this.#servers.element, this.#recent.element]));
    stage.append(this.#page);
  }

  /** @param {StartMessage} message */
  show(message) {
    const isNew = this.#page.hidden;
    this.#page.hidden = false;
    document.body.classList.add("starting");
    if (message.problem !== undefined) this.#problem.textContent = message.problem;
    this.#servers.show(message.servers);
    this.#recent.show(message.recent ?? []);
    if (!isNew) return;
    const input = this.#url.querySelector("input");
    input?.focus();
    input?.setSelectionRange(input.value === "rtsp://" ? input.value.length : 0, input.value.length);
  }

  /** A stream has been chosen. */
  hide() {
    this.#page.hidden = true;
    document.body.classList.remove("starting");
  }

  /** @param {readonly string[]} words */
  #open(words) {
    this.#problem.textContent = "";
    this.#send({ type: "open", words });
  }

  /**
   * @param {string} className
   * @param {readonly HTMLLabelElement[]} fields
   * @param {(typed: readonly string[]) => readonly string[]} read
   */
  #form(className, fields, read) {
    const play = build("button", "button primary", [icon("play"), build("span", "", "Play")], { type: "submit" });
    const form = build("form", className, [...fields, play], { autocomplete: "off", novalidate: "" });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#open(read(fields.map((label) => label.querySelector("input")?.value.trim() ?? "")));
    });
    return form;
  }
}

/**
 * @param {string} label
 * @param {string} value
 * @param {string} mode
 */
function field(label, value, mode) {
  const input = build("input", "field", [], {
    type: "text",
    inputmode: mode,
    spellcheck: "false",
    autocapitalize: "off",
    // WebKit would take what is typed for a part of the label around it.
    "aria-label": label,
  });
  input.value = value;
  return build("label", "", [build("span", "", label), input]);
}
