// @ts-check
import { child, element, setMetric } from "./elements.js";
import { formatBitrate, formatLoss, formatTime, liveText, UNKNOWN } from "./format.js";

/** @typedef {import("../bridge/protocol.ts").StateMessage} StateMessage */
/** @typedef {import("../player_types.ts").PlayerStats} PlayerStats */
/** @typedef {import("../bridge/protocol.ts").PictureHeader} PictureHeader */
/** @typedef {import("../player_types.ts").PlayerRange} PlayerRange */

/** The status line, and the clock or the live mark. */
export class Status {
  /** @type {PlayerRange | undefined} */ #range;
  /** @type {PictureHeader | undefined} */ #picture;
  #live = false;

  constructor() {
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
    element("state", HTMLElement).textContent = message?.state ?? "AWAY";
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
    element("live", HTMLElement).textContent = liveText(stats?.state === "PLAYING" ? stats.latencyMs : undefined);
    const transport = stats?.transport?.toUpperCase() ?? UNKNOWN;
    setMetric(
      element("transport", HTMLElement),
      "",
      stats?.dialect === "lab" ? `${transport} (lab)` : transport,
      "",
    );
    setMetric(
      element("fps", HTMLElement),
      "",
      stats?.fps.toFixed(1) ?? UNKNOWN,
      "fps",
    );
    const { value, unit } = stats === undefined ? { value: UNKNOWN, unit: "Mbit/s" } : formatBitrate(stats.kbps);
    setMetric(element("bitrate", HTMLElement), "", value, unit);
    const loss = element("loss", HTMLElement);
    setMetric(
      loss,
      "loss",
      stats === undefined ? UNKNOWN : formatLoss(stats.lostPackets, stats.packets),
      "%",
    );
    loss.classList.toggle("bad", (stats?.lostPackets ?? 0) > 0);
    loss.title = stats === undefined
      ? "Packets that never came"
      : `${stats.lostPackets} packets never came, ${stats.damagedFrames} pictures were dropped`;
    setMetric(
      element("jitter", HTMLElement),
      "jitter",
      stats?.jitterMs.toFixed(1) ?? UNKNOWN,
      "ms",
    );
  }

  #showPicture() {
    const end = this.#range?.end;
    const time = this.#picture?.mediaTime;
    const index = this.#picture?.index;
    setMetric(element("frame", HTMLElement), "", index === undefined ? "" : `#${index}`, "");
    const clock = element("time", HTMLElement);
    clock.hidden = this.#live || (end === undefined && time === undefined);
    element("live", HTMLElement).hidden = !this.#live;
    child(clock, "b", HTMLElement).textContent = formatTime(time);
    child(clock, "span", HTMLElement).textContent = end === undefined ? "" : ` / ${formatTime(end)}`;
  }
}
