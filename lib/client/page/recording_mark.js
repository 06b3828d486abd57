// @ts-check
import { element } from "./elements.js";
import { recordingText } from "./format.js";

/** @typedef {import("../bridge/protocol.ts").StatsMessage} StatsMessage */

/** Says that a recording goes on, and how far it is. */
export class RecordingMark {
  #mark = element("recording", HTMLElement);

  /** @param {StatsMessage["recording"]} recording */
  update(recording) {
    this.#mark.hidden = recording === undefined;
    if (recording === undefined) return;
    this.#mark.textContent = recordingText(recording);
    this.#mark.title = recording.path;
  }
}
