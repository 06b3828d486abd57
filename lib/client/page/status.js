// @ts-check
import { build } from "./build.js";
import { child, element, setMetric, setText } from "./elements.js";
import { FIGURES } from "./figures.js";
import { formatTime, liveText } from "./format.js";

/** @typedef {import("../bridge/protocol.ts").StateMessage} StateMessage */
/** @typedef {import("../player_types.ts").PlayerStats} PlayerStats */
/** @typedef {import("../bridge/protocol.ts").PictureHeader} PictureHeader */
/** @typedef {import("../player_types.ts").PlayerRange} PlayerRange */

/** The status line, and the clock or the live mark. */
export class Status {
  /** @type {PlayerRange | undefined} */ #range;
  /** @type {PictureHeader | undefined} */ #picture;
  #live = false;
  #figures = FIGURES.map((figure) => ({ figure, button: buttonOf(figure) }));

  constructor() {
    element("figures", HTMLElement).append(...this.#figures.map(({ button }) => button));
    this.#showStats(undefined);
    this.#showPicture();
  }

  /** @param {StateMessage | undefined} message undefined: the player is away */
  update(message) {
    document.documentElement.dataset.state = message?.state ?? "INIT";
    document.documentElement.toggleAttribute(
      "data-problem",
      message === undefined || message.problem !== undefined,
    );
    setText(element("state", HTMLElement), message?.state ?? "AWAY");
    element("repaired-count", HTMLElement).hidden = message?.repair !== true;
    const address = element("address", HTMLElement);
    address.textContent = message?.address ?? "";
    address.title = address.textContent;
    document.title = message === undefined ? "Flipbook" : `${message.info?.title ?? message.address} - Flipbook`;
    this.#range = message?.info?.range;
    this.#live = message?.state !== "INIT" && message?.info?.dialect === "rtsp" && this.#range?.end === undefined;
    if (message?.state === "INIT") this.#showStats(undefined);
    this.#showPicture();
  }

  /** @param {PlayerStats} stats */
  stats(stats) {
    this.#showStats(stats.state === "INIT" ? undefined : stats);
  }

  /** @param {PictureHeader} header */
  picture(header) {
    this.#picture = header;
    this.#showPicture();
  }

  /** @param {PlayerStats | undefined} stats */
  #showStats(stats) {
    setText(element("live", HTMLElement), liveText(stats?.state === "PLAYING" ? stats.latencyMs : undefined));
    for (const { figure, button } of this.#figures) {
      const { before = "", value, after = "" } = figure.text(stats);
      if (!setMetric(button, before, value, after)) continue;
      button.setAttribute("aria-label", `${figure.name}: ${value} ${after}`.trim());
      button.classList.toggle("bad", stats !== undefined && figure.bad?.(stats) === true);
    }
  }

  #showPicture() {
    const end = this.#range?.end;
    const time = this.#picture?.mediaTime;
    const index = this.#picture?.index;
    const frame = element("frame", HTMLElement);
    setMetric(frame, "", index === undefined ? "" : `#${index}`, "");
    frame.setAttribute("aria-label", `Frame ${index ?? "not known"}`);
    const clock = element("time", HTMLElement);
    clock.hidden = this.#live || (end === undefined && time === undefined);
    element("live", HTMLElement).hidden = !this.#live;
    setText(child(clock, "b", HTMLElement), formatTime(time));
    setText(child(clock, "span", HTMLElement), end === undefined ? "" : ` / ${formatTime(end)}`);
  }
}

/**
 * A number that opens into its cause.
 * @param {import("./figures.js").Figure} figure
 */
function buttonOf({ id, meaning, cause }) {
  return build("button", "metric", "", { type: "button", id, title: meaning, "data-cause": cause });
}
