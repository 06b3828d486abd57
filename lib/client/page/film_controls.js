// @ts-check
import { child, element } from "./elements.js";
import { Menu } from "./menu.js";
import { RecordDialog } from "./record_dialog.js";
import { formatSpeed, nextSpeed, SPEEDS } from "./speeds.js";
import { filmOf } from "./seek_position.js";
import { Wishes } from "./wishes.js";

/** @typedef {import("../bridge/protocol.ts").StateMessage} StateMessage */
/** @typedef {import("../bridge/protocol.ts").PageCommand} PageCommand */
/** @typedef {import("../player_types.ts").PlayerStats} PlayerStats */

/** The item of the speeds' menu that is no speed. */
const GRANTED = "granted";

/** What the menu does beside sending a command. */
/**
 * @typedef {object} Actions
 * @property {(command: PageCommand) => void} send
 * @property {() => void} turn
 * @property {() => void} toggleSize
 * @property {() => void} help
 * @property {() => void} leave for another stream
 */

/** Steps, speed, loop, snapshot, and the menu with all that is needed less often. */
export class FilmControls {
  /** @type {Actions} */ #actions;
  /** @type {StateMessage | undefined} */ #state;
  /** @type {number | undefined} */ #granted;
  #pictured = false;
  #wishes = new Wishes(() => performance.now());
  #back = element("step-back", HTMLButtonElement);
  #forward = element("step-forward", HTMLButtonElement);
  #speed = element("speed", HTMLButtonElement);
  #loop = element("loop", HTMLButtonElement);
  #snapshot = element("snapshot", HTMLButtonElement);
  #record = element("record", HTMLButtonElement);
  #recordDialog = new RecordDialog((format) => this.#actions.send({ type: "record", record: true, format }));
  #speeds = element("speed-menu", HTMLElement);
  #more = element("more-menu", HTMLElement);

  /** @param {Actions} actions */
  constructor(actions) {
    this.#actions = actions;
    for (const speed of SPEEDS) this.#speeds.append(speedItem(speed));
    this.#speeds.append(document.createElement("hr"), grantedItem());
    this.#back.addEventListener("click", () => this.step(-1));
    this.#forward.addEventListener("click", () => this.step(1));
    this.#loop.addEventListener("click", () => this.toggleLoop());
    this.#snapshot.addEventListener("click", () => this.saveSnapshot());
    this.#record.addEventListener("click", () => this.toggleRecording());
    new Menu(this.#speed, this.#speeds, (value) => {
      // What the server granted stands in the inspector, which hears of the click itself.
      if (value !== GRANTED) this.#setSpeed(Number(value));
    });
    new Menu(element("more", HTMLButtonElement), this.#more, (value) => this.#choose(value));
    this.#show();
  }

  /** @param {StateMessage | undefined} message */
  update(message) {
    this.#state = message;
    if (message !== undefined) {
      for (const name of /** @type {const} */ (["speed", "loop", "repair"])) this.#wishes.told(name, message[name]);
    }
    if (message?.state !== "PLAYING") this.#granted = undefined;
    this.#show();
  }

