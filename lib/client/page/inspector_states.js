// @ts-check
import { draw } from "./build.js";

/** @typedef {import("../player_types.ts").PlayerState} PlayerState */

/** @type {readonly (readonly [PlayerState, number])[]} */
const STATES = [["INIT", 34], ["READY", 180], ["PLAYING", 326]];
/** Method, where its arrow begins and ends, and its height: forward above, back below. */
const ARROWS = /** @type {const} */ ([
  ["SETUP", 64, 148, 18],
  ["PLAY", 212, 290, 18],
  ["PAUSE", 290, 212, 34],
  ["TEARDOWN", 148, 64, 34],
]);

/** The session's states (RFC 2326 appendix A.1) with the present one lit. */
export class StateDiagram {
  /** @type {Map<PlayerState, SVGGElement>} */ #states = new Map();
  element = draw("svg", { class: "states", viewBox: "0 0 360 66", role: "img" });

  constructor() {
    const head = draw("marker", {
      id: "arrow-head",
      viewBox: "0 0 6 6",
      refX: 5,
      refY: 3,
      markerWidth: 6,
      markerHeight: 6,
      orient: "auto",
    }, [
      draw("path", { d: "M0 0 6 3 0 6z" }),
    ]);
    this.element.append(draw("defs", {}, [head]));
    for (const [name, x] of STATES) {
      const width = name === "PLAYING" ? 68 : 60;
      const group = draw("g", { class: "state-box" }, [
        draw("rect", { x: x - width / 2, y: 11, width, height: 30, rx: 6 }),
        draw("text", { x, y: 30 }, [name]),
      ]);
      this.#states.set(name, group);
      this.element.append(group);
    }
    for (const [method, from, to, y] of ARROWS) {
      const labelY = y === 18 ? 11 : 48;
      this.element.append(
        draw("path", { class: "transition", d: `M${from} ${y}H${to}`, "marker-end": "url(#arrow-head)" }),
        draw("text", { class: "method", x: (from + to) / 2, y: labelY }, [method]),
      );
    }
    // TEARDOWN leads to INIT from everywhere.
    this.element.append(draw("path", { class: "transition", d: "M326 41V58H34V43", "marker-end": "url(#arrow-head)" }));
    this.show("INIT");
  }

  /** @param {PlayerState} state */
  show(state) {
    for (const [name, group] of this.#states) group.classList.toggle("lit", name === state);
    this.element.setAttribute("aria-label", `Session state (RFC 2326, A.1): ${state}`);
  }
}
