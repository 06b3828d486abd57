// @ts-check
import { element } from "./elements.js";

/** @typedef {import("../bridge/protocol.ts").StateMessage} StateMessage */

/** Asks for name and password when the server does; both leave the page with the answer. */
export class LoginDialog {
  #dialog = element("login", HTMLDialogElement);
  #name = element("login-name", HTMLInputElement);
  #password = element("login-password", HTMLInputElement);
  #asked = false;

  /** @param {(username: string, password: string) => void} answer */
  constructor(answer) {
    element("login-form", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      const { value } = this.#password;
      this.#password.value = "";
      this.#dialog.close();
      answer(this.#name.value, value);
    });
    element("login-cancel", HTMLButtonElement).addEventListener("click", () => this.#dialog.close());
    this.#dialog.addEventListener("close", () => this.#password.value = "");
  }

  /**
   * Opens the dialog when the server has asked anew.
   * @param {StateMessage | undefined} message
   */
  update(message) {
    const asked = message !== undefined && asksForLogin(message);
    if (asked && !this.#asked) this.open(message);
    if (!asked && this.#dialog.open) this.#dialog.close();
    this.#asked = asked;
  }

  /** @param {StateMessage} message */
  open(message) {
    if (this.#dialog.open) return;
    const realm = message.problem?.realm ?? "";
    element("login-text", HTMLElement).textContent = realm === ""
      ? message.address
      : `${message.address} asks for them for \u201c${realm}\u201d.`;
    const refused = message.problem?.loginRefused === true;
    element("login-wrong", HTMLElement).hidden = !refused;
    this.#dialog.showModal();
    (refused && this.#name.value !== "" ? this.#password : this.#name).focus();
  }
}

/**
 * Whether name and password may help.
 * @param {StateMessage} message
 * @returns {boolean}
 */
export function asksForLogin({ problem, activity }) {
  return problem?.code === "unauthorized" && problem.realm !== undefined && activity === undefined;
}