  /** @param {PlayerStats} stats */
  stats(stats) {
    const granted = stats.state === "PLAYING" ? stats.scale : undefined;
    if (granted === this.#granted) return;
    this.#granted = granted;
    this.#show();
  }

  /** A picture stands on the screen. */
  picture() {
    if (this.#pictured) return;
    this.#pictured = true;
    this.#show();
  }

  /** @param {1 | -1} direction */
  step(direction) {
    if (!this.#back.disabled) this.#actions.send({ type: "step", direction });
  }

  toggleLoop() {
    if (this.#state !== undefined && !this.#loop.disabled) {
      const loop = !this.#wishes.or("loop", this.#state.loop);
      this.#wishes.add("loop", loop);
      this.#actions.send({ type: "loop", loop });
    }
  }

  toggleRepair() {
    // The assignment's packets carry whole pictures: nothing of them can be damaged and be of use.
    if (this.#state !== undefined && this.#state.info?.dialect !== "lab") {
      const repair = !this.#wishes.or("repair", this.#state.repair);
      this.#wishes.add("repair", repair);
      this.#actions.send({ type: "repair", repair });
    }
  }

  saveSnapshot() {
    if (!this.#snapshot.disabled && !this.#snapshot.hidden) this.#actions.send({ type: "snapshot" });
  }

  toggleRecording() {
    if (this.#state !== undefined && !this.#record.disabled && !this.#record.hidden) {
      const { recording, saving } = this.#state;
      // Before the first film of a run the person is asked how it shall be written, and told where.
      if (!recording && saving?.format === undefined) this.chooseRecording();
      else this.#actions.send({ type: "record", record: !recording });
    }
  }

  /** Asks how to record. */
  chooseRecording() {
    const { saving, recording } = this.#state ?? {};
    if (saving !== undefined && !recording && !this.#record.disabled) this.#recordDialog.open(saving);
  }

  /** @param {1 | -1} direction faster or slower */
  changeSpeed(direction) {
    if (this.#state !== undefined) this.#setSpeed(nextSpeed(this.#wishes.or("speed", this.#state.speed), direction));
  }

  /** @param {number} speed */
  #setSpeed(speed) {
    if (this.#speed.disabled) return;
    this.#wishes.add("speed", speed);
    this.#actions.send({ type: "speed", speed });
  }

  /** @param {string} value */
  #choose(value) {
    const { send, turn, toggleSize, help, leave } = this.#actions;
    if (value === "loop") this.toggleLoop();
    else if (value === "snapshot") this.saveSnapshot();
    else if (value === "record") this.toggleRecording();
    else if (value === "repair") this.toggleRepair();
    else if (value === "record-as") this.chooseRecording();
    else if (value === "turn") turn();
    else if (value === "size") toggleSize();
    else if (value === "help") help();
    else if (value === "leave") leave();
    else if (value === "auto" || value === "udp" || value === "tcp") send({ type: "transport", transport: value });
  }

  #show() {
    const state = this.#state;
    const standing = state !== undefined && state.state !== "INIT";
    const standard = state?.info?.dialect === "rtsp";
    const film = filmOf(state?.info) !== undefined;
    this.#back.disabled = this.#forward.disabled = !standing || !(film || this.#pictured);
    this.#speed.disabled = !standing || !standard || !film;
    const speed = this.#granted ?? state?.speed ?? 1;
    child(this.#speed, "span", HTMLElement).textContent = formatSpeed(speed);
    this.#speed.setAttribute("aria-label", `Speed: ${formatSpeed(speed)}`);
    this.#speed.classList.toggle("on", speed !== 1);
    for (const item of this.#speeds.querySelectorAll("[role=menuitemradio]")) {
      check(item, Number(/** @type {HTMLElement} */ (item).dataset.value) === speed);
    }
    // What has a length can begin anew; the assignment's films have one, though nobody tells it.
    this.#loop.disabled = state === undefined || (standing && standard && !film);
    this.#loop.setAttribute("aria-pressed", String(state?.loop ?? false));
    this.#snapshot.hidden = state !== undefined && state.saving === undefined;
    this.#snapshot.disabled = state === undefined || !this.#pictured;
    this.#record.hidden = state !== undefined && state.saving === undefined;
    this.#record.disabled = !standing && state?.recording !== true;
    if (this.#record.disabled) this.#recordDialog.close();
    this.#record.setAttribute("aria-pressed", String(state?.recording ?? false));
    for (const item of this.#more.querySelectorAll("button")) this.#showItem(item);
  }

  /** @param {HTMLButtonElement} item */
  #showItem(item) {
    const state = this.#state;
    const { value } = item.dataset;
    if (value === "loop") {
      item.disabled = this.#loop.disabled;
      check(item, state?.loop === true);
    } else if (value === "snapshot") {
      item.hidden = this.#snapshot.hidden;
      item.disabled = this.#snapshot.disabled;
    } else if (value === "record") {
      item.hidden = this.#record.hidden;
      item.disabled = this.#record.disabled;
      check(item, state?.recording === true);
    } else if (value === "repair") {
      item.disabled = state === undefined || state.info?.dialect === "lab";
      check(item, state?.repair === true);
    } else if (value === "record-as") {
      item.hidden = this.#record.hidden;
      item.disabled = this.#record.disabled || state?.recording === true;
    } else if (value === "turn" || value === "size") item.disabled = !this.#pictured;
    else if (value === "auto" || value === "udp" || value === "tcp") {
      // The assignment's servers send by UDP alone.
      item.disabled = state === undefined || (value === "tcp" && state.info?.dialect === "lab");
      check(item, state?.transport === value);
    }
  }
}

/**
 * @param {number} speed
 * @returns {HTMLButtonElement}
 */
function speedItem(speed) {
  const item = document.createElement("button");
  item.type = "button";
  item.setAttribute("role", "menuitemradio");
  item.dataset.value = String(speed);
  item.textContent = formatSpeed(speed);
  return item;
}

/** @returns {HTMLButtonElement} */
function grantedItem() {
  const item = document.createElement("button");
  item.type = "button";
  item.setAttribute("role", "menuitem");
  item.dataset.value = GRANTED;
  item.dataset.cause = "scale";
  item.textContent = "What the server granted";
  return item;
}

/**
 * @param {Element} item
 * @param {boolean} on
 */
function check(item, on) {
  item.setAttribute("aria-checked", String(on));
}
