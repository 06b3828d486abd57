// @ts-check
import { build, icon } from "./build.js";

/** @typedef {import("../bridge/start_messages.ts").LocalServer} LocalServer */
/** @typedef {import("../control/offered_stream.ts").OfferedStream} OfferedStream */

/** Streams of one server that are shown before somebody asks for all. */
const FIRST = 12;

/** What the servers of this machine offer, as cards: Enter plays one. */
export class LocalServers {
  element = build("section", "start-section", [], { "aria-labelledby": "servers-title", hidden: "" });
  /** @type {(words: readonly string[]) => void} */ #open;
  #refresh = build("button", "button bare", [icon("again")], {
    type: "button",
    title: "Ask again",
    "aria-label": "Ask the servers of this machine again",
  });
  #body = build("div", "servers");
  /** What has changed, for those who hear the page. */
  #news = build("p", "unseen", "", { role: "status" });
  #shown = "";
  /** Addresses of servers all of whose streams are shown. @type {Set<string>} */ #whole = new Set();

  /**
   * @param {(words: readonly string[]) => void} open
   * @param {() => void} refresh
   */
  constructor(open, refresh) {
    this.#open = open;
    this.#refresh.addEventListener("click", () => refresh());
    const title = build("h2", "", "On this machine", { id: "servers-title" });
    this.element.append(build("header", "", [title, this.#refresh]), this.#body, this.#news);
  }

  /** @param {readonly LocalServer[]} servers */
  show(servers) {
    const shown = JSON.stringify(servers);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.element.hidden = servers.length === 0;
    this.#draw(servers);
  }

  /** @param {readonly LocalServer[]} servers */
  #draw(servers) {
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.url : undefined;
    const telling = servers.filter(({ state }) => state === "offers" || state === "silent");
    const parts = telling.map((server) => this.#server(server, servers));
    const asking = servers.some(({ state }) => state === "asking");
    this.#body.replaceChildren(...(parts.length > 0 ? parts : [asking ? quiet("Looking for servers") : absent()]));
    this.#news.textContent = asking ? "" : newsOf(servers);
    if (focused !== undefined) this.#card(focused)?.focus();
  }

  /** @param {string} url */
  #card(url) {
    return [...this.#body.querySelectorAll("button")].find(({ dataset }) => dataset.url === url);
  }

  /**
   * @param {LocalServer} server
   * @param {readonly LocalServer[]} servers
   */
  #server({ address, state, streams }, servers) {
    const title = build("h3", "", address);
    if (state === "silent") {
      return build("div", "", [
        title,
        quiet("A server answers and does not tell what it offers. Type the address of its stream."),
      ]);
    }
    if (streams.length === 0) return build("div", "", [title, quiet("It offers nothing now.")]);
    const shown = this.#whole.has(address) ? streams : streams.slice(0, FIRST);
    const list = build("ul", "offers", shown.map((stream) => build("li", "", [this.#streamCard(stream)])));
    if (shown.length === streams.length) return build("div", "", [title, list]);
    const more = build("button", "button small", `Show all ${streams.length}`, { type: "button" });
    more.addEventListener("click", () => {
      this.#whole.add(address);
      this.#draw(servers);
      this.#card(streams[FIRST]?.url ?? "")?.focus();
    });
    return build("div", "", [title, list, more]);
  }

  /** @param {OfferedStream} stream */
  #streamCard({ name, url }) {
    const card = build("button", "offer", [icon("play"), build("span", "", name)], {
      type: "button",
      title: url,
      "data-url": url,
      "aria-label": `Play ${name}`,
    });
    card.addEventListener("click", () => this.#open([url]));
    return card;
  }
}

/** @param {readonly LocalServer[]} servers */
function newsOf(servers) {
  const count = servers.reduce((sum, { streams }) => sum + streams.length, 0);
  return count === 0 ? "Nothing is offered on this machine" : `${count} streams are offered on this machine`;
}

/** @param {string} text */
function quiet(text) {
  return build("p", "quiet", text);
}

function absent() {
  const command = build("code", "", "rtsp-server FOLDER");
  return build("p", "quiet", ["No server runs here. ", command, " starts one with the films of a folder."]);
}
