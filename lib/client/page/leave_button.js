// @ts-check
import { build, icon } from "./build.js";

/** Leads from a stream back to the start page. */
export class LeaveButton {
  #button = build("button", "button inspect", [icon("streams"), build("span", "", "Other stream")], {
    type: "button",
    id: "leave",
    title: "End this stream and choose another (O)",
    hidden: "",
  });

  /**
   * @param {HTMLElement} status
   * @param {() => void} leave
   */
  constructor(status, leave) {
    this.#button.addEventListener("click", leave);
    status.insertBefore(this.#button, status.querySelector("#inspect"));
  }

  /** @param {unknown} state undefined: there is no stream to leave */
  update(state) {
    this.#button.hidden = state === undefined;
  }
}
