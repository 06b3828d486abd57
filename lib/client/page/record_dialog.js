// @ts-check
import { build } from "./build.js";

/** @typedef {import("../bridge/protocol.ts").RecordFormat} RecordFormat */
/** @typedef {import("../bridge/protocol.ts").SavingState} SavingState */

/** @type {readonly (readonly [format: RecordFormat, name: string, what: string])[]} */
const FORMATS = [
  ["avi", "AVI", "plays almost everywhere, with its times (.avi)"],
  ["mjpeg", "Motion JPEG", "only the pictures, one after the other (.mjpeg)"],
  ["lab", "The assignment\u2019s format", "for servers of the networking assignment (.Mjpeg)"],
];

/** Asks how a film is to be written, and says where. The pictures are the same bytes in each. */
export class RecordDialog {
  /** @type {(format: RecordFormat) => void} */ #record;
  #dialog = build("dialog", "", [], { id: "record-dialog", "aria-labelledby": "record-title" });
  #folder = build("span", "path");
  /** @type {readonly HTMLInputElement[]} */ #choices;

  /** @param {(format: RecordFormat) => void} record */
  constructor(record) {
    this.#record = record;
    this.#choices = FORMATS.map(([format]) => build("input", "", [], { type: "radio", name: "format", value: format }));
    const labels = FORMATS.map(([, name, what], index) => {
      const text = build("span", "", [build("b", "", name), build("small", "", what)]);
      return build("label", "choice", [/** @type {Node} */ (this.#choices[index]), text]);
    });
    const cancel = build("button", "button", ["Cancel ", build("kbd", "", "Esc")], { type: "button" });
    cancel.addEventListener("click", () => this.#dialog.close());
    const start = build("button", "button primary", ["Record ", build("kbd", "", "Enter")], { type: "submit" });
    const form = build("form", "", [
      build("h1", "", "Record what plays", { id: "record-title" }),
      build("p", "", ["As it is received, into ", this.#folder]),
      build("div", "choices", labels, { role: "radiogroup", "aria-label": "Format" }),
      build("div", "answers", [cancel, start]),
    ], { autocomplete: "off" });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#dialog.close();
      this.#record(this.#chosen);
    });
    this.#dialog.append(form);
    document.body.append(this.#dialog);
  }

  /** @param {SavingState} saving */
  open({ films, format = "avi" }) {
    if (this.#dialog.open) return;
    this.#folder.textContent = films;
    for (const choice of this.#choices) choice.checked = choice.value === format;
    this.#dialog.showModal();
    this.#choices.find((choice) => choice.checked)?.focus();
  }

  /** The stream can be recorded no more. */
  close() {
    if (this.#dialog.open) this.#dialog.close();
  }

  /** @returns {RecordFormat} */
  get #chosen() {
    const value = this.#choices.find((choice) => choice.checked)?.value;
    return FORMATS.find(([format]) => format === value)?.[0] ?? "avi";
  }
}
