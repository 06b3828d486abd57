// @ts-check
import { child, element, setIcon } from "./elements.js";

/** @typedef {import("../bridge/protocol.ts").PageCommand} PageCommand */
/** @typedef {import("./message.js").Message} Message */

/** Milliseconds that a notice stands. */
const NOTICE_TIME = 8000;

/** Keeps a notice in this tab's storage while the page is loaded anew. */
const KEPT_NOTICE = "flipbook-notice";

/** Words over the picture: what goes on, what went wrong, what to do next. */
export class Messages {
  /** @type {(command: PageCommand | "login") => void} */ #send;
  #box = element("message", HTMLElement);
  #notice = element("notice", HTMLElement);
  /** @type {PageCommand | "login" | undefined} */ #command;
  #timer = 0;

  /**
   * @param {(command: PageCommand | "login") => void} send what the button stands for
   * @param {() => void} leave for another stream
   */
  constructor(send, leave) {
    this.#send = send;
    child(this.#box, "button", HTMLButtonElement).addEventListener(
      "click",
      () => {
        if (this.#command !== undefined) this.#send(this.#command);
      },
    );
    child(this.#box, ".other", HTMLButtonElement).addEventListener("click", () => leave());
    const kept = sessionStorage.getItem(KEPT_NOTICE);
    sessionStorage.removeItem(KEPT_NOTICE);
    if (kept !== null) this.notice(kept);
  }

  /** The page is about to be loaded anew: what it says shall be read all the same. */
  keepNotice() {
    const text = this.#notice.textContent ?? "";
    if (text !== "") sessionStorage.setItem(KEPT_NOTICE, text);
  }

  /** @param {Message | undefined} message */
  show(message) {
    const aside = message?.aside === true;
    this.#box.hidden = message === undefined;
    this.#box.classList.toggle("aside", aside);
    this.#box.classList.toggle("problem", message?.problem === true);
    document.body.classList.toggle("dimmed", message !== undefined && !aside);
    this.#command = message?.action?.command;
    if (message === undefined) return;
    this.#box.setAttribute("role", message.problem ? "alert" : "status");
    setIcon(this.#box, message.icon, ".large use");
    child(this.#box, "h1", HTMLElement).textContent = message.title;
    child(this.#box, "p", HTMLElement).textContent = message.text;
    child(this.#box, ".wire", HTMLButtonElement).hidden = message.wire !== true;
    child(this.#box, ".other", HTMLButtonElement).hidden = message.other !== true;
    const button = child(this.#box, "button", HTMLButtonElement);
    button.hidden = message.action === undefined;
    if (message.action === undefined) return;
    child(button, "span", HTMLElement).textContent = message.action.label;
    setIcon(button, message.action.icon);
  }

  /** @param {string} text plain text, for some seconds */
  notice(text) {
    this.#notice.textContent = text;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#notice.textContent = "", NOTICE_TIME);
  }
}
