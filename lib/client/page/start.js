// @ts-check
import { build, icon } from "./build.js";
import { InspectorTabs } from "./inspector_tabs.js";

/** @typedef {import("../bridge/protocol.ts").PageCommand} PageCommand */
/** @typedef {import("../bridge/start_messages.ts").StartMessage} StartMessage */

/** Says in this tab's storage that another stream can be chosen. */
const CHOICE = "flipbook-choice";

/** The assignment's four values: label, what stands in the field, what may be typed, the keyboard of a telephone.
 * @type {readonly (readonly [label: string, value: string, mode: string])[]} */
const VALUES = [
  ["Server", "127.0.0.1", "url"],
  ["Server port", "", "numeric"],
  ["RTP port, 0 for any", "0", "numeric"],
  ["File", "movie.Mjpeg", "text"],
];

/** Asks what to play: an address, or the four values of the networking assignment. Enter plays. */
export class StartPage {
  /** @type {(command: PageCommand) => void} */ #send;
  #page = build("section", "start", [], { "aria-labelledby": "start-title", hidden: "" });
  #problem = build("p", "start-problem", "", { role: "alert" });
  #leave = build("button", "button inspect", "Other stream", {
    type: "button",
    title: "End this stream and choose another",
    hidden: "",
  });
  #url = field("Address of the stream", "rtsp://", "url");
  #values = VALUES.map(([label, value, mode]) => field(label, value, mode));

  /**
   * @param {HTMLElement} stage
   * @param {HTMLElement} status
   * @param {(command: PageCommand) => void} send
   */
  constructor(stage, status, send) {
    this.#send = send;
    const tabs = new InspectorTabs([["address", "Address"], ["assignment", "Networking assignment"]], () => {
      this.#problem.textContent = "";
    });
    const forms = [
      this.#form("", [this.#url]),
      this.#form("values", this.#values),
    ];
    tabs.attach(forms);
    const title = build("h1", "", "Play a stream", { id: "start-title" });
    this.#page.append(build("div", "start-box", [title, tabs.element, ...forms, this.#problem]));
    stage.append(this.#page);
    status.append(this.#leave);
    this.#leave.addEventListener("click", () => send({ type: "leave" }));
  }

  /** @param {StartMessage} message */
  show(message) {
    const isNew = this.#page.hidden;
    this.#page.hidden = false;
    this.#leave.hidden = true;
    sessionStorage.setItem(CHOICE, "yes");
    document.body.classList.add("starting");
    this.#problem.textContent = message.problem ?? "";
    if (!isNew) return;
    const input = this.#url.querySelector("input");
    input?.focus();
    input?.setSelectionRange(input.value.length, input.value.length);
  }

  /** A stream has been chosen. */
  hide() {
    this.#page.hidden = true;
    this.#leave.hidden = sessionStorage.getItem(CHOICE) === null;
    document.body.classList.remove("starting");
  }

  /**
   * @param {string} className
   * @param {readonly HTMLLabelElement[]} fields
   */
  #form(className, fields) {
    const play = build("button", "button primary", [icon("play"), build("span", "", "Play")], { type: "submit" });
    const form = build("form", className, [...fields, play], { autocomplete: "off", novalidate: "" });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send({ type: "open", words: fields.map((label) => label.querySelector("input")?.value.trim() ?? "") });
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
  });
  input.value = value;
  return build("label", "", [build("span", "", label), input]);
}
